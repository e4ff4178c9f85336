import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Incoming } from '../../../iot-agent/measurement.ts';
import type { CauseName } from '../../../iot-agent/spool/causes.ts';
import { rawRing } from '../../../iot-agent/spool/raw-ring.ts';
import { laterSpoolMigrations, spoolMigrations } from '../../../iot-agent/spool/schema.ts';
import type { Obstacle, Spool } from '../../../iot-agent/spool/spool.ts';
import { type SpoolOptions, sqliteSpool } from '../../../iot-agent/spool/sqlite-spool.ts';
import { fakeClock } from '../../../runtime/clock.ts';
import { groupCommit } from '../../../runtime/sqlite/group-commit.ts';
import { migrate } from '../../../runtime/sqlite/migrate.ts';
import { type Database, openDatabase } from '../../../runtime/sqlite/open.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { measure, timeOf, uplink } from '../running-pipeline.ts';

const folder = tempFolder();
const opened: Database[] = [];

afterEach(() => {
  for (const db of opened.splice(0)) db.close();
});

function open(place = ':memory:', limits: Partial<SpoolOptions> = {}): Spool {
  const db = openDatabase(`sqlite:${place}`);
  opened.push(db);
  migrate(db, { format: 'spool', migrations: [...spoolMigrations, ...laterSpoolMigrations] });
  const store = { db, group: groupCommit(db), clock: fakeClock(timeOf(0)) };
  return sqliteSpool({
    ...store,
    ring: rawRing({ ...store, keep: 10, keepAge: 1e9 }),
    limit: 1000,
    asideLimit: 100,
    asideTotal: 1000,
    onDropped: () => {},
    ...limits,
  });
}

const incomplete: Obstacle = { cause: 'incomplete', reason: 'no location', tenant: 't' };

/** The frame counters of what is to be read. */
function counters(spool: Spool): number[] {
  return spool.read(100).map(({ incoming }) => (incoming.kind === 'lorawan' ? incoming.fCnt : -1));
}

async function putAside(spool: Spool, obstacle: Obstacle, count = 100): Promise<void> {
  await spool.settle(spool.read(count).map((item) => ({ item, obstacle })));
}

describe('the spool', () => {
  let spool: Spool;
  beforeEach(() => {
    spool = open();
  });

  it('gives back what it got, byte for byte, until it is settled', async () => {
    const all: readonly Incoming[] = [
      uplink(1, 1, { bytes: Uint8Array.from({ length: 256 }, (_, byte) => byte) }),
      measure('k', 'd', { 'a.b': [null, { c: 'é' }] }),
      { kind: 'event', devEui: 'E', server: 'chirpstack', event: 'status', receivedAt: 1, batteryLevel: 0.5 },
    ];
    await spool.add(all, 'c1');
    const items = spool.read(10);
    expect(items.map(({ incoming }) => ({ ...incoming, bytes: undefined }))).toEqual(
      all.map((incoming) => ({ ...incoming, bytes: undefined })),
    );
    const [first] = items;
    expect(first?.incoming.kind === 'lorawan' && [...first.incoming.bytes]).toEqual(
      Array.from({ length: 256 }, (_, byte) => byte),
    );
    expect(items.map(({ key, correlationId }) => [key, correlationId])).toEqual([
      ['lorawan:70B3D57BA0000001', 'c1'],
      ['plain:k/d', 'c1'],
      ['lorawan:E', 'c1'],
    ]);
    expect(spool.read(10)).toHaveLength(3);
    await spool.settle(items.map((item) => ({ item })));
    expect([spool.read(10), spool.depth()]).toEqual([[], 0]);
  });

  it('keeps the order of the calls', async () => {
    await Promise.all([1, 2, 3].map((second) => spool.add([uplink(1, second), uplink(1, second + 10)], 'c')));
    expect(counters(spool)).toEqual([1, 11, 2, 12, 3, 13]);
    expect(spool.read(2)).toHaveLength(2);
  });

  it('tells when there is something to read', async () => {
    let calls = 0;
    spool.onFilled(() => {
      calls += 1;
    });
    await spool.add([uplink(1, 1)], 'c');
    expect(calls).toBe(1);
    await putAside(spool, incomplete);
    await spool.release(() => true);
    expect(calls).toBe(2);
  });

  it('puts what waited back at its old place', async () => {
    await spool.add([uplink(1, 1), uplink(1, 2)], 'c');
    await putAside(spool, incomplete);
    await spool.add([uplink(1, 3)], 'c');
    expect(spool.isWaiting('lorawan:70B3D57BA0000001', 'incomplete')).toBe(true);
    expect(await spool.release((key) => key.endsWith('1'))).toBe(2);
    expect(counters(spool)).toEqual([1, 2, 3]);
    expect(spool.isWaiting('lorawan:70B3D57BA0000001', 'incomplete')).toBe(false);
    expect(spool.depth()).toBe(3);
  });

  it('never releases what is malformed', async () => {
    await spool.addMalformed({ source: 'v3/x', reason: 'no JSON', text: '{', correlationId: 'c' });
    expect(await spool.release(() => true)).toBe(0);
    expect(spool.aside().get('malformed')).toBe(1);
  });

  it('settles all or nothing', async () => {
    await spool.add([uplink(1, 1), uplink(1, 2)], 'c');
    const failing = spool.settle(
      spool.read(10).map((item) => ({ item, obstacle: incomplete })),
      () => {
        throw new Error('no');
      },
    );
    await expect(failing).rejects.toThrow('no');
    expect(counters(spool)).toEqual([1, 2]);
    expect([spool.depth(), spool.aside().get('incomplete') ?? 0]).toEqual([2, 0]);
  });

  it('lists the problems by sender and cause, newest first, to their own tenant', async () => {
    await spool.add([uplink(1, 1), uplink(1, 2)], 'c');
    await putAside(spool, incomplete);
    await spool.add([uplink(2, 1)], 'c');
    await putAside(spool, { ...incomplete, tenant: 'other' });
    await spool.addMalformed({ source: 'v3/x', reason: 'no JSON', text: '{', correlationId: 'c' });
    expect(spool.problems({ tenant: '', limit: 10, offset: 0 })).toMatchObject({
      count: 1,
      problems: [{ key: 'malformed:v3/x', cause: 'malformed', items: 1, last: '{' }],
    });
    const { count, problems } = spool.problems({ tenant: 't', limit: 10, offset: 0 });
    expect(count).toBe(1);
    expect(problems).toMatchObject([
      { key: 'lorawan:70B3D57BA0000001', tenant: 't', cause: 'incomplete', items: 2, reason: 'no location' },
    ]);
    expect(spool.problems({ limit: 1, offset: 1 })).toMatchObject({
      count: 3,
      problems: [{ tenant: 'other' }],
    });
    expect(spool.problemsOf((key) => key === 'lorawan:70B3D57BA0000002')).toMatchObject([{ items: 1 }]);
  });

  it('forgets the items of a sender', async () => {
    await spool.add([uplink(1, 1), uplink(2, 1)], 'c');
    await putAside(spool, incomplete);
    expect(await spool.forget('lorawan:70B3D57BA0000001')).toBe(1);
    expect(await spool.release(() => true)).toBe(1);
    expect(spool.read(10).map(({ key }) => key)).toEqual(['lorawan:70B3D57BA0000002']);
  });
});

describe('the limits of the spool', () => {
  it('refuse what would be too much, and none of it is in', async () => {
    const spool = open(':memory:', { limit: 2 });
    await spool.add([uplink(1, 1)], 'c');
    await expect(spool.add([uplink(1, 2), uplink(1, 3)], 'c')).rejects.toThrow('AGENT_SPOOL_LIMIT');
    expect(counters(spool)).toEqual([1]);
    await spool.settle(spool.read(1).map((item) => ({ item })));
    await spool.add([uplink(1, 2), uplink(1, 3)], 'c');
  });

  it('drop the oldest of a sender that has too much put aside', async () => {
    const dropped: [CauseName, number][] = [];
    const spool = open(':memory:', {
      asideLimit: 3,
      onDropped: (cause, items) => dropped.push([cause, items]),
    });
    await spool.add(
      [1, 2, 3, 4, 5].map((second) => uplink(1, second)),
      'c',
    );
    await spool.add([uplink(2, 9)], 'c');
    await putAside(spool, incomplete);
    expect(dropped).toEqual([['incomplete', 2]]);
    await spool.release(() => true);
    expect(counters(spool)).toEqual([3, 4, 5, 9]);
  });

  it('drop the oldest of all when strangers are many', async () => {
    const dropped: [CauseName, number][] = [];
    const spool = open(':memory:', {
      asideTotal: 4,
      onDropped: (cause, items) => dropped.push([cause, items]),
    });
    await spool.add(
      [1, 2, 3, 4, 5, 6].map((device) => uplink(device, device)),
      'c',
    );
    await putAside(spool, { cause: 'unknown-device', reason: 'who?' });
    expect(dropped).toEqual([['unknown-device', 2]]);
    expect(spool.aside().get('unknown-device')).toBe(4);
    await spool.release(() => true);
    expect(counters(spool)).toEqual([3, 4, 5, 6]);
    expect(spool.aside().get('unknown-device')).toBe(0);
  });
});

describe('a spool that is opened again', () => {
  it('has everything, in order, and goes on counting', async () => {
    const place = `${folder}/again.db`;
    const first = open(place);
    await first.add([uplink(1, 1), uplink(2, 2), uplink(2, 3)], 'c');
    await first.settle(first.read(1).map((item) => ({ item, obstacle: incomplete })));
    opened.pop()?.close();
    const second = open(place);
    expect([second.depth(), second.aside().get('incomplete'), second.openedAt]).toEqual([2, 1, 3]);
    await second.add([uplink(3, 4)], 'c');
    await second.release(() => true);
    expect(counters(second)).toEqual([1, 2, 3, 4]);
  });
});

const invalid: Obstacle = { cause: 'invalid', reason: 'too hot', tenant: 't' };

describe('a replay of many messages', () => {
  it('goes on its way in pieces, without what comes after it was asked for', async () => {
    const spool = open();
    const device = 't\npm-1';
    const arrive = async (...seconds: readonly number[]): Promise<void> => {
      const added = seconds.map((second) => uplink(1, second));
      await spool.add(added, 'c');
      await spool.settle(spool.read(100).map((item) => ({ item, fate: { device, result: 'sent' } })));
    };
    await arrive(1, 2, 3, 4, 5, 6);
    const range = { from: timeOf(2), to: timeOf(9) };
    const id = await spool.replays.order({ tenant: 't', selection: '{}', ...range, devices: [device] });
    await arrive(7);
    const pieces: (readonly number[])[] = [];
    while (await spool.replays.feed(2)) {
      pieces.push(counters(spool));
      await spool.settle(spool.read(100).map((item) => ({ item, fate: { device, result: 'late' } })));
    }
    expect(pieces).toEqual([[2], [3, 4], [5, 6], []]);
    const progress = { items: 5, itemsLeft: 0, devicesLeft: 0, results: { late: 5 } };
    expect(spool.replays.progress('t', id)).toMatchObject(progress);
  });

  it('goes on after a write that failed', async () => {
    const spool = open();
    const device = 't\npm-1';
    await spool.add([uplink(1, 1)], 'c');
    await spool.settle(spool.read(1).map((item) => ({ item, fate: { device, result: 'sent' } })));
    const range = { from: timeOf(0), to: timeOf(9) };
    await spool.replays.order({ tenant: 't', selection: '{}', ...range, devices: [device] });
    opened.at(-1)?.exec('ALTER TABLE replay_device RENAME TO away');
    await expect(spool.replays.feed(2)).rejects.toThrow('replay_device');
    opened.at(-1)?.exec('ALTER TABLE away RENAME TO replay_device');
    expect(await spool.replays.feed(2)).toBe(true);
    expect(counters(spool)).toEqual([1]);
  });

  it('of the quarantine takes each once, also what comes back to it meanwhile', async () => {
    const many = 1200;
    const spool = open(':memory:', { limit: many, asideLimit: many, asideTotal: many });
    await spool.add(
      Array.from({ length: many }, (_, second) => uplink(1, second)),
      'c',
    );
    await putAside(spool, invalid, many);
    const backAgain: Promise<void>[] = [];
    spool.onFilled(() => backAgain.push(putAside(spool, invalid, many)));
    expect(await spool.quarantine.replay({ tenant: 't' })).toBe(many);
    await Promise.all(backAgain);
    expect(backAgain).toHaveLength(3);
    expect(spool.aside().get('invalid')).toBe(many);
    expect(await spool.quarantine.remove({ tenant: 't' })).toBe(many);
    expect(spool.aside().get('invalid')).toBe(0);
  });
});
