import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import type { DeviceEvent, LorawanUplink } from '../../../iot-agent/measurement.ts';
import { openStores, type Stores } from '../../../iot-agent/open-stores.ts';
import { newcomers } from '../../../iot-agent/provisioning/newcomers.ts';
import { type Directory, directory } from '../../../iot-agent/registry/directory.ts';
import { fakeClock } from '../../../runtime/clock.ts';
import { storeUrl } from '../../../runtime/store-url.ts';
import { uplink } from '../running-pipeline.ts';

const catalogue = await loadCatalogue();
const clock = fakeClock(1_000_000);
const known: Partial<LorawanUplink> = { profile: 'decentlab/dl-pm' };
const join: DeviceEvent = {
  ...{ kind: 'event', event: 'join', server: 'chirpstack', receivedAt: 1 },
  devEui: uplink(1, 1).devEui,
};

let stores: Stores;
let devices: Directory;
let calls: Record<'asked' | 'written', number>;

beforeEach(async () => {
  const memory = {
    storeUrl: storeUrl('sqlite::memory:'),
    brokerStoreUrl: storeUrl('sqlite:data/carillon.db'),
  };
  stores = await openStores({ ...memory, spoolUrl: undefined }, clock);
  calls = { asked: 0, written: 0 };
  const { registry: real } = stores;
  const registry = {
    ...real,
    deviceByDevEui: (devEui: string) => {
      calls.asked += 1;
      return real.deviceByDevEui(devEui);
    },
    addPending: (...told: Parameters<typeof real.addPending>) => {
      calls.written += 1;
      return real.addPending(...told);
    },
  };
  const parse = async () => ({ reason: 'is never asked' });
  devices = directory(
    registry,
    100,
    clock,
    newcomers({ registry, catalogue, parse, limit: 2, clock, registered: () => {} }),
  );
});
afterEach(() => stores.close());

describe('newcomers', () => {
  it('are written down once, however many uplinks they send', async () => {
    for (let second = 0; second < 1000; second++)
      expect(await devices.find(uplink(1, second, known))).toMatchObject({ kind: 'pending', tenant: '' });
    expect(calls).toEqual({ asked: 1, written: 1 });
  });

  it('of no known kind are not written down at all', async () => {
    for (let second = 0; second < 1000; second++)
      expect(await devices.find(uplink(1, second))).toMatchObject({ kind: 'unknown' });
    expect(calls).toEqual({ asked: 1, written: 0 });
  });

  it('are met when an uplink tells their kind after events that did not', async () => {
    for (let time = 0; time < 10; time++)
      expect(await devices.find(join)).toMatchObject({ kind: 'unknown', isUntold: true });
    expect(calls.asked).toBe(1);
    expect(await devices.find(uplink(1, 1, known))).toMatchObject({ kind: 'pending' });
    expect(await devices.find(join)).toMatchObject({ kind: 'pending' });
  });

  it('are no more than the limit, and the others hear of it', async () => {
    const found = [];
    for (const number of [1, 2, 3, 4]) found.push(await devices.find(uplink(number, 1, known)));
    expect(found.map(({ kind }) => kind)).toEqual(['pending', 'pending', 'unknown', 'unknown']);
    expect(found[3]).toMatchObject({ reason: expect.stringContaining('PENDING_LIMIT') });
    expect((await stores.registry.pendingDevices('', 'pending', { limit: 10, offset: 0 })).count).toBe(2);
  });
});
