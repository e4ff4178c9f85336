import { setInterval } from 'node:timers';
import type { AgentMetrics } from './agent-metrics.ts';
import { backoff } from './delivery/backoff.ts';
import type { BrokerDown } from './delivery/deliver.ts';
import type { Duplicates } from './delivery/duplicates.ts';
import { closedGate } from './delivery/gate.ts';
import { type JudgeOptions, judge } from './delivery/judge.ts';
import { type SettleParts, settleBatch } from './delivery/settle-batch.ts';
import { type ShipOptions, ship } from './delivery/ship.ts';
import type { CauseName } from './spool/causes.ts';
import type { Spool, SpoolItem } from './spool/spool.ts';

/** What the pipeline is made of. */
export interface UplinkParts extends JudgeOptions, ShipOptions, SettleParts {
  readonly spool: Spool;
  readonly duplicates: Duplicates;
  readonly metrics: AgentMetrics;
  /** Most items that are worked on at once. */
  readonly window: number;
  /** Milliseconds until what waits for the broker is tried again. */
  readonly retryInterval: number;
}

/** Causes that go away by themselves. */
const passing: ReadonlySet<CauseName> = new Set(['registry', 'broker']);

/** The pipeline from the spool to the broker, while it runs. */
export interface Uplinks {
  /** What waits and fits is tried again, after the items that are being worked on. */
  release(fits: (key: string, cause: CauseName) => boolean): void;
  /** Does something when the items that are being worked on are settled, before the next; again when it fails. */
  between(chore: () => Promise<unknown>): void;
  /** Ends after the requests that are under way. */
  stop(): Promise<void>;
}

/**
 * Starts the pipeline: spool → device → measurements → Entity → batches → broker. One batch after the other, each settled
 * before the next is read, so that the order of a sender is the order of arrival; while the broker is away, everything
 * stays in the spool.
 */
export function startUplinks(parts: UplinkParts): Uplinks {
  const { spool, log } = parts;
  const half = Math.ceil(parts.window / 2);
  const stopping = new AbortController();
  const gate = closedGate();
  const chores: (() => Promise<unknown>)[] = [];
  const between: Uplinks['between'] = (chore) => {
    chores.push(chore);
    gate.open();
  };
  const release: Uplinks['release'] = (fits) => between(() => spool.release(fits));
  const pause = backoff({ first: 250, most: 10_000, signal: stopping.signal });
  const turn = async (): Promise<void> => {
    while (chores[0]) {
      await chores[0]();
      chores.shift();
    }
    // What is replayed leaves half of the window to what arrives.
    while (spool.depth() < half && (await spool.replays.feed(half)));
    const items = spool.read(parts.window);
    if (items.length === 0) return gate.passed();
    const down = await processBatch(parts, items, release);
    if (down === undefined) return pause.reset();
    parts.metrics.brokerError('down');
    log.warn({ reason: down.message, waiting: spool.depth() }, 'the broker takes nothing: everything waits');
    await pause.wait(down.retryAfter);
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await turn().catch(async (error: unknown) => {
        log.error({ err: error }, 'a batch failed: it is tried again');
        await pause.wait();
      });
    }
  };
  spool.onFilled(gate.open);
  const timer = setInterval(() => release((_, cause) => passing.has(cause)), parts.retryInterval);
  const ended = run();
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    stopping.abort();
    gate.open();
    await ended;
  };
  return { release, between, stop };
}

async function processBatch(
  parts: UplinkParts,
  items: readonly SpoolItem[],
  release: Uplinks['release'],
): Promise<BrokerDown | undefined> {
  const started = parts.clock.now();
  const judgements = await judge(parts, items);
  const shipments = judgements.flatMap((judgement) => (judgement.kind === 'send' ? judgement.shipments : []));
  const { shipped, down } = await ship(parts, shipments);
  await settleBatch(parts, judgements, shipped);
  for (const judgement of judgements)
    if (judgement.kind === 'nothing' && judgement.news?.place !== undefined)
      // A place may be what its earlier uplinks lacked.
      release((key, cause) => cause === 'incomplete' && key === judgement.item.key);
  parts.metrics.batch((parts.clock.now() - started) / 1e6);
  return down;
}
