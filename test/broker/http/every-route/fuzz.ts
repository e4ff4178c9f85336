import { expect } from '@jest/globals';
import fc from 'fast-check';
import { createLogger } from '../../../../runtime/logger.ts';
import { fakeWeb } from '../../jsonld/fake-web.ts';
import { type NotifyingBrokerOptions, notifyingBroker } from '../../notifications/notifying-broker.ts';
import { receiver } from '../../notifications/receiver.ts';
import { expectConsistent } from './expect-consistent.ts';
import { expectConversation } from './expect-conversation.ts';
import { faultIn } from './judge-answer.ts';
import { TENANTS, webPages } from './names.ts';
import { requestsTo, type WireRequest } from './requests.ts';
import { wireClient } from './wire.ts';

/** How far a run goes. */
export interface FuzzOptions extends Pick<NotifyingBrokerOptions, 'path' | 'store'> {
  readonly requests: number;
  readonly seed: number;
}

/** What a run saw. */
export interface FuzzFigures {
  readonly seed: number;
  requests: number;
  /** There at the end. */
  entities: number;
  slowest: { milliseconds: number; request: string };
  readonly statuses: Record<string, number>;
}

/** Milliseconds within which every request is answered. */
const TIME_LIMIT = 5000;
const BURST = 7;
const MICROS_PER_MINUTE = 60_000_000;
const quick = {
  NOTIFICATION_RETRY_DELAY: '5ms',
  NOTIFICATION_MAX_RETRY_DELAY: '20ms',
  NOTIFICATION_MAX_ATTEMPTS: '2',
};

/**
 * Sends requests of the grammar to every row of the route table, in bursts, and expects of each that it is answered and
 * how; then that what is stored is consistent and that the broker goes on. A failure is shrunk to the smallest burst.
 */
export async function fuzzEveryRoute({ requests, seed, ...where }: FuzzOptions): Promise<FuzzFigures> {
  const faults: string[] = [];
  const log = createLogger({
    name: 'test',
    level: 'error',
    destination: { write: (line: string) => void faults.push(line) },
  });
  const to = await receiver();
  const web = fakeWeb(webPages, { timeLimitMs: 100 });
  const broker = await notifyingBroker({ settings: quick, download: web.settings, log, ...where });
  const client = wireClient(broker.url, TIME_LIMIT);
  const figures: FuzzFigures = {
    entities: 0,
    seed,
    requests: 0,
    slowest: { milliseconds: 0, request: '' },
    statuses: {},
  };
  const sendOne = async (wire: WireRequest): Promise<void> => {
    const answer = await client.send(wire);
    count(figures, wire, answer);
    const fault = faultIn(wire, answer);
    if (fault !== undefined)
      throw new Error(`${fault}: ${answer.text.slice(0, 500)}\n${faults.splice(0).join('\n')}`);
  };
  const burst = async (wires: readonly WireRequest[]): Promise<void> => {
    await Promise.all(wires.map(sendOne));
    broker.clock.advance(MICROS_PER_MINUTE / 6);
    to.received.length = 0;
  };
  const one = requestsTo(broker.routes, to.url);
  const bursts = fc.array(one, { minLength: 1, maxLength: BURST, size: 'max' });
  try {
    const numRuns = Math.ceil((requests * 2) / (BURST + 1));
    await fc.assert(fc.asyncProperty(bursts, burst), {
      numRuns,
      seed,
      maxSkipsPerRun: 0,
      endOnFailure: false,
    });
    for (const tenant of TENANTS) figures.entities += await expectConsistent(broker, tenant);
    await expectConversation(broker, to);
    expect(faults).toEqual([]);
  } finally {
    client.close();
  }
  return figures;
}

function count(
  figures: FuzzFigures,
  { method, target }: WireRequest,
  { status, milliseconds }: { readonly status: number; readonly milliseconds: number },
): void {
  figures.requests++;
  figures.statuses[status] = (figures.statuses[status] ?? 0) + 1;
  if (milliseconds > figures.slowest.milliseconds)
    figures.slowest = { milliseconds, request: `${method} ${target.slice(0, 300)}` };
}
