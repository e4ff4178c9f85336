import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Document } from 'mongodb';
import { openMongoStore } from '../../../../broker/store/mongo/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { connectMongo } from '../../../../runtime/mongo/connect.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';

interface Kept extends Document {
  readonly _id: string;
}

describeWith('mongodb', () => {
  let url: string;
  let store: Store | undefined;
  const open = () => openMongoStore({ url, now: () => 1000, cellsOf: () => [], coreContextVersion: 'v1.9' });
  beforeEach(() => {
    url = freshUrl();
  });
  afterEach(async () => {
    await store?.close();
    await dropDatabase(url);
  });

  it('gives the dead letters of an older database their notifications as their age', async () => {
    await (await open()).close();
    const { database, close } = await connectMongo({ url, defaultDatabase: '' });
    const members = {
      entityId: 'urn:x:1',
      change: '{"kind":"deleted","attributes":[]}',
      dueAt: 0,
      attempts: ['1'],
    };
    await database.collection<Kept>('deliveries').insertMany([
      { _id: 'a%7Cb|urn:s:1|waiting', place: 'waiting|a%7Cb|urn:s:1|1', order: '1', at: 100, ...members },
      { _id: 'a%7Cb|urn:s:1|older', place: 'dead|a%7Cb|2|urn:s:1', order: '2', at: 200, ...members },
      { _id: 'a%7Cb|urn:s:1|newer', place: 'dead|a%7Cb|3|urn:s:1', order: '3', at: 300, ...members },
    ]);
    await database.collection<Kept>('meta').updateOne({ _id: 'schema' }, { $set: { version: 2 } });
    await close();
    store = await open();
    const { outbox } = store;
    expect(await outbox.subscriptionsWithDeadLetters()).toEqual([
      { tenant: 'a|b', subscriptionId: 'urn:s:1' },
    ]);
    expect(await outbox.forgetDeadLetters('a|b', 'urn:s:1', { since: 300, most: 10 })).toBe(false);
    expect((await outbox.dead.list('a|b', 'urn:s:1', { limit: 10 })).map(({ id }) => id)).toEqual(['newer']);
    expect(await outbox.deliveries('a|b', 'urn:s:1', 10)).toHaveLength(1);
  });
});
