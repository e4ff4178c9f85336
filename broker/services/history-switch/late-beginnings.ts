import type { Change } from '../../domain/change/changes.ts';
import { BEFORE_ALL } from '../../domain/date-time.ts';
import type { Entity, Micros } from '../../domain/entity.ts';
import { keyOf } from '../../notifications/tenant-key.ts';
import type { HistoryEntity } from '../../store/temporal-store.ts';
import { addToHistories, type BeginParts, lackingHistories } from './begin-history.ts';
import { type KeptTypes, keepsAnyOf } from './keeping.ts';

/** In the place of an answer: the change was not made, for the history has to begin first. */
export const NOT_YET = Symbol('not yet');

/** Asked inside a change, before and after it is decided; when it says so, the change ends with NOT_YET. */
export interface BeginningGate {
  /** True while the history begins for the sake of a change that came earlier: they stay in their order. */
  isHeld(): boolean;
  /** True for a change with which the history would begin without the values before it. Holds up the others then. */
  holds(change: Change): boolean;
}

type Attempt<Answer> = (gate: BeginningGate) => Promise<Answer | typeof NOT_YET>;

export interface LateBeginningParts extends BeginParts {
  readonly kept: KeptTypes;
}

/**
 * Histories of Entities that get a kept type later: they begin with the values that all Attributes have before that
 * change. A crash in between leaves a history that has them, to which nothing is added twice.
 */
export class LateBeginnings {
  readonly #parts: LateBeginningParts;
  /** By tenant and id, of Entities whose changes are held up: when their histories have begun, where that is under way. */
  readonly #held = new Map<string, Promise<Micros | undefined> | undefined>();

  constructor(parts: LateBeginningParts) {
    this.#parts = parts;
  }

  /** Attempts a change until it is made. @throws what it throws, and what the store throws */
  async through<Answer>(tenant: string, id: string, attempt: Attempt<Answer>): Promise<Answer> {
    const key = keyOf(tenant, id);
    let begunWith: Micros | undefined;
    const gate: BeginningGate = {
      isHeld: () => this.#held.has(key),
      holds: (change) => {
        if (!this.#beginsWith(change) || change.before?.modifiedAt === begunWith) return false;
        if (!this.#held.has(key)) this.#held.set(key, undefined);
        return true;
      },
    };
    try {
      for (;;) {
        const answer = await attempt(gate);
        if (answer !== NOT_YET) return answer;
        begunWith = await this.#begun(key, tenant, id);
      }
    } finally {
      // One that failed before it came to that, or was decided anew, holds up nobody.
      if (this.#held.get(key) === undefined) this.#held.delete(key);
    }
  }

  #beginsWith({ before, entity, typesChanged }: Change): boolean {
    if (!typesChanged || before === undefined || entity === undefined) return false;
    const { kept } = this.#parts;
    return keepsAnyOf(kept, entity.types) && !keepsAnyOf(kept, before.types);
  }

  /** Resolves to when the state was written that the history has, and lets go what was held up. */
  #begun(key: string, tenant: string, id: string): Promise<Micros | undefined> {
    const known = this.#held.get(key);
    if (known !== undefined) return known;
    const begun = this.#begin(tenant, id).finally(() => this.#held.delete(key));
    this.#held.set(key, begun);
    return begun;
  }

  async #begin(tenant: string, id: string): Promise<Micros | undefined> {
    const { store } = this.#parts;
    const entity = await store.of(tenant).get(id);
    if (entity === undefined) return undefined;
    const until = recordedUntil(await store.of(tenant).temporal.getEntity(id), entity);
    const parts = { store, recordedUntil: () => until };
    await addToHistories(parts, await lackingHistories(parts, tenant, [entity]));
    return entity.modifiedAt;
  }
}

/** Until when the history has what this Entity was: where it had a kept type before, until it had that no more. */
function recordedUntil(known: HistoryEntity | undefined, { createdAt }: Entity): Micros {
  return known?.createdAt === createdAt ? known.modifiedAt : BEFORE_ALL;
}
