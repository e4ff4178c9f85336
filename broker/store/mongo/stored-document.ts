import type { Collection } from 'mongodb';
import { isDatabaseAway, isDuplicateKey } from '../../../runtime/mongo/errors.ts';
import type { Json, Micros } from '../../domain/entity.ts';
import { NgsiLdError } from '../../domain/errors.ts';
import { Attempts } from './retry.ts';
import { momentOf, type StampSource, withWriter } from './stamps.ts';

/** A small keyed JSON document, or the tombstone of one. */
export interface StoredDocument {
  /** Kind, tenant and id. */
  readonly _id: string;
  readonly kind: string;
  /** Place in the order of creation. */
  readonly created: string;
  /** Stamp of the last write. */
  readonly version: string;
  readonly writers: readonly string[];
  /** Absent on a tombstone. */
  readonly body?: string;
  /** Only on a tombstone. It stays for a while, so that the revision of the kind tells of the removal. */
  readonly deletedAt?: Micros;
}

/** What a write makes of the body that is there. */
export type Rewrite<T> =
  | { readonly kind: 'leave'; readonly answer: T }
  | { readonly kind: 'write'; readonly body: Json; readonly answer: T }
  | { readonly kind: 'remove'; readonly answer: T };

export interface RewriteParts {
  readonly collection: Collection<StoredDocument>;
  readonly stamps: StampSource;
}

/**
 * Read, pure function, compare-and-set, until it holds; a write whose reply was lost is looked for before it is done
 * again. A process has one such call on a document under way at a time.
 */
export async function rewrite<T>(
  of: Pick<StoredDocument, '_id' | 'kind'>,
  change: (body: Json | undefined) => Rewrite<T>,
  parts: RewriteParts,
): Promise<T> {
  const attempts = new Attempts();
  const sent = new Map<string, T>();
  let isDoubtful = false;
  let failure: unknown;
  do {
    failure = undefined;
    try {
      const ended = await attempt(of, change, { ...parts, sent, isDoubtful });
      if (ended) return ended.answer;
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      failure = error;
      isDoubtful = sent.size > 0;
    }
  } while (await attempts.another());
  if (failure !== undefined) throw failure;
  throw new NgsiLdError('Unavailable', 'too many others write this at the same time: try again soon');
}

interface AttemptParts<T> extends RewriteParts {
  /** Answers by the stamps of the writes that were sent. */
  readonly sent: Map<string, T>;
  readonly isDoubtful: boolean;
}

/** Undefined when another one was quicker. */
async function attempt<T>(
  of: Pick<StoredDocument, '_id' | 'kind'>,
  change: (body: Json | undefined) => Rewrite<T>,
  { collection, stamps, sent, isDoubtful }: AttemptParts<T>,
): Promise<{ readonly answer: T } | undefined> {
  const readConcern = { level: isDoubtful ? 'majority' : 'local' } as const;
  const held = (await collection.findOne({ _id: of._id }, { readConcern })) ?? undefined;
  const applied = held?.writers.find((stamp) => sent.has(stamp));
  if (applied !== undefined) return { answer: sent.get(applied) as T };
  const made = change(held?.body === undefined ? undefined : (JSON.parse(held.body) as Json));
  if (made.kind === 'leave') return made;
  const stamp = stamps.next(held ? momentOf(held.version) : 0).text;
  sent.set(stamp, made.answer);
  const body = made.kind === 'write' ? JSON.stringify(made.body) : undefined;
  return (await write(collection, of, held, { stamp, body })) ? made : undefined;
}

async function write(
  collection: Collection<StoredDocument>,
  of: Pick<StoredDocument, '_id' | 'kind'>,
  held: StoredDocument | undefined,
  { stamp, body }: { readonly stamp: string; readonly body: string | undefined },
): Promise<boolean> {
  const written = {
    kind: of.kind,
    created: held?.body === undefined ? stamp : held.created,
    version: stamp,
    writers: withWriter(held?.writers ?? [], stamp),
    ...(body === undefined ? { deletedAt: momentOf(stamp) } : { body }),
  };
  if (held) {
    const replaced = await collection.replaceOne({ _id: of._id, version: held.version }, written);
    return replaced.matchedCount === 1;
  }
  try {
    await collection.insertOne({ _id: of._id, ...written });
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
