import type { Collection } from 'mongodb';
import type { EntityDocument } from './entity-document.ts';
import type { StampSource } from './stamps.ts';
import { token } from './tokens.ts';

/** The creation order: places behind every Entity that the tenant has when this process first writes it. */
export class Sequences {
  readonly #entities: Collection<EntityDocument>;
  readonly #places: StampSource;
  readonly #ready = new Map<string, true | Promise<void>>();

  constructor(entities: Collection<EntityDocument>, places: StampSource) {
    this.#entities = entities;
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
    const last = await this.#entities
      .find({ tokens: token.any(tenant) })
      .sort({ sequence: -1 })
      .limit(1)
      .project<Pick<EntityDocument, 'sequence'>>({ _id: 0, sequence: 1 })
      .next();
    if (last?.sequence) this.#places.witness(last.sequence);
    this.#ready.set(tenant, true);
  }
}
