import type { Filter, UpdateFilter } from 'mongodb';
import { isDuplicateKey } from '../../../runtime/mongo/errors.ts';
import { BEFORE_ALL } from '../../domain/date-time.ts';
import type { Micros } from '../../domain/entity.ts';
import type { HistoryCollections } from './history.ts';
import type { HistoryDocument, HistoryEntityDocument } from './history-document.ts';
import { type Removal, rowsOf, withRemoval } from './history-removals.ts';
import { textOf } from './stamps.ts';

/**
 * Instances that are provided together. Their rows say of which lot they are, and nobody sees them until one write of
 * their Entity's document closes it: so all are there from one moment on, or none is ever. One lot of an Entity is open
 * at a time. Whoever finds one with which nobody goes on gives it up, which is a removal of its rows; who wrote it finds
 * that it is not open any more, and begins another one.
 */
export interface OpenLot {
  /** How many there have been of the Entity, with this one. */
  readonly number: number;
  /** Stamp of the call that writes it. */
  readonly by: string;
  /** When the call last went on with it, by its own clock. */
  readonly at: Micros;
}

/** What tells which rows of an Entity are seen. */
export interface Sight {
  readonly era?: number | undefined;
  readonly removals?: readonly Removal[] | undefined;
  readonly lots?: number | undefined;
  readonly open?: OpenLot | undefined;
}

/** The members of a `Sight`, to be read before any row. */
export const SIGHT = { era: 1, removals: 1, lots: 1, open: 1 } as const;

/** How long who waits for a lot sees nothing of it before it is given up. */
const PATIENCE: Micros = 5_000_000;
/** When somebody looks for what nobody waits for. */
export const LOT_SWEEP: Micros = 60_000_000;
/** Milliseconds between looks. */
const LOOK = 20;

/**
 * What is added to a filter for the rows of an Entity, so that it finds none that were taken away, nor of lots that were
 * not closed when the Entity's document was read, also if they were begun since.
 */
export function seenRows(sight: Sight | null | undefined): Filter<HistoryDocument> {
  const { removals = [], lots = 0, open } = sight ?? {};
  return { $nor: [...removals.map(rowsOf), { lot: { $gte: open?.number ?? lots + 1 } }] };
}

/** A lot that is being written, and how the Entity stood when it was opened. */
export interface Lot {
  /** Tenant and Entity. */
  readonly entity: string;
  readonly number: number;
  readonly standing: HistoryEntityDocument;
}

export interface LotParts extends Pick<HistoryCollections, 'historyEntities'> {
  readonly now: () => Micros;
}

/** Opens a lot; undefined where the Entity stands otherwise by now. */
export async function openLot(
  { historyEntities, now }: LotParts,
  {
    entity,
    by,
    standing,
  }: { readonly entity: string; readonly by: string; readonly standing?: HistoryEntityDocument | undefined },
): Promise<Lot | undefined> {
  const at = now();
  const number = (standing?.lots ?? 0) + 1;
  const opened = { lots: number, open: { number, by, at } };
  const sweepAt = at + LOT_SWEEP;
  if (standing === undefined) {
    // Older than all that may be folded, until it is known by what the lot tells.
    const document = { _id: entity, asOf: BEFORE_ALL, ...opened, sweepAt };
    const isFirst = await isInserted(historyEntities.insertOne(document));
    return isFirst ? { entity, number, standing: document } : undefined;
  }
  const filter = { ...asItStands(standing), lots: orAbsent(standing.lots), open: { $exists: false } };
  const { matchedCount } = await historyEntities.updateOne(filter, { $set: opened, $min: { sweepAt } });
  return matchedCount === 1 ? { entity, number, standing: { ...standing, ...opened } } : undefined;
}

async function isInserted(insertion: Promise<unknown>): Promise<boolean> {
  try {
    await insertion;
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** Tells those who wait that somebody is at it. False when the lot cannot be closed any more. */
export async function goOn({ historyEntities, now }: LotParts, lot: Lot): Promise<boolean> {
  const { matchedCount } = await historyEntities.updateOne(filterOf(lot), { $set: { 'open.at': now() } });
  return matchedCount === 1;
}

/**
 * Closes a lot and tells of the Entity what `update` says, where it is known to the history, or is not, as told. False,
 * and without effect, when something was taken from the Entity since it was opened, or the lot was given up.
 */
export async function closeLot(
  { historyEntities }: LotParts,
  lot: Lot,
  { isKnown, update }: { readonly isKnown: boolean; readonly update: UpdateFilter<HistoryEntityDocument> },
): Promise<boolean> {
  const filter = { ...filterOf(lot), place: { $exists: isKnown } };
  // With removals there is more to be swept.
  const isSwept = lot.standing.removals === undefined;
  const $unset = isSwept ? ({ open: '', sweepAt: '' } as const) : ({ open: '' } as const);
  const { matchedCount } = await historyEntities.updateOne(filter, { ...update, $unset });
  return matchedCount === 1;
}

function filterOf({ standing, number }: Lot): Filter<HistoryEntityDocument> {
  return { ...asItStands(standing), 'open.number': number };
}

function asItStands({ _id, era }: HistoryEntityDocument): Filter<HistoryEntityDocument> {
  return { _id, era: orAbsent(era) };
}

/** What a filter asks for where the member may be lacking. */
export function orAbsent(value: number | undefined): number | { readonly $exists: false } {
  return value ?? { $exists: false };
}

/** Gives up the lot that is open: nobody ever sees its rows, which are deleted with what was taken away. */
export async function giveUpLot(
  { historyEntities, now }: LotParts,
  known: Pick<HistoryEntityDocument, '_id' | 'era' | 'removals' | 'open'>,
): Promise<void> {
  const { open, _id } = known;
  if (open === undefined) return;
  const { number, at } = open;
  const era = (known.era ?? 0) + 1;
  const removals = withRemoval(known.removals, { era, by: textOf(now()), upTo: BEFORE_ALL, lot: number });
  await historyEntities.updateOne(
    { _id, era: orAbsent(known.era), 'open.number': number, 'open.at': at },
    { $set: { era, removals }, $min: { sweepAt: now() + LOT_SWEEP }, $unset: { open: '' } },
  );
}

/** Resolves when a lot is open no more: it was closed, or nobody went on with it and it was given up. */
export async function lotEnds(parts: LotParts, entity: string, awaited: OpenLot): Promise<void> {
  const { historyEntities, now } = parts;
  let { at } = awaited;
  for (let since = now(); ; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    const known = await historyEntities.findOne({ _id: entity }, { projection: SIGHT });
    if (known?.open?.number !== awaited.number) return;
    if (known.open.at !== at) {
      at = known.open.at;
      since = now();
    } else if (now() - since > PATIENCE) await giveUpLot(parts, known);
  }
}
