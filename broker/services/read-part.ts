import type { HistoryQuery, TemporalStore } from '../store/temporal-store.ts';
import { draftPart, type HistoryPart, type PartDraft, type PartSize } from './history-part.ts';
import type { MatchedHistory } from './match-history.ts';
import { selectInstances } from './select-instances.ts';
import { shownInstances, type TemporalView } from './temporal-view.ts';
import { withRests } from './with-rests.ts';

/** The most text of instances in one answer, in characters: it is made and sent as one text. */
export const LARGEST_ANSWER = 16 * 1024 * 1024;

/**
 * The part of the histories of all Entities of a page that one answer may have, `pageSize` instances all together, or
 * less where these are large: from the oldest on, or from the newest where the view has lastN (clause 6.3.10). What is
 * read of one Entity narrows what is read of the next.
 */
export async function readPart(
  temporal: Histories,
  found: readonly MatchedHistory[],
  view: TemporalView,
  pageSize: number,
): Promise<HistoryPart> {
  const { lastN } = view;
  const query: HistoryQuery = { ...shownInstances(view), ...(lastN !== undefined && { lastN }) };
  const size: PartSize = { limit: pageSize, weight: LARGEST_ANSWER };
  const draft = draftPart(query, size);
  for await (const [index, matched] of withRests(found.entries())) {
    const bounded = index === 0 ? query : { ...query, ...draft.bounds() };
    await (matched.meets === undefined
      ? addPage(temporal, matched, bounded, { draft, size })
      : addSelected(temporal, matched, bounded, { draft, size }));
  }
  return draft.finish();
}

type Histories = Pick<TemporalStore, 'instances' | 'attributesWithin'>;

interface Reading {
  readonly draft: PartDraft;
  readonly size: PartSize;
}

/** The store selects. */
async function addPage(
  temporal: Pick<TemporalStore, 'instances'>,
  { entity: { id } }: MatchedHistory,
  query: HistoryQuery,
  { draft, size }: Reading,
): Promise<void> {
  const { instances, isWhole, isCut } = await temporal.instances(id, { ...query, ...size });
  draft.add([...instances.values()].flat(), isWhole, isCut);
}

/** What is not in scope is left out first, and lastN counts what is left. */
async function addSelected(
  temporal: Histories,
  matched: MatchedHistory,
  { lastN, ...query }: HistoryQuery,
  { draft, size }: Reading,
): Promise<void> {
  const { instances, isWhole } = await selectInstances(temporal, matched, {
    attributes: await temporal.attributesWithin(matched.entity.id, query),
    query,
    start: lastN === undefined ? 'oldest' : 'newest',
    offset: 0,
    most: lastN ?? Number.POSITIVE_INFINITY,
    enough: size,
  });
  draft.add(instances, isWhole);
}
