import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LoadJob, LoadReport } from './agent-load.ts';

/** Devices that send. */
export interface Load {
  /** Resolves when everything is acknowledged. */
  readonly acknowledged: Promise<LoadReport>;
  stop(): void;
}

/** Starts the devices in a process of their own. */
export function startLoad(job: LoadJob): Load {
  const child = fork(fileURLToPath(new URL('./agent-load.js', import.meta.url)), { execArgv: [] });
  child.send(job);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the devices ended with ${String(code)}`);
  });
  return {
    acknowledged: Promise.race([once(child, 'message').then(([report]) => report as LoadReport), ended]),
    stop: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** Resolves to the seconds until nothing is on its way from the agent to the broker. */
export async function untilDrained(agentOrigin: string, limitSeconds: number): Promise<number> {
  const begin = performance.now();
  const since = (): number => (performance.now() - begin) / 1000;
  while (since() < limitSeconds) {
    const waiting = await waitingAt(agentOrigin);
    if (waiting === 0) return since();
    await delay(100);
  }
  throw new Error(`the agent has not delivered everything after ${limitSeconds} s`);
}

/** Items in the spool, and those that wait for the broker by their sender. */
async function waitingAt(agentOrigin: string): Promise<number> {
  const answer = await fetch(`${agentOrigin}/metrics`);
  const text = await answer.text();
  const values = [
    /^carillon_agent_spool_items (\d+)/m,
    /^carillon_agent_aside_items\{cause="broker"\} (\d+)/m,
  ];
  return values.reduce((sum, pattern) => sum + Number(pattern.exec(text)?.[1] ?? 0), 0);
}
