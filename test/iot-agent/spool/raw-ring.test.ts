import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deviceLog } from '../../../iot-agent/spool/device-log.ts';
import { type RawRing, rawRing } from '../../../iot-agent/spool/raw-ring.ts';
import { laterSpoolMigrations, spoolMigrations } from '../../../iot-agent/spool/schema.ts';
import type { Spool } from '../../../iot-agent/spool/spool.ts';
import { sqliteSpool } from '../../../iot-agent/spool/sqlite-spool.ts';
import { fakeClock } from '../../../runtime/clock.ts';
import { groupCommit } from '../../../runtime/sqlite/group-commit.ts';
import { type Database, openDatabase } from '../../../runtime/sqlite/open.ts';
import { timeOf, uplink } from '../running-pipeline.ts';

let db: Database;
let clock: ReturnType<typeof fakeClock>;

beforeEach(() => {
  db = openDatabase('sqlite::memory:');
  db.exec([...spoolMigrations, ...laterSpoolMigrations].join(''));
  clock = fakeClock(timeOf(0));
});
afterEach(() => db.close());

function open(keep: number, keepAge = 1e12): { readonly ring: RawRing; readonly spool: Spool } {
  const group = groupCommit(db);
  const ring = rawRing({ db, group, clock, keep, keepAge });
  const limits = { limit: 1000, asideLimit: 100, asideTotal: 100, onDropped: () => {} };
  return { ring, spool: sqliteSpool({ db, group, clock, ring, ...limits }) };
}

async function settle(spool: Spool, seconds: readonly number[], result = 'sent'): Promise<void> {
  await spool.add(
    seconds.map((second) => uplink(1, second)),
    'c',
  );
  await spool.settle(spool.read(1000).map((item) => ({ item, fate: { device: 'd', result } })));
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const seconds = (ring: RawRing): number[] =>
  ring.list('d', { limit: 100 }).map(({ observedAt }) => (observedAt - timeOf(0)) / 1e6);

describe('the ring of a device', () => {
  it('has its newest messages, a tenth more at most', async () => {
    const { ring, spool } = open(20);
    for (const second of range(50)) await settle(spool, [second]);
    expect(seconds(ring).slice(0, 20)).toEqual(range(50).toReversed().slice(0, 20));
    expect(seconds(ring).length).toBeLessThanOrEqual(22);
  });

  it('never gives a number twice, also after a start with an empty spool', async () => {
    const first = open(20);
    await settle(first.spool, [1, 2]);
    const second = open(20);
    await settle(second.spool, [3]);
    expect(seconds(second.ring)).toEqual([3, 2, 1]);
  });

  it('tells what became of a message at last', async () => {
    const { ring, spool } = open(20);
    await spool.add([uplink(1, 1)], 'c');
    const obstacle = { cause: 'broker', reason: 'oops', tenant: '' } as const;
    const fate = { device: 'd', result: 'failed', reason: 'oops' };
    await spool.settle(spool.read(1).map((item) => ({ item, obstacle, fate })));
    expect(ring.list('d', { limit: 1 })).toMatchObject([{ result: 'failed', reason: 'oops' }]);
    await spool.release(() => true);
    await spool.settle(spool.read(1).map((item) => ({ item, fate: { device: 'd', result: 'sent' } })));
    const [message, ...others] = ring.list('d', { limit: 2 });
    expect([message?.result, message?.reason, others]).toEqual(['sent', undefined, []]);
  });

  it('drops what is too old, round and round', async () => {
    const { ring, spool } = open(20, 60e6);
    await settle(spool, [1]);
    clock.advance(50e6);
    await settle(spool, [2]);
    clock.advance(20e6);
    await ring.sweep(10);
    expect(seconds(ring)).toEqual([2]);
    clock.advance(60e6);
    await ring.sweep(1);
    await ring.sweep(1);
    expect(seconds(ring)).toEqual([]);
  });

  it('keeps nothing when it is off', async () => {
    await settle(open(20).spool, [1]);
    const { ring, spool } = open(0);
    await settle(spool, [2]);
    await ring.sweep(10);
    expect(seconds(ring)).toEqual([]);
  });
});

describe('the log of a device', () => {
  it('has its newest entries, and counts those that come again', () => {
    const log = deviceLog(db, groupCommit(db));
    const remark = (message: string, at: number): void =>
      log.save('d', { level: 'error', source: 'codec', message }, at);
    for (const at of range(150)) remark(`odd ${at}`, at);
    remark('odd 150', 151);
    const entries = log.list('d');
    expect(entries).toHaveLength(100);
    expect(entries[0]).toEqual({
      ...{ source: 'codec', level: 'error', message: 'odd 150', times: 2, firstAt: 150, lastAt: 151 },
    });
    expect(entries.at(-1)?.message).toBe('odd 51');
    const [rows] = db.prepare<[number]>('SELECT COUNT(*) FROM device_log').get() ?? [];
    expect(rows).toBeLessThanOrEqual(110);
  });
});
