import type { Entity } from '../../domain/entity.ts';
import { keyOf } from '../../notifications/tenant-key.ts';
import type { Store } from '../../store/store.ts';
import { addToHistories, type BeginParts, lackingHistories } from './begin-history.ts';
import { type HistoryKeeping, type KeptTypes, keepsAnyOf } from './keeping.ts';
import { type RecentKeys, recentKeys } from './recent-keys.ts';

export interface BackFillParts extends BeginParts {
  readonly store: Pick<Store, 'of' | 'outbox' | 'tenants'>;
  /** Of which Entities current values are lacking. */
  readonly lacking: KeptTypes;
  /** Resolves when some more may be done, so that requests come between. */
  readonly pause: () => Promise<void>;
  /** Of how many Entities it is remembered that their histories have begun; 20,000 when not given. */
  readonly remembered?: number;
}

/** Entities whose current values are written at once. */
const AT_ONCE = 100;
/** Far more than change between the beginning of a history and the change that it was begun for. */
const REMEMBERED = 20_000;

/**
 * Gives histories that begin late the current values of Entities that were there before. An Entity that is about to
 * change gets its turn first. Whatever was done is not done again, so it can be begun anew at any time.
 */
export class BackFill {
  readonly #parts: BackFillParts;
  /** By tenant and id, of Entities that are about to change: when their histories have begun. */
  readonly #beginning = new Map<string, Promise<void>>();
  /** Those of which that was last. What is forgotten is looked up again, and nothing found to be lacking. */
  readonly #begun: RecentKeys;
  #isOver = false;

  constructor(parts: BackFillParts) {
    this.#parts = parts;
    this.#begun = recentKeys(parts.remembered ?? REMEMBERED);
  }

  /** See `HistoryKeeping`. */
  readonly before: HistoryKeeping['before'] = (tenant, id) => {
    if (this.#isOver) return undefined;
    const key = keyOf(tenant, id);
    const known = this.#beginning.get(key);
    if (known !== undefined || this.#begun.has(key)) return known;
    const begun = this.#begin(tenant, id)
      .then(() => this.#begun.add(key))
      .finally(() => this.#beginning.delete(key));
    this.#beginning.set(key, begun);
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
    if (entity !== undefined) await addToHistories(this.#parts, await this.#lackingOf(tenant, [entity]));
  }

  /** Those of a page that no change was faster than, as they are now: `before` began with what others were last. */
  async #beginOthers(tenant: string, page: readonly Entity[]): Promise<void> {
    const keyed = page.map(({ id }) => ({ id, key: keyOf(tenant, id) }));
    const isBegun = (key: string): boolean => this.#begun.has(key) || this.#beginning.has(key);
    const others = keyed.filter(({ key }) => !isBegun(key)).map(({ id }) => id);
    const entities = await this.#parts.store.of(tenant).getMany(others);
    const history = await this.#lackingOf(tenant, [...entities.values()]);
    // A change may have come meanwhile; from here on it comes after what is folded.
    const due = history.filter(({ entity }) => !isBegun(keyOf(tenant, entity.id)));
    await addToHistories(this.#parts, due);
    // One that fails is begun anew with all others.
    await Promise.all(keyed.map(({ key }) => this.#beginning.get(key)));
  }

  #lackingOf(tenant: string, entities: readonly Entity[]): ReturnType<typeof lackingHistories> {
    const meant = entities.filter(({ types }) => keepsAnyOf(this.#parts.lacking, types));
    return lackingHistories(this.#parts, tenant, meant);
  }
}
