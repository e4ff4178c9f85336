import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { startLoad, untilDrained } from './agent-fleet.ts';
import { startAgent, startBroker } from './programs.ts';
import { register } from './uplinks-row.ts';

/** Milliseconds from the publication of an uplink until a subscriber of the broker has the Entity that it changed. */
export interface LatencyReport {
  readonly uplinks: number;
  readonly seen: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

interface Seen {
  readonly port: number;
  readonly latencies: number[];
  close(): void;
}

/** Sends at an even rate for so long, all by MQTT at QoS 1; the first second, in which the programs warm up, does not count. */
export async function latency(
  folder: string,
  { seconds, rate }: { readonly seconds: number; readonly rate: number },
): Promise<LatencyReport> {
  const broker = await startBroker(folder);
  const agent = await startAgent(folder, broker.origin);
  const receiver = await startReceiver();
  const devices = Math.max(2, Math.min(rate, 1000));
  const fleet = { devices, uplinksPerDevice: Math.ceil((seconds * rate) / devices) };
  await register(agent.origin, { ...fleet, lastAt: 0 });
  await subscribe(broker.origin, receiver.port);
  const load = startLoad({ ...fleet, mqttUrl: agent.mqttUrl, rate });
  try {
    await delay(1000);
    receiver.latencies.length = 0;
    const { sent } = await load.acknowledged;
    await untilDrained(agent.origin, 60);
    await delay(500);
    return { uplinks: sent, seen: receiver.latencies.length, ...quantiles(receiver.latencies) };
  } finally {
    load.stop();
    receiver.close();
    await agent.stop();
    await broker.stop();
  }
}

async function startReceiver(): Promise<Seen> {
  const latencies: number[] = [];
  const server = createServer((request, response) => {
    const now = Date.now();
    void timesIn(request).then((times) => {
      latencies.push(...times.map((time) => now - time));
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, latencies, close };
}

/** When the devices sent what a notification tells of: the network server of the load receives it at that moment. */
async function timesIn(request: IncomingMessage): Promise<readonly number[]> {
  const { data = [] } = (await json(request)) as { data?: Record<string, { observedAt?: string }>[] };
  return data.map((entity) => {
    const observed = Object.values(entity).find((attribute) => attribute?.observedAt !== undefined);
    return Date.parse(observed?.observedAt ?? '');
  });
}

async function subscribe(origin: string, port: number): Promise<void> {
  const subscription = {
    type: 'Subscription',
    entities: [{ type: 'https://smartdatamodels.org/dataModel.Environment/AirQualityObserved' }],
    notification: { endpoint: { uri: `http://127.0.0.1:${port}/`, accept: 'application/json' } },
  };
  const answer = await fetch(`${origin}/ngsi-ld/v1/subscriptions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(subscription),
  });
  if (answer.status !== 201)
    throw new Error(`the broker refuses the subscription: ${answer.status} ${await answer.text()}`);
}

function quantiles(latencies: readonly number[]): Pick<LatencyReport, 'p50' | 'p99' | 'max'> {
  const ordered = latencies.toSorted((a, b) => a - b);
  const at = (part: number): number => ordered[Math.ceil(ordered.length * part) - 1] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
