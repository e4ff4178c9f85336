import type { Collection, UpdateFilter } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import { assertInstanceSize } from '../entity-size.ts';
import type { HistoryInstance } from '../temporal-store.ts';
import type { EntityDocument } from './entity-document.ts';
import type { HistoryCollections } from './history.ts';
import { releaseRow } from './history-claims.ts';
import {
  type HistoryDocument,
  type HistoryEntityDocument,
  toHistoryDocument,
  toHistoryInstance,
} from './history-document.ts';
import { SIGHT, seenRows } from './history-lots.ts';
import { type Removal, type RemovedPart, withRemoval } from './history-removals.ts';
import { keyOf, partsOf } from './keys.ts';
import { takenDocuments } from './merge-roll-up.ts';
import { isGoneStill, withoutGoneOf } from './note-gone.ts';
import { livingRollUps } from './roll-up-document.ts';
import { momentOf } from './stamps.ts';
import { FIRST_SWEEP, finishRemovals } from './sweep-removals.ts';
import { untilDone } from './until-done.ts';

export interface EditParts extends HistoryCollections {
  readonly entities: Collection<EntityDocument>;
}

/** One call that edits: it may be carried out again with the same stamp, by which it knows what it did. */
export interface Edit {
  readonly tenant: string;
  readonly id: string;
  /** Its stamp. */
  readonly by: string;
}

export interface InstanceName {
  readonly attribute: string;
  readonly instanceId: string;
}

/** Removals that a document tells of. */
const MOST_REMOVALS = 100;

/** Takes away the instances of a part of the Entity, of all of it the Entity too. False when there was nothing. */
export async function removePart(parts: EditParts, edit: Edit, part: RemovedPart): Promise<boolean> {
  const { historyEntities } = parts;
  const _id = keyOf(edit.tenant, edit.id);
  // Read behind the drain: what is folded of these changes later was folded already.
  const upTo = await lastChange(parts, _id);
  return untilDone(async () => {
    const known = await historyEntities.findOne({ _id }, { projection: { body: 0 } });
    if (known === null) return false;
    if (known.removals?.some(({ by }) => by === edit.by)) return true;
    if (!(await hasPart(parts, known, part))) return false;
    const removal: Removal = { era: (known.era ?? 0) + 1, by: edit.by, upTo, ...part };
    const removals = withRemoval(known.removals, removal);
    if (removals.length > MOST_REMOVALS) {
      await finishRemovals(parts, known);
      return undefined;
    }
    const filter = { _id, era: known.era ?? { $exists: false }, ...isGoneStill(known.gone) };
    const { matchedCount } = await historyEntities.updateOne(filter, toUpdate(known, removal, removals));
    return matchedCount === 1 ? true : undefined;
  });
}

function toUpdate(
  { sweepAt = Number.POSITIVE_INFINITY, gone }: HistoryEntityDocument,
  removal: Removal,
  removals: readonly Removal[],
): UpdateFilter<HistoryEntityDocument> {
  const { attribute, datasetId } = removal;
  const isWhole = attribute === undefined;
  const left = isWhole || datasetId !== undefined ? {} : withoutGoneOf(gone, attribute);
  return {
    $set: {
      era: removal.era,
      removals,
      sweepAt: Math.min(sweepAt, momentOf(removal.by) + FIRST_SWEEP),
      ...(isWhole && { asOf: removal.upTo }),
      ...left,
    },
    ...(isWhole && { $unset: { body: '', place: '', found: '', addedTypes: '', gone: '' } }),
  };
}

/** When the current Entity was changed last. */
async function lastChange({ entities }: EditParts, _id: string): Promise<Micros> {
  const found = await entities.findOne<Pick<EntityDocument, 'version'>>(
    { _id },
    { projection: { _id: 0, version: 1 } },
  );
  return found === null ? 0 : momentOf(found.version);
}

async function hasPart(
  { instances, rollUps }: EditParts,
  known: HistoryEntityDocument,
  part: RemovedPart,
): Promise<boolean> {
  const { _id, place, removals } = known;
  if (part.attribute === undefined) return place !== undefined;
  const row = await instances.findOne(
    { entity: _id, ...part, ...seenRows(known) },
    { projection: { _id: 1 } },
  );
  if (row !== null) return true;
  const rolledUp = await rollUps.findOne(
    { entity: _id, ...part, ...livingRollUps(removals) },
    { projection: { _id: 1 } },
  );
  return rolledUp !== null;
}

/** Members that a row may lack. */
const OPTIONAL = ['observedAt', 'deletedAt', 'era', 'low', 'high'] as const;

/** Puts what `change` makes of an instance in its place, by compare-and-set. False when there is none. */
export function replaceRow(
  parts: EditParts,
  { tenant, id, by }: Edit,
  name: InstanceName,
  change: (old: HistoryInstance) => HistoryInstance,
): Promise<boolean> {
  const entity = keyOf(tenant, id);
  return untilDone(async () => {
    const { row, era } = await findRow(parts, entity, name);
    if (row === undefined) return false;
    if (row.edited === by) return true;
    if (!(await releaseRow(parts, entity, row))) return undefined;
    const { instanceId: _i, ...made } = toHistoryDocument(tenant, change(toHistoryInstance(row)), { era });
    assertInstanceSize(made.attribute, made.instance);
    const fields = { ...made, _id: row._id, entity, edited: by };
    const lacking = OPTIONAL.filter((member) => made[member] === undefined);
    const { matchedCount } = await parts.instances.updateOne(
      {
        ...{ _id: row._id, entity, attribute: name.attribute },
        edited: row.edited ?? { $exists: false },
        leaving: row.leaving ?? { $exists: false },
      },
      { $set: fields, $unset: { leaving: '', ...Object.fromEntries(lacking.map((member) => [member, ''])) } },
    );
    return matchedCount === 1 ? true : undefined;
  });
}

const CONTENT = {
  attribute: '',
  kind: '',
  datasetId: '',
  observedAt: '',
  createdAt: '',
  modifiedAt: '',
  deletedAt: '',
  instance: '',
  low: '',
  high: '',
  instanceId: '',
  era: '',
  lot: '',
  edited: '',
  leaving: '',
} as const;

/** Leaves nothing of an instance but its key, so that folding it again does not bring it back. False when there is none. */
export function removeRow(parts: EditParts, { tenant, id, by }: Edit, name: InstanceName): Promise<boolean> {
  const entity = keyOf(tenant, id);
  const { instances } = parts;
  return untilDone(async () => {
    const { row } = await findRow(parts, entity, name);
    if (row === undefined) return (await instances.findOne({ gone: by, entity })) !== null;
    if (!(await releaseRow(parts, entity, row))) return undefined;
    const leaving = row.leaving ?? { $exists: false };
    const { matchedCount } = await instances.updateOne(
      { _id: row._id, entity, attribute: name.attribute, leaving },
      { $set: { gone: by }, $unset: CONTENT },
    );
    return matchedCount === 1 ? true : undefined;
  });
}

/** The row of an instance that is not rolled up already, and the era in which it would be written now. */
async function findRow(
  parts: EditParts,
  entity: string,
  { attribute, instanceId }: InstanceName,
): Promise<{ readonly row?: HistoryDocument; readonly era?: number | undefined }> {
  const { instances, historyEntities } = parts;
  const known = await historyEntities.findOne({ _id: entity }, { projection: SIGHT });
  const [tenant = '', id = ''] = partsOf(entity, 2);
  const visible = { entity, attribute, ...seenRows(known) };
  const row =
    (await instances.findOne({ _id: keyOf(tenant, id, instanceId), ...visible })) ??
    (await instances.findOne({ instanceId, ...visible }));
  const { taken } = await takenDocuments(parts, entity);
  return { ...(row && !taken.includes(row._id) && { row }), era: known?.era };
}
