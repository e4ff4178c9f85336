import type { Steps } from '../../domain/steps.ts';
import { contentOf, givenContentOf } from '../instance-content.ts';
import type { HistoryInstance } from '../temporal-store.ts';
import { contentName } from './content-name.ts';
import type { HistoryCollections } from './history.ts';
import { type HistoryDocument, toHistoryDocument, toHistoryInstance } from './history-document.ts';
import { type Sight, seenRows } from './history-lots.ts';
import { insertNew } from './insert-new.ts';

type Rows = Pick<HistoryCollections, 'instances'>;

/** An instance and the text that is the same for those that equal it. */
export interface Given {
  readonly instance: HistoryInstance;
  readonly content: string;
}

/** Where rows are written. */
export interface RowPlace {
  readonly tenant: string;
  /** How the Entity stands; what is of the lot is seen. */
  readonly sight: Sight | undefined;
  /** Of which lot they are; of none where they may be seen at once. */
  readonly lot?: number;
}

/** Instances that are judged and written at once: what others wait for. */
export const TOGETHER = 500;

/** Names that are tried for a content; the first is taken but where what had it was edited or taken away. */
const NAMES = 8;

/** Of those that are equal the last. @throws NgsiLdError EntityTooLarge for one of more than 4 MB */
export function* byContent(instances: readonly HistoryInstance[]): Steps<readonly Given[]> {
  const given = new Map<string, HistoryInstance>();
  for (const [index, instance] of instances.entries()) {
    if (index % TOGETHER === TOGETHER - 1) yield;
    given.set(givenContentOf(instance), instance);
  }
  return [...given].map(([content, instance]) => ({ content, instance }));
}

/** Those that equal none that are there. */
export async function withoutKnown(
  rows: Rows,
  entity: string,
  sight: Sight | undefined,
  given: readonly Given[],
): Promise<readonly Given[]> {
  const left: Given[] = [];
  for (let start = 0; start < given.length; start += TOGETHER) {
    const some = given.slice(start, start + TOGETHER);
    const known = await contentsLike(rows, entity, sight, some);
    left.push(...some.filter(({ content }) => !known.has(content)));
  }
  return left;
}

/** Writes one that nobody has, by its first name; false when something else has that. */
export async function insertAlone(rows: Rows, place: RowPlace, given: Given): Promise<boolean> {
  return (await insert(rows, place, [given], 0)).length === 0;
}

/** Writes them, each once. */
export async function insertEach(rows: Rows, place: RowPlace, given: readonly Given[]): Promise<void> {
  let left = given;
  for (let number = 0; number <= NAMES && left.length > 0; number++)
    left = await insert(rows, place, left, number);
}

/** Those that equal one another have the same name, whoever gives them; the last is of the instance alone. */
function nameOf({ content, instance }: Given, number: number): string {
  if (number === NAMES) return instance.instanceId;
  return contentName(number === 0 ? content : `${number} ${content}`);
}

/** Gives back those whose names are taken by something else. */
async function insert(
  { instances }: Rows,
  { tenant, sight, lot }: RowPlace,
  given: readonly Given[],
  number: number,
): Promise<readonly Given[]> {
  const documents = given.map((each) =>
    toHistoryDocument(tenant, each.instance, { era: sight?.era, lot, identity: nameOf(each, number) }),
  );
  if (await insertNew(instances, documents)) return [];
  const [first] = documents;
  const found = instances.find({
    _id: { $in: documents.map(({ _id }) => _id) },
    entity: first?.entity ?? '',
    attribute: { $exists: true },
    ...seenRows(sight),
  });
  const contents = await contentsOf(found);
  return given.filter(({ content }) => !contents.has(content));
}

/** The contents of stored instances that any of these may be equal to. */
function contentsLike(
  { instances }: Rows,
  entity: string,
  sight: Sight | undefined,
  given: readonly Given[],
): Promise<ReadonlySet<string>> {
  const attributes = new Set(given.map(({ instance }) => instance.attribute));
  // Null finds the instances without the member.
  const times = new Set(given.map(({ instance }) => instance.observedAt ?? null));
  const found = instances.find({
    entity,
    attribute: { $in: [...attributes] },
    observedAt: { $in: [...times] as number[] },
    ...seenRows(sight),
  });
  return contentsOf(found);
}

async function contentsOf(documents: AsyncIterable<HistoryDocument>): Promise<ReadonlySet<string>> {
  const contents = new Set<string>();
  for await (const document of documents) contents.add(contentOf(toHistoryInstance(document)));
  return contents;
}
