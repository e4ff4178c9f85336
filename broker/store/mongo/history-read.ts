import type { Collection, Filter, FindCursor } from 'mongodb';
import { draftPage, inOrderOf, type PageDraft } from '../history-page.ts';
import { weightOfAll } from '../history-weight.ts';
import type { HistoryInstance, HistoryPage, HistoryQuery, PresenceQuery } from '../temporal-store.ts';
import { type HistoryDocument, toHistoryInstance } from './history-document.ts';
import { type Sight, seenRows } from './history-lots.ts';
import { historyOrder, toHistoryFilter } from './history-query.ts';

/** What a page is read with. */
export interface HistoryRead {
  readonly instances: Pick<Collection<HistoryDocument>, 'find' | 'findOne'>;
  /** Tenant and Entity. */
  readonly entity: string;
  /** All that may be on the page. */
  readonly attributes: readonly string[];
  readonly query: HistoryQuery;
  /** How the Entity stood before. */
  readonly sight: Sight | null;
  /** Keys of rows that are passed over: they are rolled up already. */
  readonly taken?: readonly string[];
}

/** The page of these Attributes that the query asks for. */
export async function readPage(reading: HistoryRead): Promise<HistoryPage> {
  const { attributes, query } = reading;
  const page = draftPage(query);
  const found = await (query.lastN === undefined ? readFirst(reading, page) : readLast(reading, page));
  if (page.end() !== undefined) {
    const missing = attributes.filter((attribute) => !found.has(attribute));
    const firsts = await Promise.all(missing.map((attribute) => read(reading, [attribute], query, FIRST)));
    for (const [index, attribute] of missing.entries()) page.add(attribute, firsts[index] ?? []);
  }
  return page.finish();
}

/** One walk along the index for all Attributes. Gives back those that it met. */
async function readFirst(reading: HistoryRead, page: PageDraft): Promise<ReadonlySet<string>> {
  const { attributes, query } = reading;
  const groups = new Map<string, HistoryInstance[]>();
  for (const instance of await read(reading, attributes, query, page)) {
    const group = groups.get(instance.attribute);
    if (group) group.push(instance);
    else groups.set(instance.attribute, [instance]);
  }
  for (const [attribute, instances] of groups) page.add(attribute, instances);
  return new Set(groups.keys());
}

/**
 * One look along the index for each Attribute, for as many at the same time as fit on the page: those behind them are
 * read up to its end. Gives back those that have any.
 */
async function readLast(reading: HistoryRead, page: PageDraft): Promise<ReadonlySet<string>> {
  const { attributes, query } = reading;
  const found = new Set<string>();
  if (page.wanted <= 0) return found;
  const together = Math.max(1, Math.floor((query.limit ?? Number.MAX_SAFE_INTEGER) / page.wanted));
  for (let start = 0; start < attributes.length; start += together) {
    const some = attributes.slice(start, start + together);
    const newer = newerThan(query, page.end());
    const rows = await Promise.all(some.map((attribute) => read(reading, [attribute], newer, page)));
    for (const [index, attribute] of some.entries()) {
      const instances = rows[index] ?? [];
      if (instances.length > 0) found.add(attribute);
      page.add(attribute, instances);
    }
  }
  return found;
}

function newerThan(query: HistoryQuery, end: number | undefined): HistoryQuery {
  return end === undefined ? query : { ...query, from: Math.max(query.from ?? end, end + 1) };
}

/** Those of the Attributes that have instances which the query asks for, `most` of them at most. */
export async function attributesWithin(reading: HistoryRead, most?: number): Promise<readonly string[]> {
  const { attributes } = reading;
  if (most === 1) return (await anyAttribute(reading, attributes)) ?? [];
  const found = await Promise.all(attributes.map((attribute) => anyAttribute(reading, [attribute])));
  return found.flatMap((name) => name ?? []).slice(0, most);
}

/** The Attribute of any instance that there is. */
async function anyAttribute(
  { instances, query, ...reading }: HistoryRead,
  attributes: readonly string[],
): Promise<readonly string[] | undefined> {
  if (attributes.length === 0) return undefined;
  const found = await instances.findOne(filterOf(reading, attributes, query), {
    projection: { _id: 0, attribute: 1 },
  });
  return found === null ? undefined : [found.attribute];
}

function filterOf(
  { entity, sight, taken = [] }: Pick<HistoryRead, 'entity' | 'sight' | 'taken'>,
  attributes: readonly string[],
  query: PresenceQuery,
): Filter<HistoryDocument> {
  return {
    ...toHistoryFilter(entity, attributes, query),
    ...seenRows(sight),
    ...(taken.length > 0 && { _id: { $nin: [...taken] } }),
  };
}

async function read(
  { instances, ...reading }: HistoryRead,
  attributes: readonly string[],
  query: HistoryQuery,
  page: Pick<PageDraft, 'wanted' | 'weight' | 'enough'>,
): Promise<readonly HistoryInstance[]> {
  if (attributes.length === 0) return [];
  const { wanted } = page;
  const found = instances
    .find(filterOf(reading, attributes, query), { allowDiskUse: true })
    .sort(historyOrder(query));
  const rows = await readAll(
    (Number.isFinite(wanted) ? found.limit(wanted) : found).batchSize(TOGETHER),
    page,
  );
  // The index has those of one moment in another order.
  return rows.sort(inOrderOf(query));
}

/** One instance and no more. */
const FIRST = { wanted: 1, weight: Number.POSITIVE_INFINITY, enough: () => 1 };

/** Instances that come at once: one answer has about as many, and those of more let others come in between. */
const TOGETHER = 1001;

/** Until the page has enough of them, or there are no more. */
async function readAll(
  found: FindCursor<HistoryDocument>,
  { weight, enough }: Pick<PageDraft, 'weight' | 'enough'>,
): Promise<HistoryInstance[]> {
  const instances: HistoryInstance[] = [];
  let text = 0;
  try {
    while ((text <= weight || instances.length < enough(instances)) && (await found.hasNext())) {
      const next = found.readBufferedDocuments().map(toHistoryInstance);
      instances.push(...next);
      text += weightOfAll(next);
    }
  } finally {
    await found.close();
  }
  return text > weight ? instances.slice(0, enough(instances)) : instances;
}
