import { describe, expect, it } from '@jest/globals';
import { type FindOptions, MongoServerError } from 'mongodb';
import { momentReads } from '../../../../broker/store/mongo/moment-reads.ts';

const snapshot = { readConcern: { level: 'snapshot' } };
const inOrder = { hint: 'found' };

describe('reads that nothing moves away from', () => {
  it('are asked for as of one moment', async () => {
    const asked: FindOptions[] = [];
    const answer = await momentReads({ now: () => 0 }).read(async (options) => asked.push(options));
    expect([answer, asked]).toEqual([1, [snapshot]]);
  });

  it('go along an index in which nothing moves where the server refuses, and ask again after a minute', async () => {
    let time = 0;
    const asked: FindOptions[] = [];
    const { read } = momentReads({ now: () => time });
    const refused = (options: FindOptions) => {
      asked.push(options);
      if (options.readConcern)
        return Promise.reject(new MongoServerError({ message: 'no replica set', code: 123 }));
      return Promise.resolve('found');
    };
    expect(await read(refused)).toBe('found');
    time += 59_000_000;
    expect(await read(refused)).toBe('found');
    time += 2_000_000;
    expect(await read(refused)).toBe('found');
    expect(asked).toEqual([snapshot, inOrder, inOrder, snapshot, inOrder]);
  });

  it('fail as the database does', async () => {
    const { read } = momentReads({ now: () => 0 });
    const away = new MongoServerError({ message: 'not primary', code: 10107 });
    await expect(read(() => Promise.reject(away))).rejects.toBe(away);
    const wrong = new MongoServerError({ message: 'wrong filter', code: 2 });
    await expect(read(() => Promise.reject(wrong))).rejects.toBe(wrong);
  });

  it('hear of all shards first on a cluster, which is no older than what they acknowledged then', async () => {
    const steps: unknown[] = [];
    const hear = async () => steps.push('heard');
    await momentReads({ now: () => 0, hear }).read(async (options) => steps.push(options));
    expect(steps).toEqual(['heard', snapshot]);
  });
});
