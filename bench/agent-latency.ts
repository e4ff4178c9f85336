import { startLoad, untilDrained } from './agent-fleet.ts';
import { historyOf } from './agent-histories.ts';
import { startAgent, startBroker } from './programs.ts';
import { register } from './uplinks-row.ts';

/** Milliseconds from the publication of an uplink until the broker writes the Entity that it changes. */
export interface LatencyReport {
  readonly uplinks: number;
  readonly counted: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Sends at an even rate for so long, all by MQTT at QoS 1; the first second, in which the programs warm up, does not count. A device
 * says when it sends, the history when the broker wrote it: nobody has to look on, which would cost what is measured.
 */
export async function latency(
  folder: string,
  { seconds, rate }: { readonly seconds: number; readonly rate: number },
): Promise<LatencyReport> {
  const broker = await startBroker(folder, { env: { TEMPORAL_PAGE_SIZE: '100000' } });
  const agent = await startAgent(folder, broker.origin);
  const devices = Math.max(2, Math.min(rate, 1000));
  const fleet = { devices, uplinksPerDevice: Math.ceil((seconds * rate) / devices) };
  await register(agent.origin, { ...fleet, lastAt: 0 });
  const load = startLoad({ ...fleet, mqttUrl: agent.mqttUrl, rate });
  try {
    const { sent } = await load.acknowledged;
    await untilDrained(agent.origin, 60);
    const latencies = await latenciesOf(broker.origin, devices);
    return { uplinks: sent, counted: latencies.length, ...quantiles(latencies) };
  } finally {
    load.stop();
    await agent.stop();
    await broker.stop();
  }
}

async function latenciesOf(origin: string, devices: number): Promise<readonly number[]> {
  const taken: { readonly sent: number; readonly written: number }[] = [];
  for (let device = 0; device < devices; device += 1)
    for (const { observedAt, modifiedAt } of await historyOf(origin, device))
      taken.push({ sent: Date.parse(observedAt), written: Date.parse(modifiedAt) });
  const first = Math.min(...taken.map(({ sent }) => sent));
  return taken.filter(({ sent }) => sent >= first + 1000).map(({ sent, written }) => written - sent);
}

function quantiles(latencies: readonly number[]): Pick<LatencyReport, 'p50' | 'p99' | 'max'> {
  const ordered = latencies.toSorted((a, b) => a - b);
  const at = (part: number): number => ordered[Math.ceil(ordered.length * part) - 1] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
