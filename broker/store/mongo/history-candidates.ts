import type { Collection, Filter } from 'mongodb';
import type { CandidateQuery, Candidates } from '../temporal-store.ts';
import { type HistoryEntityDocument, toHistoryEntity } from './history-document.ts';
import { keyOf } from './keys.ts';
import { assertFilterSize } from './limits.ts';
import { token } from './tokens.ts';
import { afterPrefix } from './value-subject.ts';

type HistoryEntities = Pick<Collection<HistoryEntityDocument>, 'find'>;

/**
 * A page of the Entities of a tenant's history, in the order in which they came to it: along the index `found`, one walk
 * for each type. @throws NgsiLdError TooComplexQuery when it names more ids than a command holds
 */
export async function readCandidates(
  historyEntities: HistoryEntities,
  tenant: string,
  query: CandidateQuery,
): Promise<Candidates> {
  const { limit, after = '', ids, types } = query;
  if (ids?.length === 0 || types?.length === 0) return { entities: [] };
  const documents = await historyEntities
    .find({ ...filterOf(tenant, query), place: { $gt: after } })
    .sort({ place: 1 })
    .limit(limit + 1)
    .project<HistoryEntityDocument>({ body: 1, addedTypes: 1, found: 1, place: 1, gone: 1 })
    .toArray();
  const page = documents.slice(0, limit);
  const entities = page.flatMap((document) => toHistoryEntity(document) ?? []);
  const last = page.at(-1)?.place;
  return documents.length > limit && last !== undefined ? { entities, next: last } : { entities };
}

function filterOf(tenant: string, { ids, idStart, types }: CandidateQuery): Filter<HistoryEntityDocument> {
  if (ids !== undefined) {
    assertFilterSize(ids);
    return { _id: { $in: ids.map((id) => keyOf(tenant, id)) } };
  }
  const tokens = types?.map((type) => token.type(tenant, type)) ?? [token.any(tenant)];
  const [only] = tokens;
  const found = { found: only !== undefined && tokens.length === 1 ? only : { $in: tokens } };
  if (idStart === undefined) return found;
  const start = keyOf(tenant, idStart);
  return { ...found, _id: { $gte: start, $lt: afterPrefix(start) } };
}

/** The last place that is taken in the history of a tenant. */
export async function lastHistoryPlace(
  historyEntities: HistoryEntities,
  tenant: string,
): Promise<string | undefined> {
  const last = await historyEntities
    .find({ found: token.any(tenant) })
    .sort({ place: -1 })
    .limit(1)
    .project<Pick<HistoryEntityDocument, 'place'>>({ _id: 0, place: 1 })
    .next();
  return last?.place;
}
