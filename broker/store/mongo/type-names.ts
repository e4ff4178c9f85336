import type { Collection } from 'mongodb';
import { isDuplicateKey } from '../../../runtime/mongo/errors.ts';
import { keyOf, partsOf, rangeOf } from './keys.ts';

/** A type that Entities of a tenant have or had. */
export interface TypeNameDocument {
  readonly _id: string;
}

interface TypeName {
  readonly tenant: string;
  readonly type: string;
}

/** Then it forgets and learns anew. */
const MOST_KNOWN = 100_000;

/**
 * The types that were ever used in each tenant: what to count for `/types`. Written before the first Entity of the
 * type, never removed, so that no type is missing whatever crashes; a type without Entities counts nothing.
 */
export class TypeNames {
  readonly #collection: Collection<TypeNameDocument>;
  readonly #known = new Set<string>();

  constructor(collection: Collection<TypeNameDocument>) {
    this.#collection = collection;
  }

  /** Resolves when all of them are kept: at once for those that this process has met. */
  async register(names: readonly TypeName[]): Promise<void> {
    const keys = new Set<string>();
    for (const { tenant, type } of names) {
      const key = keyOf(tenant, type);
      if (!this.#known.has(key)) keys.add(key);
    }
    if (keys.size === 0) return;
    try {
      await this.#collection.insertMany(
        [...keys].map((_id) => ({ _id })),
        { ordered: false },
      );
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    if (this.#known.size > MOST_KNOWN) this.#known.clear();
    for (const key of keys) this.#known.add(key);
  }

  /** Types that Entities of the tenant have or had. */
  async list(tenant: string): Promise<readonly string[]> {
    const found = await this.#collection.find({ _id: rangeOf(tenant) }).toArray();
    return found.map(({ _id }) => partsOf(_id, 2)[1] ?? '');
  }
}
