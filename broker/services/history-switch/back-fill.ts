import type { Entity } from '../../domain/entity.ts';
import type { Folded, Store } from '../../store/store.ts';
import { type HistoryKeeping, type KeptTypes, keepsAnyOf } from './keeping.ts';
import { lackingInstances } from './lacking-instances.ts';

export interface BackFillParts {
  readonly store: Pick<Store, 'of' | 'outbox' | 'tenants'>;
  /** Of which Entities current values are lacking. */
  readonly lacking: KeptTypes;
  /** Resolves when some more may be done, so that requests come between. */
  readonly pause: () => Promise<void>;
}

/** Entities whose current values are written at once. */
const AT_ONCE = 100;

/**
 * Gives histories that begin late the current values of Entities that were there before. An Entity that is about to
 * change gets its turn first. Whatever was done is not done again, so it can be begun anew at any time.
 */
export class BackFill {
  readonly #parts: BackFillParts;
  /** By tenant and id, of Entities that were asked for before they were changed: when their histories have begun. */
  readonly #begun = new Map<string, Promise<void> | undefined>();
  #isOver = false;

  constructor(parts: BackFillParts) {
    this.#parts = parts;
  }

  /** See `HistoryKeeping`. */
  readonly before: HistoryKeeping['before'] = (tenant, id) => {
    if (this.#isOver) return undefined;
    const key = keyOf(tenant, id);
    if (this.#begun.has(key)) return this.#begun.get(key);
    const begun = this.#begin(tenant, id).then(
      () => void this.#begun.set(key, undefined),
      (error: unknown) => {
        this.#begun.delete(key);
        throw error;
      },
    );
    this.#begun.set(key, begun);
    return begun;
  };

  /** Goes through all Entities; resolves to true when it went to the end, to false once `isStopped` says so. */
  async run(isStopped: () => boolean): Promise<boolean> {
    const { store, pause } = this.#parts;
    for (const tenant of ['', ...(await store.tenants())]) {
      for await (const page of store.of(tenant).find({ kind: 'anything' })) {
        for (let at = 0; at < page.length; at += AT_ONCE) {
          if (isStopped()) return false;
          await this.#beginOthers(tenant, page.slice(at, at + AT_ONCE));
          await pause();
        }
      }
    }
    this.#isOver = true;
    this.#begun.clear();
    return true;
  }

  async #begin(tenant: string, id: string): Promise<void> {
    const entity = await this.#parts.store.of(tenant).get(id);
    if (entity !== undefined) await this.#fold(await this.#lackingOf(tenant, [entity]));
  }

  /**
   * Those of a page that no change was faster than: a page may have an Entity as it was before, and `before` began with
   * what it was last.
   */
  async #beginOthers(tenant: string, entities: readonly Entity[]): Promise<void> {
    const begun = (id: string): boolean => this.#begun.has(keyOf(tenant, id));
    const history = await this.#lackingOf(
      tenant,
      entities.filter(({ id }) => !begun(id)),
    );
    // A change may have come meanwhile; from here on it comes after what is folded.
    await this.#fold(history.filter(({ entity }) => !begun(entity.id)));
    // One that fails is begun anew with all others.
    await Promise.all(entities.map(({ id }) => this.#begun.get(keyOf(tenant, id))));
  }

  async #lackingOf(tenant: string, entities: readonly Entity[]): Promise<Folded['history']> {
    const { store, lacking } = this.#parts;
    const { temporal } = store.of(tenant);
    const history: Folded['history'][number][] = [];
    for (const entity of entities) {
      if (!keepsAnyOf(lacking, entity.types)) continue;
      const found = await lackingInstances(temporal, tenant, entity);
      if (found !== undefined) history.push(found);
    }
    return history;
  }

  async #fold(history: Folded['history']): Promise<void> {
    if (history.length > 0) await this.#parts.store.outbox.fold([], { history, deliveries: [] });
  }
}

function keyOf(tenant: string, id: string): string {
  return JSON.stringify([tenant, id]);
}
