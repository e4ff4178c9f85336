import type { AnyBulkWriteOperation, Collection, UpdateFilter } from 'mongodb';
import { isDuplicateKey } from '../../../runtime/mongo/errors.ts';
import { BEFORE_ALL } from '../../domain/date-time.ts';
import type { Micros } from '../../domain/entity.ts';
import { everyType, withoutFormerTypes } from '../history-types.ts';
import type { HistoryEntity } from '../temporal-store.ts';
import type { HistoryParts } from './history.ts';
import { type HistoryEntityDocument, historyTokens } from './history-document.ts';
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
    strangers.flatMap((each) => beginnings(each, parts.historyPlaces.next())),
  );
  await Promise.all([rows(), historyEntities.bulkWrite(folded.map(replacement), { ordered: false })]);
}

/** Those of the types that the Entity lacks. */
export function lackingTypes({ types }: HistoryEntity, wanted: readonly string[]): readonly string[] {
  return wanted.filter((type) => !types.includes(type));
}

/** An Entity for which something is provided. */
interface Knowable {
  readonly tenant: string;
  readonly id: string;
  readonly types: readonly string[];
}

/** @throws NgsiLdError EntityTooLarge for more types than can be indexed */
export function assertKnowable(
  { tenant, id, types }: Knowable,
  standing: Pick<HistoryEntityDocument, 'found'> | undefined,
): void {
  assertIndexable(id, [...(standing?.found ?? []), ...historyTokens(tenant, types)]);
}

/** What makes an Entity known that is provided; what was folded of it later, or taken away, stays the newest. */
export async function becomingKnown(
  { historyPlaces }: Pick<HistoryParts, 'historyPlaces'>,
  { asOf }: Pick<HistoryEntityDocument, 'asOf'>,
  { tenant, entity, types, by }: Knowable & { readonly entity: HistoryEntity; readonly by: string },
): Promise<UpdateFilter<HistoryEntityDocument>> {
  await historyPlaces.ready(tenant);
  return {
    $set: {
      ...beginning(tenant, entity, historyPlaces.next()),
      addedTypes: types,
      madeBy: by,
      asOf: asOf === BEFORE_ALL ? Math.max(entity.modifiedAt, entity.deletedAt ?? 0) : asOf,
    },
  };
}

/** What gives a known one more types. */
export function withMoreTypes(tenant: string, types: readonly string[]): UpdateFilter<HistoryEntityDocument> {
  if (types.length === 0) return {};
  return {
    $addToSet: { addedTypes: { $each: [...types] }, found: { $each: [...historyTokens(tenant, types)] } },
  };
}

async function begin(historyEntities: HistoryEntities, operations: readonly Operation[]): Promise<void> {
  if (operations.length === 0) return;
  try {
    await historyEntities.bulkWrite([...operations], { ordered: false });
  } catch (error) {
    // Another process was quicker to make one known.
    if (!isDuplicateKey(error)) throw error;
  }
}

/**
 * Two writes that may come in either order: one where all was taken away of the Entity, for something newer than that,
 * and one where nothing is there at all.
 */
function beginnings({ tenant, entity, asOf, standing }: FoldedEntity, place: string): readonly Operation[] {
  const _id = keyOf(tenant, entity.id);
  const fields = beginning(tenant, entity, place);
  const removed = { _id, place: { $exists: false }, asOf: { $lt: asOf } };
  const again = { $set: { ...fields, asOf } };
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

/** What a document tells from when on the Entity is known. */
function beginning(
  tenant: string,
  entity: HistoryEntity,
  place: string,
): Required<Pick<HistoryEntityDocument, 'body' | 'place' | 'found'>> {
  return { body: bodyOf(entity), place, found: historyTokens(tenant, everyType(entity)) };
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
