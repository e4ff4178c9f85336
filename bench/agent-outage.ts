import { setTimeout as delay } from 'node:timers/promises';
import { freePort, freePorts } from '../test/support/free-port.ts';
import { startLoad, untilDrained } from './agent-fleet.ts';
import { type Histories, readHistories } from './agent-histories.ts';
import { startAgent, startBroker } from './programs.ts';
import { register } from './uplinks-row.ts';

/** How long the broker is away, and how much comes meanwhile. */
export interface Outage {
  readonly seconds: number;
  /** Uplinks a second. */
  readonly rate: number;
  /** How often the agent is killed. */
  readonly kills: number;
}

/** What was found after an outage. */
export interface OutageReport extends Histories {
  readonly sent: number;
  readonly repeated: number;
  /** Seconds from the broker's return until everything was delivered. */
  readonly drainSeconds: number;
}

/** All of it fits in one answer about one Entity. */
const brokerEnv = { TEMPORAL_PAGE_SIZE: '100000' };
const drainLimit = 600;

/**
 * Kills the broker for so long while devices send, half of them by MQTT at QoS 1 and half by webhooks, and the agent so many
 * times meanwhile, both as a power cut would; then reads what the broker has.
 */
export async function outage(folder: string, { seconds, rate, kills }: Outage): Promise<OutageReport> {
  const port = await freePort();
  const ports = await freePorts(3);
  let broker = await startBroker(folder, { port, env: brokerEnv });
  const startTheAgent = () => startAgent(folder, broker.origin, { ports });
  let agent = await startTheAgent();
  const devices = Math.max(2, Math.min(rate, 1000));
  const fleet = { devices, uplinksPerDevice: Math.max(2, Math.ceil((seconds * rate) / devices)) };
  await register(agent.origin, { ...fleet, lastAt: 0 });
  const { mqttUrl, deviceOrigin } = agent;
  const load = startLoad({ ...fleet, mqttUrl, deviceOrigin, rate });
  try {
    await delay(1000);
    await broker.kill();
    const pause = ((seconds - 1) * 1000) / (kills + 1);
    for (let kill = 0; kill < kills; kill += 1) {
      await delay(pause);
      await agent.kill();
      agent = await startTheAgent();
    }
    const { sent, repeated } = await load.acknowledged;
    broker = await startBroker(folder, { port, env: brokerEnv });
    const drainSeconds = await untilDrained(agent.origin, drainLimit);
    return { sent, repeated, drainSeconds, ...(await readHistories(broker.origin, fleet)) };
  } finally {
    load.stop();
    await agent.stop();
    await broker.stop();
  }
}
