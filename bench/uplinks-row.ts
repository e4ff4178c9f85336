import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuSeconds } from './process-usage.ts';
import { startAgent, startBroker } from './programs.ts';
import type { Row } from './report.ts';
import { type Fleet, type PublishJob, registration } from './uplinks.ts';

const goalPerSecond = 1000;
const waitSeconds = 60;
/** Header Link with the @context of what the fleet feeds. */
export const environmentContext =
  '<https://smart-data-models.github.io/dataModel.Environment/context.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"';

/**
 * Uplinks a second from the first MQTT publish until the last uplink of every device stands in its entity, with both
 * programs, the embedded MQTT broker and a publisher at QoS 1. One short fleet warms up, the second counts.
 */
export async function uplinksRow(folder: string, devices = 400, uplinksPerDevice = 25): Promise<Row> {
  const broker = await startBroker(folder);
  const agent = await startAgent(folder, broker.origin);
  try {
    const lastAt = Date.now() - 60_000;
    const fleet = { devices, uplinksPerDevice, lastAt };
    await register(agent.origin, fleet);
    await send(agent.mqttUrl, broker.origin, { ...fleet, uplinksPerDevice: 5, lastAt: lastAt - 3_600_000 });
    const before = [cpuSeconds(broker.pid), cpuSeconds(agent.pid)] as const;
    const { seconds, publishSeconds } = await send(agent.mqttUrl, broker.origin, fleet);
    const count = devices * uplinksPerDevice;
    const perUplink = (pid: number, earlier: number): string =>
      (((cpuSeconds(pid) - earlier) * 1000) / count).toFixed(2);
    return {
      title: 'uplinks, MQTT to entity',
      perSecond: count / seconds,
      goal: `${goalPerSecond}/s`,
      isMet: count / seconds >= goalPerSecond,
      note: `${count} uplinks; all acknowledged after ${publishSeconds.toFixed(1)} s, all in entities after ${seconds.toFixed(1)} s; CPU ms an uplink: broker ${perUplink(broker.pid, before[0])}, agent ${perUplink(agent.pid, before[1])}`,
    };
  } finally {
    await agent.stop();
    await broker.stop();
  }
}

/** Registers the fleet's devices at the agent. */
export async function register(origin: string, fleet: Fleet): Promise<void> {
  const answer = await fetch(`${origin}/iot/devices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(registration(fleet)),
  });
  if (answer.status !== 201)
    throw new Error(`the agent refuses the devices: ${answer.status} ${await answer.text()}`);
}

async function send(
  mqttUrl: string,
  origin: string,
  fleet: Fleet,
): Promise<{ readonly seconds: number; readonly publishSeconds: number }> {
  const publisher = fork(fileURLToPath(new URL('./publish.js', import.meta.url)), { execArgv: [] });
  const begin = performance.now();
  const since = (): number => (performance.now() - begin) / 1000;
  publisher.send({ ...fleet, mqttUrl, connections: 4, window: 32 } satisfies PublishJob);
  await once(publisher, 'message');
  const publishSeconds = since();
  publisher.disconnect();
  while ((await upToDate(origin, fleet.lastAt)) < fleet.devices) {
    if (since() > waitSeconds + publishSeconds)
      throw new Error(`not all uplinks are in entities after ${waitSeconds} s`);
    await delay(200);
  }
  return { seconds: since(), publishSeconds };
}

/** How many entities show a temperature of that time or later. */
async function upToDate(origin: string, lastAt: number): Promise<number> {
  const path = '/ngsi-ld/v1/entities?type=AirQualityObserved&attrs=temperature&limit=1000';
  const answer = await fetch(origin + path, { headers: { link: environmentContext } });
  const entities = (await answer.json()) as { readonly temperature?: { readonly observedAt?: string } }[];
  return entities.filter(({ temperature }) => Date.parse(temperature?.observedAt ?? '') >= lastAt).length;
}
