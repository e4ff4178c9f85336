import type { Collection } from 'mongodb';
import type { EntityDocument } from './entity-document.ts';
import type { StampSource } from './stamps.ts';
import { token } from './tokens.ts';

/** The last place of a tenant; undefined where there is none. */
type LastPlace = (tenant: string) => Promise<string | undefined>;

/** A creation order: places behind everything that the tenant has when this process first writes there. */
export class Sequences {
  readonly #last: LastPlace;
  readonly #places: StampSource;
  readonly #ready = new Map<string, true | Promise<void>>();

  constructor(last: LastPlace, places: StampSource) {
    this.#last = last;
    this.#places = places;
  }

  /** True, or a promise of it, when `next` may be called for the tenant. */
  ready(tenant: string): true | Promise<void> {
    const known = this.#ready.get(tenant);
    if (known) return known;
    const learning = this.#learn(tenant).catch((error: unknown) => {
      this.#ready.delete(tenant);
      throw error;
    });
    this.#ready.set(tenant, learning);
    return learning;
  }

  /** The next place. */
  next(): string {
    return this.#places.next().text;
  }

  async #learn(tenant: string): Promise<void> {
    const last = await this.#last(tenant);
    if (last !== undefined) this.#places.witness(last);
    this.#ready.set(tenant, true);
  }
}

/** The last place of the Entities that the tenant has. */
export async function lastSequence(
  entities: Collection<EntityDocument>,
  tenant: string,
): Promise<string | undefined> {
  const last = await entities
    .find({ tokens: token.any(tenant) })
    .sort({ sequence: -1 })
    .limit(1)
    .project<Pick<EntityDocument, 'sequence'>>({ _id: 0, sequence: 1 })
    .next();
  return last?.sequence;
}
