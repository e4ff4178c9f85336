import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { topicOf, uplink } from './uplinks.ts';

/** What the load is told. */
export interface LoadJob {
  readonly mqttUrl: string;
  /** Where webhooks go; without it every device speaks MQTT, else every second one. */
  readonly deviceOrigin?: string;
  readonly devices: number;
  readonly uplinksPerDevice: number;
  /** Uplinks a second, of all devices. */
  readonly rate: number;
  /** Uplinks that each device has sent in an earlier job. */
  readonly sentBefore?: number;
}

/** What the load reports when everything is acknowledged. */
export interface LoadReport {
  readonly sent: number;
  /** Requests and publications that had to be repeated. */
  readonly repeated: number;
  /** Milliseconds from the moment at which each uplink was due until it was sent. */
  readonly late: readonly number[];
}

type Send = (message: string) => Promise<void>;
type Publish = (topic: string, message: string) => Promise<void>;

/** The devices, a process of its own: uplinks at an even rate, at QoS 1 or by webhook, each repeated until it is acknowledged. */
process.once('message', (job: LoadJob) => {
  void run(job).then((report) => process.send?.(report));
});
process.once('disconnect', () => process.exit(0));

let repeated = 0;
/** Milliseconds until what was not acknowledged is sent again. */
const pause = 100;

async function run(job: LoadJob): Promise<LoadReport> {
  const { sentBefore = 0 } = job;
  const late: number[] = [];
  const publish = publisher(job.mqttUrl);
  const senders = Array.from({ length: job.devices }, (_, device) => senderOf(job, publish, device));
  const pending = senders.map(() => Promise.resolve());
  const [begin, startedAt] = [performance.now(), Date.now()];
  for (let number = 0; number < job.devices * job.uplinksPerDevice; number += 1) {
    const since = (number * 1000) / job.rate;
    const wait = begin + since - performance.now();
    if (wait > 1) await delay(wait);
    const device = number % job.devices;
    // The time at which it is due: no two of a device have the same, and a device that is late pays for it.
    const dueAt = new Date(startedAt + since).toISOString();
    const message = uplink(device, sentBefore + Math.floor(number / job.devices), dueAt);
    late.push(performance.now() - begin - since);
    // A device sends one after the other.
    const send = senders[device];
    pending[device] = (pending[device] ?? Promise.resolve()).then(() => send?.(message));
  }
  await Promise.all(pending);
  return { sent: job.devices * job.uplinksPerDevice, repeated, late };
}

function senderOf({ deviceOrigin }: LoadJob, publish: Publish, device: number): Send {
  if (deviceOrigin !== undefined && device % 2 === 1) return (message) => post(deviceOrigin, message);
  const topic = topicOf(device);
  return (message) => publish(topic, message);
}

/** Publishes on one connection, and on a new one what a lost connection left without an acknowledgement. */
function publisher(url: string): Publish {
  let connection: Promise<MqttClient> | undefined;
  const connect = async (): Promise<MqttClient> => {
    const client = await connectAsync(url, { reconnectPeriod: 0, connectTimeout: 2000 }, false);
    client.on('error', () => undefined);
    client.once('close', () => {
      connection = undefined;
      client.end(true);
    });
    return client;
  };
  return (topic, message) =>
    untilDone(async () => {
      connection ??= connect();
      const current = connection;
      const client = await current.catch((error: unknown) => {
        if (connection === current) connection = undefined;
        throw error;
      });
      await client.publishAsync(topic, message, { qos: 1 });
    });
}

function post(origin: string, body: string): Promise<void> {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  return untilDone(async () => {
    const answer = await fetch(`${origin}/webhooks/things-stack`, request);
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`the agent answers ${answer.status}`);
  });
}

async function untilDone(task: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await task();
    } catch {
      repeated += 1;
      await delay(pause);
    }
  }
}
