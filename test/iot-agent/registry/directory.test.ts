import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Directory, directory } from '../../../iot-agent/registry/directory.ts';
import type { Registry } from '../../../iot-agent/registry/registry.ts';
import { RegistryAway } from '../../../iot-agent/registry/registry-away.ts';
import { fakeClock } from '../../../runtime/clock.ts';
import {
  groupRecord,
  lorawanRecord,
  measure,
  type RunningPipeline,
  runPipeline,
  uplink,
} from '../running-pipeline.ts';
import { deviceRecord } from './contract.ts';

let pipeline: RunningPipeline;
let registry: Registry;
let devices: Directory;
let questions: number;
let isAway: boolean;
const clock = fakeClock(1_000_000);

beforeEach(async () => {
  pipeline = await runPipeline('http://127.0.0.1:9');
  questions = 0;
  isAway = false;
  const { registry: real } = pipeline;
  registry = {
    ...real,
    deviceByDevEui: async (devEui) => {
      questions += 1;
      if (isAway) throw new RegistryAway('the registry is away');
      return real.deviceByDevEui(devEui);
    },
  };
  devices = directory(registry, 100, clock);
});

const nameOf = async (apikey: string, id: string): Promise<string> => {
  const found = await devices.find(measure(apikey, id, {}));
  return found.kind === 'device' ? `${found.device.tenant}/${found.device.entityType}` : found.kind;
};

describe('the directory of devices', () => {
  it('asks the registry once, for strangers as well, until it is told to forget', async () => {
    expect(await devices.find(uplink(1, 1))).toMatchObject({ kind: 'unknown' });
    await devices.find(uplink(1, 2));
    expect(questions).toBe(1);
    await registry.addDevices([lorawanRecord(1)]);
    devices.forget();
    expect(await devices.find(uplink(1, 3))).toMatchObject({ kind: 'device', device: { deviceId: 'pm-1' } });
    await devices.find(uplink(1, 4));
    expect(questions).toBe(2);
  });

  it('gives what comes by the connection of a tenant to no device of another tenant', async () => {
    await registry.addDevices([lorawanRecord(1)]);
    await registry.addGroups([groupRecord({ apikey: 'k1', entity_type: 'T' })]);
    const unknown = {
      kind: 'unknown',
      tenant: 'city',
      reason: expect.stringContaining('connection city/lns'),
    };
    expect(await devices.find(uplink(1, 1, { connection: 'city/lns' }))).toMatchObject(unknown);
    expect(await devices.find({ ...measure('k1', 'new', {}), connection: 'city/lns' })).toMatchObject(
      unknown,
    );
    expect(await registry.device('', 'new')).toBeUndefined();
    expect(await devices.find(uplink(1, 2, { connection: 'lns' }))).toMatchObject({ kind: 'device' });
    expect(await devices.find(uplink(1, 3))).toMatchObject({ kind: 'device' });
  });

  it('does not keep an answer that was under way when it was told to forget', async () => {
    const before = devices.find(uplink(1, 1));
    devices.forget();
    await before;
    await registry.addDevices([lorawanRecord(1)]);
    expect(await devices.find(uplink(1, 2))).toMatchObject({ kind: 'device' });
  });

  it('goes on with those that it remembers while the registry is away, and asks it once a second', async () => {
    await registry.addDevices([lorawanRecord(1), lorawanRecord(2)]);
    await devices.find(uplink(1, 1));
    isAway = true;
    await expect(devices.find(uplink(2, 1))).rejects.toThrow(RegistryAway);
    await expect(devices.find(uplink(3, 1))).rejects.toThrow(RegistryAway);
    expect(questions).toBe(2);
    expect(await devices.find(uplink(1, 2))).toMatchObject({ kind: 'device' });
    isAway = false;
    clock.advance(1_000_000);
    expect(await devices.find(uplink(2, 1))).toMatchObject({ kind: 'device' });
  });

  it("tells a plain device by its own apikey before its group's", async () => {
    await registry.addGroups([groupRecord({ apikey: 'g', entity_type: 'Room' }, 'a')]);
    await registry.addDevices([
      deviceRecord('a', 'member', { entity_type: 'Member' }),
      deviceRecord('a', 'loner', { entity_type: 'Loner', apikey: 'own' }),
      deviceRecord('b', 'guest', { entity_type: 'Guest', apikey: 'g' }),
    ]);
    expect(await nameOf('g', 'member')).toBe('a/Member');
    expect(await nameOf('g', 'loner')).toBe('unknown');
    expect(await nameOf('own', 'loner')).toBe('a/Loner');
    expect(await nameOf('g', 'guest')).toBe('b/Guest');
    expect(await nameOf('g', 'newcomer')).toBe('a/Room');
    expect(await nameOf('other', 'member')).toBe('unknown');
  });

  it("does not give a tenant's measures to another one that registers the same id and apikey", async () => {
    await registry.addGroups([groupRecord({ apikey: 'g', entity_type: 'Room' }, 'a')]);
    await registry.addDevices([
      deviceRecord('a', 'member', { entity_type: 'Member' }),
      deviceRecord('b', 'member', { entity_type: 'Copy', apikey: 'g' }),
    ]);
    expect(await nameOf('g', 'member')).toBe('a/Member');
  });

  it('lays the settings of a device over those of its group', async () => {
    const attribute = (name: string, type: string) => ({ object_id: 't', name, type });
    await registry.addGroups([
      groupRecord({
        apikey: 'g',
        entity_type: 'Room',
        explicitAttrs: true,
        attributes: [attribute('temperature', 'Text'), attribute('noise', 'Number')],
        internal_attributes: { emptyDistance: 1, fullDistance: 2 },
      }),
    ]);
    await registry.addDevices([
      deviceRecord('', 'd', {
        attributes: [attribute('temperature', 'Number')],
        internal_attributes: { fullDistance: 3 },
      }),
    ]);
    expect(await devices.find(measure('g', 'd', {}))).toMatchObject({
      device: {
        explicitAttrs: true,
        attributes: [attribute('temperature', 'Number'), attribute('noise', 'Number')],
        internalAttributes: { emptyDistance: 1, fullDistance: 3 },
      },
    });
  });

  it('tells apikeys and device ids with slashes apart', async () => {
    await registry.addDevices([
      deviceRecord('a', 'b/c', { apikey: 'k' }),
      deviceRecord('b', 'c', { apikey: 'k/b' }),
    ]);
    expect(await nameOf('k', 'b/c')).toBe('a/T');
    expect(await nameOf('k/b', 'c')).toBe('b/T');
  });
});
