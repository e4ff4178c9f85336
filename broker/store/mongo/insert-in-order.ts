import type { Collection, Filter, OptionalUnlessRequiredId } from 'mongodb';
import { isDuplicateKey } from '../../../runtime/mongo/errors.ts';

/**
 * Inserts the documents whose `_id` does not exist yet, one becoming visible after the other, on several shards as well:
 * who sees one of them sees those before it.
 */
export async function insertInOrder<T extends { readonly _id: string }>(
  collection: Collection<T>,
  documents: readonly T[],
): Promise<void> {
  let rest = documents;
  while (rest.length > 0) {
    try {
      await collection.insertMany(rest as unknown as OptionalUnlessRequiredId<T>[], { ordered: true });
      return;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      rest = await withoutExisting(collection, rest);
    }
  }
}

async function withoutExisting<T extends { readonly _id: string }>(
  collection: Collection<T>,
  documents: readonly T[],
): Promise<readonly T[]> {
  const ids = documents.map(({ _id }) => _id);
  const found = await collection
    .find({ _id: { $in: ids } } as unknown as Filter<T>)
    .project<{ readonly _id: string }>({ _id: 1 })
    .toArray();
  const existing = new Set(found.map(({ _id }) => _id));
  return documents.filter(({ _id }) => !existing.has(_id));
}
