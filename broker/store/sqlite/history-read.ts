import type { Micros } from '../../domain/entity.ts';
import type { Steps } from '../../domain/steps.ts';
import { draftPage, inOrderOf, isWithin, NEVER, type PageDraft, timeOf } from '../history-page.ts';
import type { HistoryInstance, HistoryPage, HistoryQuery } from '../temporal-store.ts';
import type { HistoryKey } from './history-chunks.ts';
import { byAttribute } from './history-log.ts';
import type { HistoryTables } from './history-tables.ts';

/** The page of an Entity that the query asks for, empty where there is none; with a rest after many instances. */
export function* pageSteps(
  tables: HistoryTables,
  entity: HistoryKey | undefined,
  query: HistoryQuery,
): Steps<HistoryPage> {
  const page = draftPage(query);
  if (entity === undefined) return page.finish();
  const log = byAttribute(tables.log(entity, query));
  const names = new Set(query.attributes ?? [...tables.chunks.attributesOf(entity.no), ...log.keys()]);
  for (const attribute of query.except ?? []) names.delete(attribute);
  for (const attribute of names) {
    page.add(
      attribute,
      yield* firstOf(tables, { entity, attribute, newer: log.get(attribute) ?? [] }, query, page),
    );
  }
  return page.finish();
}

interface AttributeHistory {
  readonly entity: HistoryKey;
  readonly attribute: string;
  /** What the log has of it. */
  readonly newer: readonly HistoryInstance[];
}

/** Chunks that are read before a rest: about as many instances as an answer has. */
const TOGETHER = 10;

/** Those that can be on the page: chunks are read until none of the instances that are left can be among them. */
function* firstOf(
  { chunks }: HistoryTables,
  { entity, attribute, newer }: AttributeHistory,
  query: HistoryQuery,
  page: PageDraft,
): Steps<readonly HistoryInstance[]> {
  const direction = query.lastN === undefined ? 1 : -1;
  const { wanted, weight } = page;
  const pageEnd = page.end();
  const first = firstsOf(query, page);
  const isEnough = enoughFor(query, page, pageEnd);
  let found = [...newer];
  let textRead = 0;
  let chunksRead = 0;
  const start = direction > 0 ? 'oldest' : 'newest';
  for (const { edge, modified, size, instances } of chunks.inOrder(entity, attribute, query, start)) {
    const isPageBehind = pageEnd !== undefined && direction * (edge - pageEnd) >= 0;
    if (found.length >= wanted || isPageBehind || textRead > weight) {
      found = first(found);
      if (isEnough(found, { edge, modified })) return found;
    }
    found.push(...instances);
    textRead += size;
    if (++chunksRead % TOGETHER === 0) yield;
  }
  return first(found);
}

/** In the order of the query, as many as can matter. */
function firstsOf(
  query: HistoryQuery,
  page: Pick<PageDraft, 'enough'>,
): (instances: readonly HistoryInstance[]) => HistoryInstance[] {
  const order = inOrderOf(query);
  return (instances) => {
    const found = selected(instances, query).sort(order);
    return found.slice(0, page.enough(found));
  };
}

/** What no chunk that is left begins before: see `ChunkRead`. */
interface Rest {
  readonly edge: Micros;
  readonly modified: Micros | undefined;
}

/** Whether what was found, in order, is all that matters where no chunk is left that begins before the rest. */
function enoughFor(
  query: HistoryQuery,
  page: Pick<PageDraft, 'enough'>,
  pageEnd: Micros | undefined,
): (found: readonly HistoryInstance[], rest: Rest) => boolean {
  const direction = query.lastN === undefined ? 1 : -1;
  return (found, { edge, modified }) => {
    const [earliest] = found;
    // Behind the page only the very first counts: it says when the Attribute goes on.
    const isFirst = earliest !== undefined && direction * (timeOf(earliest, query) - edge) <= 0;
    if (isFirst && pageEnd !== undefined && direction * (edge - pageEnd) >= 0) return true;
    const last = found[page.enough(found) - 1];
    if (last === undefined) return false;
    const ahead = direction * (edge - timeOf(last, query));
    if (ahead !== 0) return ahead > 0;
    // Most have one createdAt: from the oldest on any of them will do.
    const isAny = query.timeproperty === 'createdAt' && modified === undefined;
    return isAny || edge === NEVER || (modified !== undefined && modified < last.modifiedAt);
  };
}

/** Those that the query asks for, each once: what was folded twice is there twice, and what moves while it is read may be. */
function selected(instances: readonly HistoryInstance[], query: HistoryQuery): HistoryInstance[] {
  const ids = new Set<string>();
  return instances.filter((instance) => {
    if (!isWithin(instance, query)) return false;
    if (ids.has(instance.instanceId)) return false;
    ids.add(instance.instanceId);
    return true;
  });
}
