import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { CommandOwner } from '../../iot-agent/commands/command.ts';
import { deviceStates } from '../../iot-agent/delivery/device-states.ts';
import { keptStates } from '../../iot-agent/delivery/kept-states.ts';
import { forgetRemoved, forgetUnregistered } from '../../iot-agent/forget-devices.ts';
import { openStores } from '../../iot-agent/open-stores.ts';
import { deviceKey } from '../../iot-agent/registry/device-key.ts';
import { RegistryAway } from '../../iot-agent/registry/registry-away.ts';
import { resolveDevice } from '../../iot-agent/registry/resolve-device.ts';
import { deviceLog } from '../../iot-agent/spool/device-log.ts';
import { keptDevices } from '../../iot-agent/spool/kept-devices.ts';
import { rawRing } from '../../iot-agent/spool/raw-ring.ts';
import { sqliteSpool } from '../../iot-agent/spool/sqlite-spool.ts';
import { fakeClock } from '../../runtime/clock.ts';
import { lorawanRecord, timeOf, uplink } from './running-pipeline.ts';

const clock = fakeClock(timeOf(0));
let forgotten: string[];
let stores: Awaited<ReturnType<typeof openStores>>;

beforeEach(async () => {
  forgotten = [];
  const [storeUrl, brokerStoreUrl] = [':memory:', 'elsewhere.db'].map(
    (path) => ({ kind: 'sqlite', path }) as const,
  );
  if (storeUrl === undefined || brokerStoreUrl === undefined) throw new Error('no store');
  stores = await openStores({ storeUrl, brokerStoreUrl, spoolUrl: undefined }, clock);
});
afterEach(() => stores.close());

function openMemories() {
  const { db, group } = stores.spool;
  const ring = rawRing({ db, group, clock, keep: 10, keepAge: 1e12 });
  const limits = { limit: 100, asideLimit: 100, asideTotal: 100, onDropped: () => {} };
  const spool = sqliteSpool({ db, group, clock, ring, ...limits });
  return {
    states: deviceStates(1, keptStates(db, group)),
    ring,
    deviceLog: deviceLog(db, group),
    spool,
    commands: {
      forget: async ({ deviceId }: CommandOwner) => {
        forgotten.push(deviceId);
      },
    },
    kept: keptDevices(db),
  };
}

/** Keeps something of each kind of the devices. */
async function keepSomethingOf(
  { spool, deviceLog: log, states }: ReturnType<typeof openMemories>,
  numbers: readonly number[],
): Promise<void> {
  await spool.add(
    numbers.map((number) => uplink(number, 1)),
    'c',
  );
  const items = spool.read(100);
  const keys = numbers.map((number) => deviceKey('', `pm-${number}`));
  const settlements = items.map((item, index) => ({
    item,
    obstacle: { cause: 'invalid', reason: 'no', tenant: '' } as const,
    fate: { device: keys[index] ?? '', result: 'invalid' },
  }));
  await spool.settle(settlements, () => {
    for (const [index, number] of numbers.entries()) {
      const device = resolveDevice(lorawanRecord(number));
      const news = { receivedAt: timeOf(1), isReport: false, hasJoined: true };
      states.observe(device, news);
      states.save(device, news);
      log.save(keys[index] ?? '', { level: 'info', source: 'codec', message: 'm' }, timeOf(1));
    }
  });
}

it('what is kept of devices that nobody has registered any more is dropped, some devices at a time', async () => {
  const memories = openMemories();
  await stores.registry.addDevices([lorawanRecord(2)]);
  await keepSomethingOf(memories, [1, 2, 3]);
  const sweep = () => forgetUnregistered(memories, stores.registry, memories.kept, 2);
  await sweep();
  expect(openMemories().kept.next(10)).toEqual(['\npm-2', '\npm-3']);
  await sweep();
  expect(openMemories().kept.next(10)).toEqual(['\npm-2']);
  expect(forgotten).toEqual(['pm-1', 'pm-3']);
  expect(memories.spool.aside().get('invalid')).toBe(1);
  expect(memories.ring.list('\npm-2', { limit: 9 })).toHaveLength(1);
});

it('a removed device is forgotten again after what was under way, unless it is registered anew by then', async () => {
  const memories = openMemories();
  const chores: (() => Promise<unknown>)[] = [];
  const forget = forgetRemoved(memories, stores.registry, { between: (chore) => chores.push(chore) });
  await forget(['\npm-1', '\npm-2']);
  await stores.registry.addDevices([lorawanRecord(2)]);
  await keepSomethingOf(memories, [1, 2]);
  for (const chore of chores) await chore();
  expect(forgotten).toEqual(['pm-1', 'pm-2', 'pm-1']);
  expect(memories.kept.next(10)).toEqual(['\npm-2']);
});

it('nothing is dropped while the registry is away', async () => {
  const memories = openMemories();
  await keepSomethingOf(memories, [1]);
  const registry = {
    devicesById: async () => {
      throw new RegistryAway('away');
    },
  };
  await expect(forgetUnregistered(memories, registry, memories.kept, 9)).rejects.toThrow(RegistryAway);
  expect(memories.ring.list('\npm-1', { limit: 9 })).toHaveLength(1);
});
