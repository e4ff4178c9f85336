import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { revisionOf } from '../../iot-agent/codecs/revision.ts';
import { eventually } from '../support/eventually.ts';
import { type FakeBroker, fakeBroker } from './fake-broker.ts';
import {
  groupRecord,
  lorawanRecord,
  type RunningPipeline,
  runPipeline,
  timeText,
  uplink,
} from './running-pipeline.ts';

let broker: FakeBroker;
let pipeline: RunningPipeline;

beforeEach(async () => {
  broker = await fakeBroker();
  pipeline = await runPipeline(broker.url);
});
afterEach(() => broker.close());

function putCodec(script: string): Promise<boolean> {
  const record = { tenant: '', name: 'acme', revision: revisionOf(script), script, size: 1, updatedAt: 1 };
  return pipeline.registry.putCodec({ ...record, functions: ['decodeUplink'] });
}

const celsius = `function decodeUplink({ bytes, fPort }) {
  if (bytes[0] === 255) return { errors: ['the sensor is broken'] };
  const temperature = { displayName: 'Temperature', value: bytes[0] / 10, unit: '°C' };
  return { data: { temperature, port: fPort, unknown: null }, warnings: bytes[0] > 200 ? ['hot'] : [] };
}`;
const room = { entity_type: 'Room', entity_name: 'urn:ngsi-ld:Room:r1', static_attributes: [] };
const send = (second: number, byte: number) =>
  pipeline.receive(uplink(1, second, { bytes: Uint8Array.of(byte) }));

describe('the uplinks of a device with a codec', () => {
  it('become what the codec makes of them, before a model', async () => {
    await putCodec(celsius);
    await pipeline.registry.addDevices([lorawanRecord(1, { ...room, codec: 'acme' })]);
    await send(1, 215);
    await eventually(() => expect(broker.upserts).toHaveLength(1));
    const time = timeText(1);
    expect(broker.upserts[0]).toMatchObject({
      id: room.entity_name,
      type: 'Room',
      temperature: { value: 21.5, observedAt: time },
      port: { value: 1 },
    });
    expect(broker.upserts[0]).not.toHaveProperty('unknown');
  });

  it('become what the codec of their group makes of them', async () => {
    await putCodec(celsius);
    await pipeline.registry.addGroups([groupRecord({ apikey: 'k', codec: 'acme' })]);
    await pipeline.registry.addDevices([lorawanRecord(1, { ...room, apikey: 'k' })]);
    await send(1, 100);
    await eventually(() => expect(broker.upserts[0]).toMatchObject({ temperature: { value: 10 } }));
  });

  it('stay in their order, whatever the codec needs for them', async () => {
    await putCodec(
      `${celsius.replace('if', 'for (let k = bytes[0] === 3 ? 2e5 : 0; k > 0; k--) Math.sqrt(k); if')}`,
    );
    await pipeline.registry.addDevices([lorawanRecord(1, { ...room, codec: 'acme' })]);
    const bytes = Array.from({ length: 30 }, (_, second) => second + 1);
    await pipeline.receive(...bytes.map((byte) => uplink(1, byte, { bytes: Uint8Array.of(byte) })));
    await eventually(() => expect(broker.upserts).toHaveLength(30));
    expect(broker.upserts.map(({ temperature }) => (temperature as { value: number }).value)).toEqual(
      bytes.map((byte) => byte / 10),
    );
  });

  it('are put aside with the text of the codec when it fails', async () => {
    await putCodec(celsius);
    await pipeline.registry.addDevices([lorawanRecord(1, { ...room, codec: 'acme' })]);
    await send(1, 255);
    await eventually(() => {
      const [problem] = pipeline.spool.problems({ limit: 1, offset: 0 }).problems;
      expect(problem).toMatchObject({ cause: 'undecodable', reason: 'the sensor is broken' });
    });
  });

  it('are decoded by the new script after the old one was replaced', async () => {
    await putCodec('function decodeUplink() { while (true) {} }');
    await pipeline.registry.addDevices([lorawanRecord(1, { ...room, codec: 'acme' })]);
    await send(1, 100);
    await eventually(() => expect(pipeline.spool.aside().get('undecodable')).toBe(1));
    await putCodec(celsius);
    pipeline.changed((_key, cause) => cause === 'undecodable');
    await eventually(() =>
      expect(broker.upserts[0]).toMatchObject({ temperature: { value: 10, observedAt: timeText(1) } }),
    );
  });

  it('may be Cayenne LPP or CBOR', async () => {
    await pipeline.registry.addDevices([lorawanRecord(1, { ...room, codec: 'cayenne-lpp' })]);
    await pipeline.receive(uplink(1, 1, { bytes: Uint8Array.of(3, 0x67, 1, 0x10) }));
    await eventually(() => expect(broker.upserts[0]).toMatchObject({ temperature_3: { value: 27.2 } }));
  });

  it('wait with a reason when the codec is not there', async () => {
    await pipeline.registry.addDevices([lorawanRecord(1, { ...room, codec: 'gone' })]);
    await send(1, 1);
    await eventually(() => {
      const [problem] = pipeline.spool.problems({ limit: 1, offset: 0 }).problems;
      expect(problem?.reason).toContain('PUT /iot/codecs/gone');
    });
  });
});
