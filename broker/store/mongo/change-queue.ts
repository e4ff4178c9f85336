import { isDatabaseAway } from '../../../runtime/mongo/errors.ts';
import { NgsiLdError } from '../../domain/errors.ts';
import type { Drain } from '../store.ts';
import { toUnavailable } from './gate.ts';
import { answer, createLane, type Lane, type QueuedCall } from './lane.ts';
import { Attempts } from './retry.ts';

/** What became of a lane in one attempt. */
export type LaneEnd =
  /** Its calls, as far as they were decided, are done. */
  | { readonly kind: 'done'; readonly outcomes: Parameters<typeof answer>[1] }
  /** Pending records have to be folded before anything else fits. */
  | { readonly kind: 'full' }
  /** It lost a race, or it is not known whether it did. */
  | { readonly kind: 'again' }
  | { readonly kind: 'failed'; readonly reason: unknown };

export interface ChangeQueueParts {
  /** Reads, decides and writes; tells of each lane as soon as it is known. @throws when the database is away */
  readonly attempt: (lanes: readonly Lane[], onEnd: (lane: Lane, end: LaneEnd) => void) => Promise<void>;
  /** Folds what is pending of one Entity. */
  readonly drain: Drain;
}

const MOST_LANES = 200;
/** Attempts for the calls of one turn that go on side by side: each holds Entities in memory. */
const SIDE_BY_SIDE = 4;

/**
 * Collects the calls of one event-loop turn into one attempt, and repeats it for those that lost a race or whose reply
 * was lost, for a few seconds.
 */
export class ChangeQueue {
  readonly #parts: ChangeQueueParts;
  readonly #lanes = new Map<string, Lane>();
  #ready: Lane[] = [];

  constructor(parts: ChangeQueueParts) {
    this.#parts = parts;
  }

  /** Takes the call; it is answered when its change is durable. */
  add(of: Pick<Lane, 'key' | 'tenant' | 'id'>, call: QueuedCall): void {
    const lane = this.#lanes.get(of.key);
    if (lane) lane.calls.push(call);
    else this.#start(createLane(of, [call]));
  }

  #start(lane: Lane): void {
    this.#lanes.set(lane.key, lane);
    if (this.#ready.push(lane) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const ready = this.#ready;
    this.#ready = [];
    let from = 0;
    const workOn = async (): Promise<void> => {
      while (from < ready.length) {
        const some = ready.slice(from, from + MOST_LANES);
        from += MOST_LANES;
        await this.#work(some);
      }
    };
    for (let working = 0; working < SIDE_BY_SIDE; working += 1) void workOn();
  }

  /** Attempts until every lane has ended. Never rejects. */
  async #work(lanes: readonly Lane[]): Promise<void> {
    const left = new Set(lanes);
    const attempts = new Attempts();
    let failure: unknown;
    do {
      failure = await this.#attempt(left);
    } while (left.size > 0 && (!failure || isDatabaseAway(failure)) && (await attempts.another()));
    for (const lane of left) this.#end(lane, { kind: 'failed', reason: reasonOf(failure) });
  }

  /** One attempt; takes out of `left` what it ended. Resolves to what went wrong. */
  async #attempt(left: Set<Lane>): Promise<unknown> {
    try {
      await this.#parts.attempt([...left], (lane, end) => {
        if (end.kind === 'again') return;
        left.delete(lane);
        this.#end(lane, end);
      });
      return undefined;
    } catch (error) {
      for (const lane of left) lane.isDoubtful ||= lane.sent.size > 0;
      return error;
    }
  }

  #end(lane: Lane, end: Exclude<LaneEnd, { readonly kind: 'again' }>): void {
    if (end.kind === 'full') {
      void this.#drain(lane);
      return;
    }
    const outcomes = end.kind === 'done' ? end.outcomes : lane.calls.map(() => ({ reason: end.reason }));
    const rest = answer(lane, outcomes);
    if (rest.length > 0) this.#start(createLane(lane, rest));
    else this.#lanes.delete(lane.key);
  }

  async #drain(lane: Lane): Promise<void> {
    try {
      await this.#parts.drain(lane.tenant, lane.id);
      this.#start(createLane(lane, lane.calls, true));
    } catch (reason) {
      this.#end(lane, { kind: 'failed', reason: toUnavailable(reason) });
    }
  }
}

function reasonOf(failure: unknown): unknown {
  return failure
    ? toUnavailable(failure)
    : new NgsiLdError('Unavailable', 'too many others write this Entity at the same time: try again soon');
}
