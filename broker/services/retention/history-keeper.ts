import type { Micros } from '../../domain/entity.ts';
import type { KeptFor } from '../../domain/retention/history-policy.ts';
import type { NotificationLog } from '../../notifications/log.ts';
import type { Timers } from '../../notifications/timers.ts';
import { HOUR, type Retained } from '../../store/roll-ups.ts';
import type { Store } from '../../store/store.ts';
import type { HistoryEntity, TemporalStore } from '../../store/temporal-store.ts';
import { cutoffFinder } from './cutoff-finder.ts';
import { POLICY_KIND, readPolicies } from './history-policies.ts';

export interface HistoryKeeperParts {
  readonly store: Pick<Store, 'of' | 'tenants' | 'documents'>;
  /** What holds where no policy does. */
  readonly fallback: KeptFor;
  readonly now: () => Micros;
  readonly timers: Timers;
  readonly log: Pick<NotificationLog, 'warn'>;
  /** True while it is for this process to do the work; others have the same store. */
  readonly isOwner: () => boolean;
  readonly onStep: (step: Retained) => void;
  /** Awaited between steps, so that requests come first; two milliseconds of rest when not given. */
  readonly pause?: () => Promise<void>;
}

/** Milliseconds between looks whether there is something to do. */
const INTERVAL = 1000;
const CANDIDATES = 100;
/** Histories that may fail in a pass: where more do, it is the store. */
const MOST_FAILED = 10;

/** A history that could not be kept within its policies. */
interface Failure {
  readonly tenant: string;
  readonly entity: string;
  readonly error: unknown;
}

/** What a pass is of: the policies of then, and the hour, since cutoffs are whole hours. */
interface Occasion {
  readonly revision: string;
  readonly hour: number;
}

/**
 * Keeps the histories of all tenants within their policies, in the background: one pass over all Entities each hour and
 * after each change of a policy, in steps of some milliseconds. What a process leaves unfinished is done by the next.
 */
export class HistoryKeeper {
  readonly #parts: HistoryKeeperParts;
  #isStopped = false;
  #done: Occasion | undefined;
  #doneAt: Micros;
  /** What could not be kept within its policies in the last pass. */
  #failed: readonly Failure[] = [];
  #checkedAt = Number.NEGATIVE_INFINITY;
  #passing: Promise<void> = Promise.resolve();
  #cancel = (): void => {};

  constructor(parts: HistoryKeeperParts) {
    this.#parts = parts;
    this.#doneAt = parts.now();
  }

  start(): void {
    this.#cancel = this.#parts.timers.after(INTERVAL, () => {
      this.#passing = this.#turn();
    });
  }

  /** Resolves when the step under way is done. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#passing;
  }

  /** Seconds since a pass that reached its end began; 0 where another process does the work. */
  lag(): number {
    return this.#parts.isOwner() ? Math.max(0, this.#parts.now() - this.#doneAt) / 1e6 : 0;
  }

  /** One pass, if it is time for one. */
  async look(): Promise<void> {
    const { isOwner, now } = this.#parts;
    if (!isOwner()) {
      this.#done = undefined;
      this.#doneAt = now();
      return;
    }
    const at = now();
    const occasion = await this.#occasion(at);
    if (this.#done?.revision !== occasion.revision || this.#done.hour !== occasion.hour) {
      this.#failed = [];
      if (!(await this.#pass(at, occasion))) return;
      this.#done = occasion;
      this.#tellFailed();
    }
    if (this.#failed.length === 0) this.#doneAt = at;
  }

  #tellFailed(): void {
    const [first] = this.#failed;
    if (first === undefined) return;
    const entities = this.#failed.map(({ tenant, entity }) => ({ tenant, entity }));
    this.#parts.log.warn(
      { err: first.error, entities },
      'old history of some Entities could not be rolled up; trying again with the next full hour',
    );
  }

  async #turn(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'old history could not be rolled up; trying again in a second');
    }
    if (!this.#isStopped) this.start();
  }

  async #occasion(at: Micros): Promise<Occasion> {
    const revision = await this.#parts.store.documents.revision(POLICY_KIND);
    return { revision, hour: Math.floor(at / HOUR) };
  }

  /** False when it ended early: what it was begun for is no longer so. */
  async #pass(at: Micros, occasion: Occasion): Promise<boolean> {
    const { store, fallback } = this.#parts;
    for (const tenant of ['', ...(await store.tenants())]) {
      const policies = await readPolicies(store.documents, tenant);
      if (policies.length === 0 && fallback.keepRaw === undefined) continue;
      const cutoffsOf = cutoffFinder(policies, fallback, at);
      const { temporal } = store.of(tenant);
      for await (const entity of entitiesOf(temporal)) {
        const cutoffs = (attribute: string) => cutoffsOf(entity.types, attribute);
        const history = { temporal, tenant, id: entity.id };
        if (!(await this.#retain(history, cutoffs, occasion))) return false;
      }
    }
    return true;
  }

  async #retain(history: History, cutoffsOf: CutoffsOf, occasion: Occasion): Promise<boolean> {
    const { onStep, pause = briefly } = this.#parts;
    for (;;) {
      if (!(await this.#mayGoOn(occasion))) return false;
      const step = await this.#step(history, cutoffsOf);
      onStep(step);
      await (step.rolledUp + step.dropped > 0 ? pause() : new Promise(setImmediate));
      if (step.isDone) return true;
    }
  }

  /** A history that cannot be read holds up no others, least of all those of other tenants. */
  async #step({ temporal, tenant, id }: History, cutoffsOf: CutoffsOf): Promise<Retained> {
    try {
      return await temporal.rollUps.retain(id, cutoffsOf);
    } catch (error) {
      if (this.#failed.length === MOST_FAILED) throw error;
      this.#failed = [...this.#failed, { tenant, entity: id, error }];
      return { rolledUp: 0, dropped: 0, isDone: true };
    }
  }

  /** Looks about once a second whether the policies are still those. */
  async #mayGoOn({ revision }: Occasion): Promise<boolean> {
    const { isOwner, now, store } = this.#parts;
    if (this.#isStopped || !isOwner()) return false;
    const at = now();
    if (at - this.#checkedAt < INTERVAL * 1000) return true;
    this.#checkedAt = at;
    return (await store.documents.revision(POLICY_KIND)) === revision;
  }
}

interface History {
  readonly temporal: TemporalStore;
  readonly tenant: string;
  readonly id: string;
}

type CutoffsOf = Parameters<TemporalStore['rollUps']['retain']>[1];

async function* entitiesOf(temporal: TemporalStore): AsyncGenerator<HistoryEntity> {
  let page = await temporal.candidates({ limit: CANDIDATES });
  for (;;) {
    yield* page.entities;
    if (page.next === undefined) return;
    page = await temporal.candidates({ after: page.next, limit: CANDIDATES });
  }
}

function briefly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2).unref());
}
