import { inSteps } from '../../../runtime/in-steps.ts';
import { NgsiLdError } from '../../domain/errors.ts';
import type { HistoryEntity, HistoryInstance } from '../temporal-store.ts';
import type { HistoryParts } from './history.ts';
import { type HistoryEntityDocument, toHistoryEntity } from './history-document.ts';
import { assertKnowable, becomingKnown, lackingTypes, withMoreTypes } from './history-entities.ts';
import { closeLot, giveUpLot, goOn, type Lot, type LotParts, lotEnds, openLot } from './history-lots.ts';
import { keyOf } from './keys.ts';
import { byContent, type Given, insertAlone, insertEach, TOGETHER, withoutKnown } from './provided-rows.ts';
import { Attempts } from './retry.ts';
import type { inTurn } from './turns.ts';

/** What a client provides for an Entity, by one call. */
export interface Provision {
  readonly tenant: string;
  readonly id: string;
  /** It gets those that it lacks, for good. */
  readonly types: readonly string[];
  /** What is kept of the Entity where nothing is known of it; where this is left out, nothing is written then. */
  readonly entity?: HistoryEntity;
  readonly instances: readonly HistoryInstance[];
  /** Stamp of the call: it may be carried out again with the same one. */
  readonly by: string;
}

/** Whether the Entity was made known by it, was known before, or is not. */
export type Provided = 'new' | 'known' | 'unknown';

export interface ProvisionParts extends HistoryParts, LotParts {
  /** Calls of this process that write lots of one Entity. */
  readonly inTurn: ReturnType<typeof inTurn>;
}

interface Work extends Provision {
  /** Tenant and Entity. */
  readonly key: string;
  readonly given: readonly Given[];
}

type Standing = HistoryEntityDocument | undefined;

/**
 * Adds instances that equal none of those that are there, each once, by any number of processes at once: all of them, and
 * what is told of the Entity, by one step.
 * @throws NgsiLdError EntityTooLarge, or Unavailable when others are in between again and again
 */
export async function provide(parts: ProvisionParts, provision: Provision): Promise<Provided> {
  // What is refused leaves nothing behind.
  const given = await inSteps(byContent(provision.instances));
  const work = { ...provision, given, key: keyOf(provision.tenant, provision.id) };
  return (await provideAlone(parts, work)) ?? parts.inTurn(work.key, () => provideLot(parts, work));
}

/** One instance of a known Entity is one document, and needs no lot. Undefined where that is not all. */
async function provideAlone(parts: ProvisionParts, work: Work): Promise<Provided | undefined> {
  const { tenant, types, given } = work;
  const standing = await standingOf(parts, work);
  const known = toHistoryEntity(standing);
  if (known === undefined) return work.entity === undefined ? 'unknown' : undefined;
  if (given.length > 1 || lackingTypes(known, types).length > 0) return undefined;
  const [left] = await withoutKnown(parts, work.key, standing, given);
  if (left !== undefined && !(await insertAlone(parts, { tenant, sight: standing }, left))) return undefined;
  return asItWas(standing, work);
}

/** Tries it for as long as others are at it who go on. */
async function provideLot(parts: ProvisionParts, work: Work): Promise<Provided> {
  let attempts = new Attempts();
  do {
    const standing = await standingOf(parts, work);
    if (standing?.open !== undefined) {
      // What an attempt of this call has left may still be on its way.
      if (standing.open.by === work.by) await giveUpLot(parts, standing);
      else await lotEnds(parts, work.key, standing.open);
      attempts = new Attempts();
      continue;
    }
    const provided = await provideOnce(parts, work, standing);
    if (provided !== undefined) return provided;
  } while (await attempts.another());
  throw new NgsiLdError('Unavailable', 'too many others edit this history at the same time: try again soon');
}

/** Undefined where somebody was in between. */
async function provideOnce(
  parts: ProvisionParts,
  work: Work,
  standing: Standing,
): Promise<Provided | undefined> {
  const { tenant, types, key: entity, by } = work;
  const known = toHistoryEntity(standing);
  if (known === undefined && work.entity === undefined) return 'unknown';
  const left = await withoutKnown(parts, entity, standing, work.given);
  const isThere = known !== undefined && lackingTypes(known, types).length === 0;
  if (isThere && left.length === 0) return asItWas(standing, work);
  assertKnowable(work, standing);
  const lot = await openLot(parts, { entity, by, standing });
  if (lot === undefined) return undefined;
  const { era, removals } = lot.standing;
  const place = { tenant, sight: { era, removals, lots: lot.number }, lot: lot.number };
  for (let start = 0; start < left.length; start += TOGETHER) {
    if (start > 0 && !(await goOn(parts, lot))) return undefined;
    await insertEach(parts, place, left.slice(start, start + TOGETHER));
  }
  return close(parts, work, lot);
}

/** As it stands now: by a change it may have become known meanwhile. */
async function close(parts: ProvisionParts, work: Work, lot: Lot): Promise<Provided | undefined> {
  const { tenant, types, entity } = work;
  let known = toHistoryEntity(lot.standing);
  if (known === undefined && entity !== undefined) {
    const update = await becomingKnown(parts, lot.standing, { ...work, entity });
    if (await closeLot(parts, lot, { isKnown: false, update })) return 'new';
    known = toHistoryEntity(await standingOf(parts, work));
  }
  if (known === undefined) return undefined;
  const update = withMoreTypes(tenant, lackingTypes(known, types));
  return (await closeLot(parts, lot, { isKnown: true, update })) ? 'known' : undefined;
}

async function standingOf({ historyEntities }: ProvisionParts, { key }: Work): Promise<Standing> {
  return (await historyEntities.findOne({ _id: key })) ?? undefined;
}

/** Where there is nothing to be added: an attempt whose reply was lost may have made it known. */
function asItWas(standing: Standing, { by }: Work): Provided {
  return standing?.madeBy === by ? 'new' : 'known';
}
