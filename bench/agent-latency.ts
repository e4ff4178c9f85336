import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startLoad, untilDrained } from './agent-fleet.ts';
import { historyOf } from './agent-histories.ts';
import { startAgent, startBroker } from './programs.ts';
import { register } from './uplinks-row.ts';

/** Of durations in milliseconds. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** How long uplinks take from the moment at which they are due until the broker writes the Entity that they change. */
export interface LatencyReport {
  readonly uplinks: number;
  readonly latency: Quantiles;
  /** How long of that the devices took until they sent. */
  readonly devices: Quantiles;
  /** By how much the timers of a process were late that did nothing else meanwhile. */
  readonly floor: Quantiles;
}

/** Uplinks of each device before those that count: the programs get to know it, and their code becomes fast. */
export const warmUp = 3;

/**
 * Sends at an even rate for so long, all by MQTT at QoS 1, after a warm-up of three uplinks of each device at half that rate. A device
 * says when it sends, the history when the broker wrote it: nobody has to look on, which would cost what is measured.
 */
export async function latency(
  folder: string,
  { seconds, rate }: { readonly seconds: number; readonly rate: number },
): Promise<LatencyReport> {
  const broker = await startBroker(folder, { env: { TEMPORAL_PAGE_SIZE: '100000' } });
  const agent = await startAgent(folder, broker.origin);
  const devices = Math.max(2, Math.min(rate, 1000));
  const fleet = { devices, mqttUrl: agent.mqttUrl };
  const uplinksPerDevice = Math.ceil((seconds * rate) / devices);
  const idle = startIdle();
  try {
    await register(agent.origin, { devices, uplinksPerDevice, lastAt: 0 });
    await sendAll(agent.origin, { ...fleet, uplinksPerDevice: warmUp, rate: rate / 2 });
    await idle.lateness();
    const begin = Date.now();
    const sent = await sendAll(agent.origin, { ...fleet, uplinksPerDevice, rate, sentBefore: warmUp });
    const floor = quantiles(await idle.lateness());
    const latencies = await latenciesOf(broker.origin, devices, begin);
    return { uplinks: latencies.length, latency: quantiles(latencies), devices: quantiles(sent), floor };
  } finally {
    idle.stop();
    await agent.stop();
    await broker.stop();
  }
}

/** Resolves to how late the devices were, when everything they sent is delivered. */
export async function sendAll(
  agentOrigin: string,
  job: Parameters<typeof startLoad>[0],
): Promise<readonly number[]> {
  const load = startLoad(job);
  try {
    const { late } = await load.acknowledged;
    await untilDrained(agentOrigin, 60);
    return late;
  } finally {
    load.stop();
  }
}

/** A process that only waits; see agent-idle.ts. */
function startIdle() {
  const child = fork(fileURLToPath(new URL('./agent-idle.js', import.meta.url)), { execArgv: [] });
  return {
    /** Since the last question, in milliseconds. */
    lateness: async (): Promise<readonly number[]> => {
      child.send('report');
      const [late] = (await once(child, 'message')) as [readonly number[]];
      return late;
    },
    stop: () => child.disconnect(),
  };
}

async function latenciesOf(origin: string, devices: number, begin: number): Promise<readonly number[]> {
  const latencies: number[] = [];
  for (let device = 0; device < devices; device += 1)
    for (const { observedAt, modifiedAt } of await historyOf(origin, device))
      if (Date.parse(observedAt) >= begin) latencies.push(Date.parse(modifiedAt) - Date.parse(observedAt));
  return latencies;
}

/** Of any durations. */
export function quantiles(durations: readonly number[]): Quantiles {
  const ordered = durations.toSorted((a, b) => a - b);
  const at = (part: number): number => ordered[Math.ceil(ordered.length * part) - 1] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
