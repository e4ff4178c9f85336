import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connectAsync, type MqttClient } from 'mqtt';
import { agentMetrics } from '../../iot-agent/agent-metrics.ts';
import { agentSettings } from '../../iot-agent/config.ts';
import { openConnections } from '../../iot-agent/connections/connections.ts';
import { secretBox } from '../../iot-agent/connections/secret-box.ts';
import { openStores } from '../../iot-agent/open-stores.ts';
import { openWays, type Ways } from '../../iot-agent/open-ways.ts';
import type { TopicTemplate } from '../../iot-agent/registry/topic-template.ts';
import type { EmbeddedBroker } from '../../iot-agent/transports/embedded-broker.ts';
import { systemClock } from '../../runtime/clock.ts';
import { readSettings } from '../../runtime/config.ts';
import { createLogger } from '../../runtime/logger.ts';
import { createMetrics } from '../../runtime/metrics.ts';
import { eventually } from '../support/eventually.ts';
import { type FakeBroker, fakeBroker } from './fake-broker.ts';
import { groupRecord, type RunningPipeline, runPipeline } from './running-pipeline.ts';

let broker: FakeBroker;
let pipeline: RunningPipeline;
let ways: Ways;
let mqtt: MqttClient;
let closeStores: () => Promise<void>;

beforeEach(async () => {
  broker = await fakeBroker();
  pipeline = await runPipeline(broker.url);
  const clock = systemClock();
  const log = createLogger({ name: 'test', level: 'silent' });
  const env = { AGENT_STORE_URL: 'sqlite::memory:', MQTT_PORT: '0', AGENT_DEVICE_PORT: '0' };
  const settings = readSettings(agentSettings, env);
  const { registry } = pipeline;
  const opened = await openStores(settings, clock);
  closeStores = opened.close;
  const stores = { ...opened, registry };
  const box = secretBox(undefined);
  const connections = openConnections({ registry, box, agentId: 'test', now: clock.now, log });
  const metrics = agentMetrics(createMetrics({ withDefaults: false }));
  ways = openWays({ settings, stores, pipeline, connections, metrics, clock, log });
  await ways.start();
  const [, embedded] = ways.transports as unknown as readonly [unknown, EmbeddedBroker];
  mqtt = await connectAsync(`mqtt://127.0.0.1:${embedded.port()}`);
});
afterEach(async () => {
  await mqtt.endAsync(true);
  await ways.stop();
  await closeStores();
  await broker.close();
});

async function register(topics: readonly TopicTemplate[], more: object = {}): Promise<void> {
  await pipeline.registry.addGroups([groupRecord({ apikey: 'k1', entity_type: 'Thing', topics, ...more })]);
  ways.changed(() => false);
}

/** Until the change of the registry has come through, messages are nobody's. */
async function publishUntilThere(
  topic: string,
  payload: string | Buffer,
  id: string,
  attributes: object,
): Promise<void> {
  await eventually(async () => {
    await mqtt.publishAsync(topic, payload, { qos: 1 });
    expect(broker.entity(`urn:ngsi-ld:Thing:${id}`)).toMatchObject(attributes);
  });
}

describe('free-form messages at the agent’s own MQTT broker', () => {
  it('become measures by the templates of a group', async () => {
    await register([
      { template: 'city/{site}/{deviceId}/state', format: 'json', values: { t: '$.data.t', site: '{site}' } },
    ]);
    await publishUntilThere('city/north/d1/state', '{"data":{"t":21.5}}', 'd1', {
      t: { value: 21.5 },
      site: { value: 'north' },
    });
  });

  it('are nobody’s any more when the group has no template', async () => {
    await register([{ template: 'city/{deviceId}', format: 'text', name: 't' }]);
    await publishUntilThere('city/d1', '1', 'd1', { t: { value: 1 } });
    await pipeline.registry.replaceGroup('k1', groupRecord({ apikey: 'k1', entity_type: 'Thing' }));
    ways.changed(() => false);
    await eventually(async () => {
      const before = broker.upserts.length;
      await mqtt.publishAsync('city/d1', '2', { qos: 1 });
      await mqtt.publishAsync('/json/k1/d2/attrs', `{"n":${before}}`, { qos: 1 });
      await eventually(() =>
        expect(broker.entity('urn:ngsi-ld:Thing:d2')).toMatchObject({ n: { value: before } }),
      );
      expect(broker.upserts.length).toBe(before + 1);
    });
  });

  it('in bytes are decoded by the codec of the group', async () => {
    const lpp = { codec: 'cayenne-lpp' };
    await register([{ template: 'lpp/{deviceId}', format: 'bytes' }], lpp);
    await publishUntilThere('lpp/d1', Buffer.from('03670110056700FF', 'hex'), 'd1', {
      temperature_3: { value: 27.2 },
      temperature_5: { value: 25.5 },
    });
  });
});

describe('commands over connections', () => {
  it('are refused by a connection that is not there, for the next try', async () => {
    const publish = ways.publisher.publish('gone', 't', Buffer.from('x'), { qos: 1, retain: false });
    await expect(publish).rejects.toThrow(/no connection gone/);
  });

  it('go by the agent’s own broker when the device was heard there', async () => {
    await mqtt.subscribeAsync('/k1/d1/cmd');
    const heard = new Promise<string>((resolve) =>
      mqtt.once('message', (_topic, text) => resolve(String(text))),
    );
    await ways.publisher.publish(undefined, '/k1/d1/cmd', Buffer.from('{"on":true}'), {
      qos: 1,
      retain: false,
    });
    expect(await heard).toBe('{"on":true}');
  });
});
