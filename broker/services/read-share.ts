import { countWithin } from '../store/history-weight.ts';
import type { HistoryInstance, TemporalStore } from '../store/temporal-store.ts';
import type { InstancesOfEntities } from './history-part.ts';
import type { MatchedHistory } from './match-history.ts';
import { LARGEST_ANSWER } from './read-part.ts';
import { selectInstances } from './select-instances.ts';
import { type InstanceShare, shownInstances, type TemporalView } from './temporal-view.ts';
import { withRests } from './with-rests.ts';

/** The share that an answer has. */
export interface ShownShare extends InstanceShare {
  readonly most: number;
  /** True when an Attribute has more behind it. */
  readonly hasMore: boolean;
}

/** What is shown, and what share it is. */
export interface ReadShare {
  readonly instances: InstancesOfEntities;
  readonly share: ShownShare;
}

/**
 * As many instances of each Attribute of each Entity as are asked for, or as `pageSize` and the size of an answer have
 * room for, from either end of the interval and behind `offset` of them.
 */
export async function readShare(
  temporal: Pick<TemporalStore, 'instances' | 'attributesWithin'>,
  found: readonly MatchedHistory[],
  view: TemporalView,
  share: InstanceShare,
  pageSize: number,
): Promise<ReadShare> {
  const query = shownInstances(view);
  const histories = await Promise.all(
    found.map(async (matched) => ({
      matched,
      attributes: await temporal.attributesWithin(matched.entity.id, query),
    })),
  );
  const count = histories.reduce((sum, { attributes }) => sum + attributes.length, 0);
  const room = Math.max(1, Math.floor(pageSize / Math.max(1, count)));
  const weight = LARGEST_ANSWER / Math.max(1, count);
  let most = Math.min(share.most ?? room, room);
  for (;;) {
    // One of each is always shown.
    const reading = { share: { ...share, most }, weight: most > 1 ? weight : Number.POSITIVE_INFINITY };
    const read = await readFirsts(temporal, histories, view, reading);
    if (read.fitting === undefined) return { ...read, share: { ...share, most, hasMore: read.hasMore } };
    most = read.fitting;
  }
}

/** An Entity, and the Attributes of it that have something to show. */
interface ShownHistory {
  readonly matched: MatchedHistory;
  readonly attributes: readonly string[];
}

interface Reading {
  readonly share: InstanceShare & { readonly most: number };
  /** The most text of each Attribute. */
  readonly weight: number;
}

interface Firsts extends Pick<ReadShare, 'instances'> {
  readonly hasMore: boolean;
  /** Set where an Attribute has more text: so many instances of it have less. */
  readonly fitting?: number;
}

async function readFirsts(
  temporal: Pick<TemporalStore, 'instances'>,
  histories: readonly ShownHistory[],
  view: TemporalView,
  { share: { start, offset, most }, weight }: Reading,
): Promise<Firsts> {
  const instances = new Map<string, ReadonlyMap<string, readonly HistoryInstance[]>>();
  let hasMore = false;
  for await (const { matched, attributes } of withRests(histories)) {
    const ofEntity = new Map<string, readonly HistoryInstance[]>();
    // One alone: another Attribute that has few instances is no reason to read all that this one has.
    for (const attribute of attributes) {
      const selected = await selectInstances(temporal, matched, {
        attributes: [attribute],
        query: { ...shownInstances(view), attributes: [attribute] },
        start: start === 'first' ? 'oldest' : 'newest',
        ...{ offset, most, enough: { limit: Number.POSITIVE_INFINITY, weight } },
      });
      if (!selected.isWhole)
        return { instances, hasMore, fitting: Math.min(most - 1, countWithin(selected.instances, weight)) };
      if (selected.instances.length > 0) ofEntity.set(attribute, selected.instances);
      hasMore ||= selected.hasMore;
    }
    instances.set(matched.entity.id, ofEntity);
  }
  return { instances, hasMore };
}
