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
}

/** What the load reports when everything is acknowledged. */
export interface LoadReport {
  readonly sent: number;
  /** Requests and publications that had to be repeated. */
  readonly repeated: number;
}

type Send = (message: string) => Promise<void>;

/** The devices, a process of its own: uplinks at an even rate, at QoS 1 or by webhook, each repeated until it is acknowledged. */
process.once('message', (job: LoadJob) => {
  void run(job).then((report) => process.send?.(report));
});
process.once('disconnect', () => process.exit(0));

let repeated = 0;

async function run(job: LoadJob): Promise<LoadReport> {
  const client = await connectAsync(job.mqttUrl, { clientId: 'bench-devices', reconnectPeriod: 200 });
  client.on('reconnect', () => {
    repeated += 1;
  });
  // While the agent is away there is nobody to tell.
  client.on('error', () => undefined);
  const senders = Array.from({ length: job.devices }, (_, device) => senderOf(job, client, device));
  const pending = senders.map(() => Promise.resolve());
  const begin = performance.now();
  for (let number = 0; number < job.devices * job.uplinksPerDevice; number += 1) {
    const wait = begin + (number * 1000) / job.rate - performance.now();
    if (wait > 1) await delay(wait);
    const device = number % job.devices;
    const message = uplink(device, Math.floor(number / job.devices), new Date().toISOString());
    // A device sends one after the other.
    const send = senders[device];
    pending[device] = (pending[device] ?? Promise.resolve()).then(() => send?.(message));
  }
  await Promise.all(pending);
  await client.endAsync();
  return { sent: job.devices * job.uplinksPerDevice, repeated };
}

function senderOf({ deviceOrigin }: LoadJob, client: MqttClient, device: number): Send {
  if (deviceOrigin !== undefined && device % 2 === 1) return (message) => post(deviceOrigin, message);
  const topic = topicOf(device);
  return async (message) => {
    await client.publishAsync(topic, message, { qos: 1 });
  };
}

async function post(origin: string, message: string): Promise<void> {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: message };
  for (;;) {
    const answer = await fetch(`${origin}/webhooks/things-stack`, request).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    repeated += 1;
    await delay(100);
  }
}
