import { inSteps } from '../../../runtime/in-steps.ts';
import type { Steps } from '../../domain/steps.ts';
import { contentOf, givenContentOf } from '../instance-content.ts';
import type { HistoryEntity, HistoryInstance } from '../temporal-store.ts';
import { contentName } from './content-name.ts';
import type { HistoryCollections, HistoryParts } from './history.ts';
import { type HistoryDocument, toHistoryDocument, toHistoryInstance } from './history-document.ts';
import { keepHistoryEntity, type Standing } from './history-entities.ts';
import { withoutRemoved } from './history-removals.ts';
import { insertNew } from './insert-new.ts';
import { keyOf } from './keys.ts';

/** An instance and the text that is the same for those that equal it. */
interface Provided {
  readonly instance: HistoryInstance;
  readonly content: string;
}

/** Names that are tried for a content; the first is taken but where what had it was edited or taken away. */
const NAMES = 8;

/** Instances that are judged and written at once: what others wait for. */
const TOGETHER = 500;

/**
 * Adds instances that equal none of those that are there, each once, by any number of processes at once. Of very many
 * those that come first may be read before the last are written; one who did not hear of the end does it again. True
 * when the Entity was not known before.
 */
export async function provide(
  parts: HistoryParts,
  tenant: string,
  entity: HistoryEntity,
  instances: readonly HistoryInstance[],
): Promise<boolean> {
  // What is refused leaves nothing behind.
  const given = await inSteps(byContent(instances));
  const { standing, isNew } = await keepHistoryEntity(parts, tenant, entity);
  for (let start = 0; start < given.length; start += TOGETHER)
    await provideSome(parts, { tenant, id: entity.id, standing }, given.slice(start, start + TOGETHER));
  return isNew;
}

/** Of those that are equal the last. */
function* byContent(instances: readonly HistoryInstance[]): Steps<readonly Provided[]> {
  const given = new Map<string, HistoryInstance>();
  for (const [index, instance] of instances.entries()) {
    if (index % TOGETHER === TOGETHER - 1) yield;
    given.set(givenContentOf(instance), instance);
  }
  return [...given].map(([content, instance]) => ({ content, instance }));
}

interface Place {
  readonly tenant: string;
  readonly id: string;
  readonly standing: Standing | undefined;
}

async function provideSome(
  parts: HistoryParts,
  { tenant, id, standing }: Place,
  given: readonly Provided[],
): Promise<void> {
  const instances = given.map(({ instance }) => instance);
  const known = await contentsLike(parts, keyOf(tenant, id), instances, standing);
  let left = given.filter(({ content }) => !known.has(content));
  for (let number = 0; number < NAMES && left.length > 0; number++) {
    const identity = ({ content }: Provided) => contentName(number === 0 ? content : `${number} ${content}`);
    left = await insert(parts, { tenant, standing, identity }, left);
  }
  await insert(parts, { tenant, standing, identity: ({ instance }) => instance.instanceId }, left);
}

interface Naming {
  readonly tenant: string;
  readonly standing: Standing | undefined;
  readonly identity: (provided: Provided) => string;
}

/** Gives back those whose names are taken by something else. */
async function insert(
  { instances }: Pick<HistoryCollections, 'instances'>,
  { tenant, standing, identity }: Naming,
  provided: readonly Provided[],
): Promise<Provided[]> {
  const documents = provided.map((one) =>
    toHistoryDocument(tenant, one.instance, { era: standing?.era, identity: identity(one) }),
  );
  if (await insertNew(instances, documents)) return [];
  const [first] = documents;
  const found = instances.find({
    _id: { $in: documents.map(({ _id }) => _id) },
    entity: first?.entity ?? '',
    attribute: { $exists: true },
    ...withoutRemoved(standing?.removals),
  });
  const contents = await contentsOf(found);
  return provided.filter(({ content }) => !contents.has(content));
}

/** The contents of stored instances that any of these may be equal to. */
function contentsLike(
  { instances: stored }: Pick<HistoryCollections, 'instances'>,
  entity: string,
  instances: readonly HistoryInstance[],
  standing: Standing | undefined,
): Promise<ReadonlySet<string>> {
  const attributes = new Set(instances.map(({ attribute }) => attribute));
  // Null finds the instances without the member.
  const times = new Set(instances.map(({ observedAt }) => observedAt ?? null));
  const found = stored.find({
    entity,
    attribute: { $in: [...attributes] },
    observedAt: { $in: [...times] as number[] },
    ...withoutRemoved(standing?.removals),
  });
  return contentsOf(found);
}

async function contentsOf(documents: AsyncIterable<HistoryDocument>): Promise<ReadonlySet<string>> {
  const contents = new Set<string>();
  for await (const document of documents) contents.add(contentOf(toHistoryInstance(document)));
  return contents;
}
