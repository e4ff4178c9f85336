import type { Collection, OptionalUnlessRequiredId } from 'mongodb';
import { isDuplicateKey } from '../../../runtime/mongo/errors.ts';

/** Inserts the documents whose `_id` does not exist yet: doing it again changes nothing. */
export async function insertNew<T extends { readonly _id: string }>(
  collection: Collection<T>,
  documents: readonly T[],
): Promise<void> {
  if (documents.length === 0) return;
  try {
    await collection.insertMany(documents as unknown as OptionalUnlessRequiredId<T>[], { ordered: false });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
