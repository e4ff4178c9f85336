import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Quantiles, quantiles, sendAll, warmUp } from './agent-latency.ts';
import type { Received } from './agent-receiver.ts';
import { startAgent, startBroker } from './programs.ts';
import { environmentContext, register } from './uplinks-row.ts';

/** What a subscriber of the broker got, and how long that took from the moment at which an uplink is due. */
export interface NotifiedReport extends Quantiles {
  readonly uplinks: number;
  /** Uplinks that no notification told of. */
  readonly missing: number;
  /** Notifications of the same uplink as an earlier one. */
  readonly twice: number;
  /** Notifications of an uplink that came behind a later one of the same device. */
  readonly outOfOrder: number;
}

/** Seconds without a notification after which no more is expected. */
const quietSeconds = 5;

/** As `latency`, up to a subscriber that is notified of every change. */
export async function notified(
  folder: string,
  { seconds, rate }: { readonly seconds: number; readonly rate: number },
): Promise<NotifiedReport> {
  const broker = await startBroker(folder);
  const agent = await startAgent(folder, broker.origin);
  const receiver = await startReceiver();
  const devices = Math.max(2, Math.min(rate, 1000));
  const fleet = { devices, mqttUrl: agent.mqttUrl };
  const uplinksPerDevice = Math.ceil((seconds * rate) / devices);
  try {
    await register(agent.origin, { devices, uplinksPerDevice, lastAt: 0 });
    await subscribe(broker.origin, receiver.port);
    await sendAll(agent.origin, { ...fleet, uplinksPerDevice: warmUp, rate: rate / 2 });
    await receiver.take(devices * warmUp);
    await sendAll(agent.origin, { ...fleet, uplinksPerDevice, rate, sentBefore: warmUp });
    return judge(await receiver.take(devices * uplinksPerDevice), devices * uplinksPerDevice);
  } finally {
    receiver.stop();
    await agent.stop();
    await broker.stop();
  }
}

function judge(received: readonly Received[], uplinks: number): NotifiedReport {
  const known = new Set(received.map(({ entityId, sentAt }) => `${entityId} ${sentAt}`));
  const newest = new Map<string, number>();
  let outOfOrder = 0;
  for (const { entityId, sentAt } of received) {
    if (sentAt < (newest.get(entityId) ?? 0)) outOfOrder += 1;
    else newest.set(entityId, sentAt);
  }
  const counts = { uplinks, missing: uplinks - known.size, twice: received.length - known.size, outOfOrder };
  return { ...counts, ...quantiles(received.map(({ sentAt, receivedAt }) => receivedAt - sentAt)) };
}

/** A process that takes notifications; see agent-receiver.ts. */
async function startReceiver() {
  const child = fork(fileURLToPath(new URL('./agent-receiver.js', import.meta.url)), { execArgv: [] });
  const [port] = (await once(child, 'message')) as [number];
  const newOnes = async (): Promise<readonly Received[]> => {
    child.send('report');
    const [received] = (await once(child, 'message')) as [readonly Received[]];
    return received;
  };
  return {
    port,
    /** Resolves to so many notifications since the last call, or to fewer when no more come. */
    take: async (count: number): Promise<readonly Received[]> => {
      const all: Received[] = [];
      let lastAt = Date.now();
      while (all.length < count && Date.now() - lastAt < quietSeconds * 1000) {
        await delay(200);
        const received = await newOnes();
        if (received.length > 0) lastAt = Date.now();
        all.push(...received);
      }
      return all;
    },
    stop: () => child.disconnect(),
  };
}

async function subscribe(origin: string, port: number): Promise<void> {
  const subscription = {
    type: 'Subscription',
    entities: [{ type: 'AirQualityObserved' }],
    notification: {
      attributes: ['temperature'],
      endpoint: { uri: `http://127.0.0.1:${port}/`, accept: 'application/json' },
    },
  };
  const answer = await fetch(`${origin}/ngsi-ld/v1/subscriptions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', link: environmentContext },
    body: JSON.stringify(subscription),
  });
  if (answer.status !== 201)
    throw new Error(`the broker refuses the subscription: ${answer.status} ${await answer.text()}`);
}
