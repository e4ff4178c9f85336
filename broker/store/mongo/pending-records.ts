import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import type { ChangeRecord } from '../outbox.ts';
import type { EntityDocument, PendingRecord } from './entity-document.ts';
import { unchangedSince } from './entity-write.ts';
import { keyOf, partsOf } from './keys.ts';
import { toChangeRecord } from './record-text.ts';
import { Attempts } from './retry.ts';

type Entities = Collection<EntityDocument>;
type Pending = Pick<EntityDocument, '_id' | 'pending'>;

/** Of change records at a time: more would only wait in memory. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Only what a majority has may be folded: the rest could be rolled back and leave history of what never was. */
const durable = { readConcern: { level: 'majority' } } as const;

/** The change records of the Entity that wait to be folded, in commit order. */
export async function pendingOf(
  entities: Entities,
  limit: number,
  { tenant, entityId }: { readonly tenant: string; readonly entityId: string },
): Promise<readonly ChangeRecord[]> {
  const found = await entities.findOne<Pending>(
    { _id: keyOf(tenant, entityId) },
    { projection: { pending: 1 }, ...durable },
  );
  return (found?.pending ?? []).slice(0, limit).map((record) => toChangeRecord(tenant, record));
}

/** The oldest change records of all Entities, at most `limit`. */
export async function oldestPending(entities: Entities, limit: number): Promise<readonly ChangeRecord[]> {
  const cursor = entities
    .find({ oldest: { $exists: true } }, durable)
    .sort({ oldest: 1 })
    .limit(limit)
    .project<Pending>({ pending: 1 });
  const found: { readonly tenant: string; readonly record: PendingRecord }[] = [];
  let bytes = 0;
  for await (const { _id, pending = [] } of cursor) {
    const [tenant = ''] = partsOf(_id, 2);
    for (const record of pending) {
      found.push({ tenant, record });
      bytes += record.bytes;
    }
    if (found.length >= limit || bytes > MOST_BYTES) break;
  }
  await cursor.close();
  found.sort((a, b) => (a.record.stamp < b.record.stamp ? -1 : 1));
  return found.slice(0, limit).map(({ tenant, record }) => toChangeRecord(tenant, record));
}

/**
 * Takes folded records out of their Entities' documents, by compare-and-set against writers and other processes that
 * fold the same ones. Without effect on records that are gone.
 */
export async function takeRecords(entities: Entities, records: readonly ChangeRecord[]): Promise<void> {
  const folded = stampsByKey(records);
  if (folded.size === 0) return;
  const hopes = [...folded].map(([key, stamps]) => takeAll(key, stamps));
  if (await areAllApplied(entities, hopes)) return;
  const attempts = new Attempts();
  do {
    const left = await entities
      .find({ _id: { $in: [...folded.keys()] }, oldest: { $exists: true } })
      .project<EntityDocument>({ version: 1, oldest: 1, 'pending.stamp': 1, 'pending.bytes': 1 })
      .toArray();
    const operations = left.flatMap((document) => takeSome(document, new Set(folded.get(document._id))));
    if (operations.length === 0 || (await areAllApplied(entities, operations))) return;
  } while (await attempts.another());
}

function stampsByKey(records: readonly ChangeRecord[]): ReadonlyMap<string, readonly string[]> {
  const stamps = new Map<string, string[]>();
  for (const { tenant, stamp, change } of records) {
    const key = keyOf(tenant, (change.entity ?? change.before)?.id ?? '');
    const known = stamps.get(key);
    if (known) known.push(stamp);
    else stamps.set(key, [stamp]);
  }
  return stamps;
}

const withoutPending = { $unset: { oldest: '', pending: '', pendingCount: '', pendingBytes: '' } } as const;

/** The usual case, without a read: the folded records are all there is, from the oldest to the last write. */
function takeAll(key: string, stamps: readonly string[]): AnyBulkWriteOperation<EntityDocument> {
  const [oldest = ''] = stamps;
  const filter = { _id: key, version: stamps.at(-1) ?? '', oldest, pendingCount: stamps.length };
  return { updateOne: { filter, update: withoutPending } };
}

function takeSome(
  document: EntityDocument,
  folded: ReadonlySet<string>,
): readonly AnyBulkWriteOperation<EntityDocument>[] {
  const pending = document.pending ?? [];
  const rest = pending.filter(({ stamp }) => !folded.has(stamp));
  if (rest.length === pending.length) return [];
  const filter = unchangedSince(document);
  const [first] = rest;
  if (!first) return [{ updateOne: { filter, update: withoutPending } }];
  const update = {
    $pull: { pending: { stamp: { $in: [...folded] } } },
    $set: {
      oldest: first.stamp,
      pendingCount: rest.length,
      pendingBytes: rest.reduce((sum, { bytes }) => sum + bytes, 0),
    },
  };
  return [{ updateOne: { filter, update } }];
}

async function areAllApplied(
  entities: Entities,
  operations: readonly AnyBulkWriteOperation<EntityDocument>[],
): Promise<boolean> {
  const { matchedCount } = await entities.bulkWrite([...operations], { ordered: false });
  return matchedCount === operations.length;
}
