import { Agent } from 'undici';
import type { CommandOutlets } from '../../../iot-agent/commands/commands.ts';
import { parseNotification } from '../../../iot-agent/commands/parse-notification.ts';
import type { Json } from '../../../iot-agent/measurement.ts';
import type { DeviceRecord } from '../../../iot-agent/registry/registry.ts';
import type { DeviceSettings } from '../../../iot-agent/registry/settings.ts';
import { NobodyListens, type PublishOptions } from '../../../iot-agent/transports/publisher.ts';
import { type Clock, systemClock } from '../../../runtime/clock.ts';
import type { Logger } from '../../../runtime/logger.ts';
import { eventually } from '../../support/eventually.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { type RunningPipeline, runPipeline } from '../running-pipeline.ts';

/** A message that was published. */
export interface Published {
  readonly topic: string;
  readonly text: string;
  readonly options: PublishOptions;
}

/** A pipeline with commands that go out, in front of a broker that has the lamp's Entity. */
export interface RunningCommands {
  readonly broker: FakeBroker;
  readonly pipeline: RunningPipeline;
  readonly published: Published[];
  /** While it is set, nothing can be published. */
  connection: { isAway: boolean };
  /** So many tries find nobody who listens, which is over as soon as it is told. */
  silence: { left: number };
  /** Tells of a change, as the broker does; `at` is the second of the change. */
  notify(attributes: { readonly [name: string]: Json }, at?: number): Promise<void>;
  /** The value of an Attribute of the lamp. */
  value(name: string): unknown;
  end(): Promise<void>;
}

/** The Entity of the lamp. */
export const lampId = 'urn:ngsi-ld:Lamp:l1';

/** The record of the lamp. */
export function lampRecord(settings: Partial<DeviceSettings>): DeviceRecord {
  return {
    tenant: '',
    servicePath: '/',
    settings: {
      device_id: 'l1',
      entity_type: 'Lamp',
      entity_name: lampId,
      ...settings,
    } as DeviceRecord['settings'],
  };
}

/** A Property that was changed at that second of the test. */
export function changed(value: Json, second: number, more: { readonly [name: string]: Json } = {}): Json {
  return { type: 'Property', value, modifiedAt: timeText(second), ...more };
}

const start = Date.now();

function timeText(second: number): string {
  return new Date(start + second * 1000).toISOString();
}

/** Starts them with that device; `env` as for `runPipeline`. */
export async function runCommands(
  settings: Partial<DeviceSettings>,
  {
    env = {},
    clock = systemClock(),
    log,
  }: { readonly env?: Readonly<Record<string, string>>; readonly clock?: Clock; readonly log?: Logger } = {},
): Promise<RunningCommands> {
  const broker = await fakeBroker();
  broker.put({ id: lampId, type: 'Lamp' });
  const pipeline = await runPipeline(broker.url, { COMMAND_SUBSCRIPTION_CHECK: '50ms', ...env }, clock, log);
  await pipeline.registry.addDevices([lampRecord(settings)]);
  const published: Published[] = [];
  const connection = { isAway: false };
  const silence = { left: 0 };
  const http = new Agent();
  const outlets: CommandOutlets = {
    publisher: {
      publish: async (_connection, topic, payload, options) => {
        if (connection.isAway) throw new Error('not connected');
        if (silence.left-- > 0) throw new NobodyListens('nobody', Promise.resolve());
        published.push({ topic, text: Buffer.from(payload).toString('utf8'), options });
      },
    },
    deviceHttp: http,
    serverHttp: http,
    address: { baseUrl: 'http://agent.example:4041', secret: 's3cret' },
  };
  pipeline.commands.start(outlets);
  let notifications = 0;
  return {
    ...{ broker, pipeline, published, connection, silence },
    notify: async (attributes) => {
      const data = [{ id: lampId, type: 'Lamp', ...attributes }];
      const id = `urn:ngsi-ld:Notification:${notifications++}`;
      await pipeline.commands.accept('', parseNotification({ id, type: 'Notification', data }));
    },
    value: (name) => (broker.entity(lampId)?.[name] as { readonly value?: unknown } | undefined)?.value,
    end: async () => {
      await pipeline.end();
      await http.destroy();
      await broker.close();
    },
  };
}

/** Waits until the lamp's Entity says so. */
export async function untilStatus(running: RunningCommands, name: string, value: unknown): Promise<void> {
  await eventually(() => {
    if (running.value(name) !== value) throw new Error(`${name} is ${JSON.stringify(running.value(name))}`);
  });
}
