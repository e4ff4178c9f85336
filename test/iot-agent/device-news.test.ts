import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeviceEvent } from '../../iot-agent/measurement.ts';
import { eventually } from '../support/eventually.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type FakeBroker, fakeBroker } from './fake-broker.ts';
import { airQualityId, lorawanRecord, runPipeline, timeOf, timeText, uplink } from './running-pipeline.ts';

const folder = tempFolder();
let broker: FakeBroker;

beforeEach(async () => {
  broker = await fakeBroker();
});
afterEach(() => broker.close());

const origin = (second: number) => {
  const { devEui } = uplink(1, 1);
  return { kind: 'event', devEui, server: 'chirpstack', receivedAt: timeOf(second) } as const;
};
const join = (second: number): DeviceEvent => ({ ...origin(second), event: 'join' });
const status = (second: number, batteryLevel: number): DeviceEvent => ({
  ...origin(second),
  event: 'status',
  batteryLevel,
});
const place = { latitude: 51.03, longitude: 4.48, altitude: 7 };
const location = (second: number): DeviceEvent => ({ ...origin(second), event: 'location', location: place });
const device = () => broker.entity('urn:ngsi-ld:Device:pm-1');

describe('events of a network server in the Device entity', () => {
  it.each([
    ['its battery', status(1, 0.883), { batteryLevel: { value: 0.883, unitCode: 'C62' } }],
    ['that its battery is not known', status(1, -1), { batteryLevel: { value: -1 } }],
    [
      'that it joined',
      join(1),
      { deviceState: { value: 'joined', observedAt: timeText(1) }, dateLastJoin: { value: timeText(1) } },
    ],
    [
      'where it is',
      location(1),
      { location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [4.48, 51.03, 7] } } },
    ],
  ])('tell %s', async (_what, event, expected) => {
    const pipeline = await runPipeline(broker.url);
    await pipeline.registry.addDevices([lorawanRecord(1)]);
    await pipeline.receive(event);
    await eventually(() => expect(device()).toMatchObject(expected));
  });

  it('outlive the program that could not write them', async () => {
    const env = { AGENT_STORE_URL: `sqlite:${folder}/states.db` };
    broker.behave(({ body }) =>
      JSON.stringify(body ?? '').includes('Device') ? { status: 503 } : undefined,
    );
    const first = await runPipeline(broker.url, env);
    await first.registry.addDevices([lorawanRecord(1)]);
    await first.receive(join(1), status(2, 0.5));
    await eventually(() => expect(first.spool.depth()).toBe(0));
    await first.end();
    broker.recover();
    await runPipeline(broker.url, env);
    await eventually(() =>
      expect(device()).toMatchObject({ batteryLevel: { value: 0.5 }, dateLastJoin: { value: timeText(1) } }),
    );
  });
});

describe('the place that a network server tells', () => {
  it('is that of what the device measures where it has no other, also of what waited for it', async () => {
    const pipeline = await runPipeline(broker.url);
    await pipeline.registry.addDevices([lorawanRecord(1, { static_attributes: [] })]);
    await pipeline.receive(uplink(1, 1));
    await eventually(() => expect(pipeline.spool.aside().get('incomplete')).toBe(1));
    await pipeline.receive(location(2), uplink(1, 3));
    const there = { location: { value: { type: 'Point', coordinates: [4.48, 51.03, 7] } } };
    await eventually(() => expect(broker.entity(airQualityId(1))).toMatchObject(there));
    await eventually(() => expect(pipeline.spool.aside().get('incomplete')).toBe(0));
    await eventually(() => expect(pipeline.spool.depth()).toBe(0));
    // In their order, the one that waited first.
    const times = broker.upserts.flatMap(({ id, pm25 }) => (id === airQualityId(1) ? [pm25] : []));
    expect(times).toMatchObject([{ observedAt: timeText(1) }, { observedAt: timeText(3) }]);
  });
});
