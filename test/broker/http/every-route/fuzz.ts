import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { Micros } from '../../../../broker/domain/entity.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { fakeClock } from '../../../../runtime/clock.ts';
import { createLogger } from '../../../../runtime/logger.ts';
import type { WireRequest } from '../../../support/fuzz/draft.ts';
import { wireClient } from '../../../support/fuzz/wire.ts';
import { fakeWeb } from '../../jsonld/fake-web.ts';
import { notifyingBroker, START } from '../../notifications/notifying-broker.ts';
import { receiver } from '../../notifications/receiver.ts';
import { expectConsistent } from './expect-consistent.ts';
import { expectConversation } from './expect-conversation.ts';
import { faultIn } from './judge-answer.ts';
import { TENANTS, webPages } from './names.ts';
import { requestsTo } from './requests.ts';

/** How far a run goes. */
export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
  /** Opens the store of the broker under test. */
  readonly openStore: (now: () => Micros) => Store | Promise<Store>;
}

/** What a run saw. */
export interface FuzzFigures {
  readonly seed: number;
  requests: number;
  /** Found consistent. */
  entities: number;
  slowest: { milliseconds: number; request: string };
  readonly statuses: Record<string, number>;
}

/** Milliseconds within which every request is answered. */
const TIME_LIMIT = 30_000;
/** Requests at once, at most. */
const BURST = 7;
/** Requests between two looks at all that is stored. */
const ROUND = 10_000;
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
export async function fuzzEveryRoute({ requests, seed, openStore }: FuzzOptions): Promise<FuzzFigures> {
  const faults: string[] = [];
  const log = createLogger({
    name: 'test',
    level: 'error',
    destination: { write: (line: string) => void faults.push(line) },
  });
  const to = await receiver();
  const web = fakeWeb(webPages, { timeLimitMs: 100 });
  const clock = fakeClock(START);
  const store = await openStore(clock.now);
  const broker = await notifyingBroker({ settings: quick, download: web.settings, log, clock, store });
  const client = wireClient(broker.url, TIME_LIMIT);
  const figures: FuzzFigures = {
    entities: 0,
    seed,
    requests: 0,
    slowest: { milliseconds: 0, request: '' },
    statuses: {},
  };
  const cut = new Set<string>();
  const sendOne = async (wire: WireRequest): Promise<void> => {
    const answer = await client.send(wire);
    count(figures, wire, answer);
    if (answer.status === 204) noteCut(cut, wire);
    const fault = faultIn(wire, answer);
    if (fault !== undefined)
      throw new Error(`${fault}: ${answer.text.slice(0, 500)}\n${faults.splice(0).join('\n')}`);
  };
  const burst = async (wires: readonly WireRequest[]): Promise<void> => {
    await Promise.all(wires.map(sendOne));
    clock.advance(MICROS_PER_MINUTE / 6);
    to.received.length = 0;
  };
  const one = requestsTo(broker.routes, to.url);
  const bursts = fc.array(one, { minLength: 1, maxLength: BURST, size: 'max' });
  try {
    while (figures.requests < requests) {
      const round = Math.min(ROUND, requests - figures.requests);
      const numRuns = Math.ceil((round * 2) / (BURST + 1));
      await fc.assert(fc.asyncProperty(bursts, burst), { numRuns, seed: seed + figures.requests });
      for (const tenant of TENANTS) figures.entities += await expectConsistent(broker, tenant, cut);
    }
    await expectConversation(broker, to);
    expect(faults).toEqual([]);
  } finally {
    client.close();
  }
  return figures;
}

/** Adds the id of the Entity whose history lost something, in whichever tenant. */
function noteCut(cut: Set<string>, { method, target }: WireRequest): void {
  const id = method === 'DELETE' ? /\/temporal\/entities\/([^/?]+)/.exec(target)?.[1] : undefined;
  if (id !== undefined) cut.add(decodeURIComponent(id));
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
