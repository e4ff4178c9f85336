import type { AnyBulkWriteOperation, Collection, UpdateFilter } from 'mongodb';
import { isDuplicateKey } from '../../../runtime/mongo/errors.ts';
import type { Micros } from '../../domain/entity.ts';
import { everyType, withoutFormerTypes } from '../history-types.ts';
import type { HistoryEntity } from '../temporal-store.ts';
import type { HistoryParts } from './history.ts';
import { type HistoryEntityDocument, historyTokens, toHistoryEntity } from './history-document.ts';
import { keyOf } from './keys.ts';
import { assertIndexable } from './limits.ts';

type HistoryEntities = Collection<HistoryEntityDocument>;
type Operation = AnyBulkWriteOperation<HistoryEntityDocument>;

/** What is to be known of an Entity before its history is written to. */
export type Standing = Pick<HistoryEntityDocument, '_id' | 'place' | 'found' | 'era' | 'removals'>;

/** What change records tell of an Entity. */
export interface FoldedEntity {
  readonly tenant: string;
  readonly entity: HistoryEntity;
  /** When the newest of it was. */
  readonly asOf: Micros;
  readonly standing: Standing | undefined;
}

/** How the Entities with these keys stand, those that the history knows. */
export async function readStandings(
  historyEntities: HistoryEntities,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  const found = await historyEntities
    .find({ _id: { $in: [...keys] } })
    .project<Standing>({ place: 1, found: 1, era: 1, removals: 1 })
    .toArray();
  return new Map(found.map((standing) => [standing._id, standing]));
}

/**
 * Writes what is newer of the Entities than what the history has, and `rows` when all are known: so there are none of an
 * Entity that nobody knows, whatever is taken away meanwhile.
 */
export async function foldEntities(
  parts: HistoryParts,
  folded: readonly FoldedEntity[],
  rows: () => Promise<void>,
): Promise<void> {
  const { historyEntities } = parts;
  const strangers = folded.filter(({ standing }) => standing?.place === undefined);
  await Promise.all(strangers.map(({ tenant }) => parts.historyPlaces.ready(tenant)));
  await begin(
    historyEntities,
    strangers.flatMap((each) => beginnings(each, parts.historyPlaces.next(), 'newer')),
  );
  await Promise.all([rows(), historyEntities.bulkWrite(folded.map(replacement), { ordered: false })]);
}

/** How an Entity stood, and whether it was made known. */
export interface Kept {
  readonly standing: Standing | undefined;
  readonly isNew: boolean;
}

/** Makes the Entity known where it is not, and keeps the types that it lacks otherwise. */
export async function keepHistoryEntity(
  parts: HistoryParts,
  tenant: string,
  entity: HistoryEntity,
): Promise<Kept> {
  const { historyEntities, historyPlaces } = parts;
  const _id = keyOf(tenant, entity.id);
  const document = await historyEntities.findOne({ _id });
  const known = toHistoryEntity(document);
  const standing = document ?? undefined;
  const lacking = entity.types.filter((type) => !known?.types.includes(type));
  if (known !== undefined && lacking.length === 0) return { standing, isNew: false };
  const found = historyTokens(tenant, lacking);
  assertIndexable(entity.id, [...(standing?.found ?? []), ...found]);
  let isNew = false;
  if (known === undefined) {
    await historyPlaces.ready(tenant);
    const asOf = Math.max(entity.modifiedAt, entity.deletedAt ?? 0);
    isNew = await begin(
      historyEntities,
      beginnings({ tenant, entity, asOf, standing }, historyPlaces.next(), 'any'),
    );
  }
  const update = { $addToSet: { addedTypes: { $each: lacking }, found: { $each: [...found] } } };
  await historyEntities.updateOne({ _id, place: { $exists: true } }, update);
  return { standing, isNew };
}

/** True when it wrote something. */
async function begin(historyEntities: HistoryEntities, operations: readonly Operation[]): Promise<boolean> {
  if (operations.length === 0) return false;
  try {
    const written = await historyEntities.bulkWrite([...operations], { ordered: false });
    return written.upsertedCount + written.modifiedCount > 0;
  } catch (error) {
    // Another process was quicker to make one known.
    if (!isDuplicateKey(error)) throw error;
    return false;
  }
}

/**
 * Two writes that may come in either order: one where all was taken away of the Entity, if need be only for something
 * newer than that, and one where nothing is there at all.
 */
function beginnings(
  { tenant, entity, asOf, standing }: FoldedEntity,
  place: string,
  which: 'newer' | 'any',
): readonly Operation[] {
  const _id = keyOf(tenant, entity.id);
  const fields = { body: bodyOf(entity), place, found: historyTokens(tenant, everyType(entity)) };
  const removed = { _id, place: { $exists: false }, ...(which === 'newer' && { asOf: { $lt: asOf } }) };
  const again = { $set: which === 'newer' ? { ...fields, asOf } : fields };
  const first: UpdateFilter<HistoryEntityDocument> = {
    $setOnInsert: { ...fields, asOf },
    // That of the rows to come, though what says so be forgotten in this moment.
    ...(standing?.era !== undefined && { $max: { era: standing.era } }),
  };
  return [
    { updateOne: { filter: removed, update: again } },
    { updateOne: { filter: { _id }, update: first, upsert: true } },
  ];
}

/** Tokens that an Entity keeps of types that it had. */
const MOST_FOUND = 10_000;

function replacement({ tenant, entity, asOf, standing }: FoldedEntity): Operation {
  const filter = { _id: keyOf(tenant, entity.id), place: { $exists: true }, asOf: { $lt: asOf } };
  const body = bodyOf(entity);
  const found = historyTokens(tenant, everyType(entity));
  const isFull = (standing?.found?.length ?? 0) > MOST_FOUND;
  const update = isFull
    ? { $set: { asOf, body, found } }
    : { $set: { asOf, body }, $addToSet: { found: { $each: [...found] } } };
  return { updateOne: { filter, update } };
}

function bodyOf(entity: HistoryEntity): string {
  return JSON.stringify(withoutFormerTypes(entity));
}
