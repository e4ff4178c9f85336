import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** What the receivers are asked: to open and close is about the one that answers at once. */
export type ReceiverJob = 'ports' | 'report' | 'forget' | 'close' | 'open';

/** What came in since the last `forget`. Milliseconds from the write that was begun to its notification. */
export interface ReceiverReport {
  readonly received: number;
  /** Changes that were told of before. */
  readonly duplicates: number;
  /** Changes told of behind later ones of the same Entity. */
  readonly swaps: number;
  /** When the last one came, on the clock of `now`. */
  readonly lastAt: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Where the receivers listen. */
export interface ReceiverPorts {
  readonly ready: number;
  /** Answers after 9 seconds. */
  readonly slow: number;
  /** Accepts and never answers. */
  readonly hole: number;
}

/** The receivers of notifications, in a process of their own. One question at a time. */
export interface Receivers {
  readonly pid: number;
  readonly ports: ReceiverPorts;
  report(): Promise<ReceiverReport>;
  forget(): Promise<void>;
  close(): Promise<void>;
  open(): Promise<void>;
  /** Resolves when that much came in, or when nothing has come for so long. */
  until(count: number, quietSeconds?: number): Promise<ReceiverReport>;
  stop(): void;
}

/** The clock that the receivers share with the writer, in milliseconds. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Starts them. */
export async function startReceivers(): Promise<Receivers> {
  const child = fork(fileURLToPath(new URL('./notifications-receiver.js', import.meta.url)), {
    execArgv: [],
  });
  const ask = async (job: ReceiverJob): Promise<unknown> => {
    child.send(job);
    const [answer] = (await once(child, 'message')) as [unknown];
    return answer;
  };
  const report = async (): Promise<ReceiverReport> => (await ask('report')) as ReceiverReport;
  return {
    pid: child.pid ?? -1,
    ports: (await ask('ports')) as ReceiverPorts,
    report,
    forget: async () => void (await ask('forget')),
    close: async () => void (await ask('close')),
    open: async () => void (await ask('open')),
    until: async (count, quietSeconds = 20) => {
      let found = await report();
      let since = now();
      while (found.received < count && now() - since < quietSeconds * 1000) {
        await delay(200);
        const next = await report();
        if (next.received !== found.received) since = now();
        found = next;
      }
      return found;
    },
    stop: () => child.disconnect(),
  };
}
