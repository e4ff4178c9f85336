import type { Incoming, Receive } from '../../../iot-agent/measurement.ts';
import type { MalformedMessage } from '../../../iot-agent/spool/spool.ts';
import type { PlainDevices } from '../../../iot-agent/transports/plain/plain-devices.ts';
import type { TransportParts } from '../../../iot-agent/transports/take.ts';
import { fakeClock } from '../../../runtime/clock.ts';
import { createLogger } from '../../../runtime/logger.ts';

/** What the clock of the parts says at its first reading: 2026-11-24T08:00:00Z. */
export const startTime = Date.UTC(2026, 10, 24, 8) * 1000;

export interface Recording {
  readonly parts: TransportParts;
  /** Everything that was handed over, in order. */
  readonly incoming: Incoming[];
  readonly correlationIds: string[];
  readonly malformed: MalformedMessage[];
  /** `source result`, as counted. */
  readonly counted: string[];
  /** The log, one JSON text a line. */
  readonly lines: string[];
  /** Resolves when the condition holds, which is looked at whenever something was recorded. */
  until(condition: () => boolean): Promise<void>;
}

/** Parts of a transport that record what it does; `receive` decides when, and whether, measures are safe. */
export function recordingParts({
  receive = async () => {},
  maxMessageSize = 10_000,
  plain = {},
}: {
  readonly receive?: Receive;
  readonly maxMessageSize?: number;
  readonly plain?: Partial<PlainDevices>;
} = {}): Recording {
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const one of waiting) one();
  };
  const incoming: Incoming[] = [];
  const correlationIds: string[] = [];
  const malformed: MalformedMessage[] = [];
  const counted: string[] = [];
  const lines: string[] = [];
  const contents = new Map<string, string>();
  const subscribed = new Map<string, readonly string[]>();
  const destination = {
    write: (line: string) => {
      lines.push(line);
      look();
    },
  };
  const log = createLogger({ name: 'test', level: 'debug', destination });
  return {
    incoming,
    correlationIds,
    malformed,
    counted,
    lines,
    parts: {
      log,
      clock: fakeClock(startTime),
      maxMessageSize,
      lastContents: {
        isLast: (topic, payload) => contents.get(topic) === Buffer.from(payload).toString('hex'),
        note: (topic, payload) => void contents.set(topic, Buffer.from(payload).toString('hex')),
      },
      sessionFilters: {
        of: (session) => subscribed.get(session) ?? [],
        note: async (session, filters) => void subscribed.set(session, filters),
      },
      plain: {
        waysOf: async () => undefined,
        poll: async () => [],
        configure: async () => ({ kind: 'refused', reason: 'nobody is registered' }),
        ...plain,
      },
      metrics: {
        received: (source, result) => {
          counted.push(`${source} ${result}`);
          look();
        },
      },
      receive: (items, correlationId) => {
        incoming.push(...items);
        correlationIds.push(correlationId);
        look();
        return receive(items, correlationId);
      },
      addMalformed: async (message) => {
        malformed.push(message);
      },
    },
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!condition()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

/** A promise to be settled from outside. */
export function deferred(): {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
} {
  let resolve = (): void => {};
  let reject = (_error: Error): void => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve: () => resolve(), reject: (error) => reject(error) };
}
