import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { plainDevices } from '../../iot-agent/plain-devices.ts';
import { knownGroups } from '../../iot-agent/registry/known-groups.ts';
import { mqttIntake } from '../../iot-agent/transports/mqtt-intake.ts';
import { eventually } from '../support/eventually.ts';
import { type FakeBroker, fakeBroker } from './fake-broker.ts';
import { groupRecord, type RunningPipeline, runPipeline } from './running-pipeline.ts';
import { recordingParts } from './transports/recording-parts.ts';

const entityId = 'urn:ngsi-ld:Thing:d1';
let broker: FakeBroker;
let pipeline: RunningPipeline;

beforeEach(async () => {
  broker = await fakeBroker();
  pipeline = await runPipeline(broker.url);
});
afterEach(() => broker.close());

/** What a device publishes, and how it goes on to the broker. */
function publish(topic: string, text: string) {
  const { registry, commands, spool } = pipeline;
  const { parts } = recordingParts();
  const plain = plainDevices(knownGroups(registry, 10), commands);
  return mqttIntake({ ...parts, plain, receive: spool.add })(topic, text);
}

const settled = () => eventually(() => expect(pipeline.spool.depth()).toBe(0));

describe('measures of plain devices', () => {
  it('arrive in the order of their times, whatever their order in the message, each in the history', async () => {
    await pipeline.registry.addGroups([groupRecord({ apikey: 'k1', entity_type: 'Thing' })]);
    const [t1, t2] = ['2026-11-24T08:00:00Z', '2026-11-24T08:05:00Z'];
    const text = JSON.stringify([
      { t: 1, TimeInstant: t2 },
      { t: 0, TimeInstant: t1 },
    ]);
    expect(await publish('/json/k1/d1/attrs', text)).toEqual({ kind: 'spooled' });
    await settled();
    const property = (value: number, observedAt: string) => ({ t: { type: 'Property', value, observedAt } });
    expect(broker.entity(entityId)).toMatchObject(property(1, t2));
    expect(broker.upserts).toMatchObject([property(0, t1), property(1, t2)]);
  });

  it('of two groups in one message of UltraLight are two updates', async () => {
    await pipeline.registry.addGroups([groupRecord({ apikey: 'k1', entity_type: 'Thing' })]);
    await publish('/ul/k1/d1/attrs', 't|15#h|40');
    await settled();
    expect(broker.upserts.map(({ t, h }) => [t, h])).toMatchObject([
      [{ value: 15 }, undefined],
      [undefined, { value: 40 }],
    ]);
  });

  it.each([
    ['/iot/d', undefined, 'open'],
    ['/iot/json', undefined, '6f70656e'],
    ['', 'PDI-IoTA-UltraLight', 'open'],
    ['', ['IoTA-JSON'], '6f70656e'],
    ['', undefined, 'open'],
  ])(
    'on a topic without protocol are of that of the group with the resource %j and the protocol %j',
    async (resource, protocol, value) => {
      const settings = { apikey: 'k1', entity_type: 'Thing', resource };
      await pipeline.registry.addGroups([
        groupRecord(protocol === undefined ? settings : { ...settings, protocol }),
      ]);
      await publish('/k1/d1/attrs/door', 'open');
      await settled();
      expect(broker.entity(entityId)).toMatchObject({ door: { value } });
    },
  );
});
