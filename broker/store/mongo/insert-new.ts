import type { Collection, OptionalUnlessRequiredId } from 'mongodb';
import { isDuplicateKey } from '../../../runtime/mongo/errors.ts';

/** Inserts the documents whose `_id` does not exist yet: doing it again changes nothing. True when none did. */
export async function insertNew<T extends { readonly _id: string }>(
  collection: Collection<T>,
  documents: readonly T[],
): Promise<boolean> {
  if (documents.length === 0) return true;
  try {
    await collection.insertMany(documents as unknown as OptionalUnlessRequiredId<T>[], { ordered: false });
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return false;
  }
}
