import type { Json } from '../../domain/entity.ts';
import { inOneGo, type Steps } from '../../domain/steps.ts';
import { contentOf, givenContentOf } from '../instance-content.ts';
import type { HistoryInstance } from '../temporal-store.ts';
import type { HistoryKey } from './history-chunks.ts';
import { decodeInstances } from './history-instances.ts';
import { byAttribute, type HistoryLog } from './history-log.ts';
import { NO_TIME, toColumn } from './history-times.ts';
import type { Session } from './session.ts';

/**
 * Leaves out of given instances those that equal an earlier one of theirs, or one that the Entity has. Of a long history
 * only chunks are read that may have an equal one; inside a transaction.
 */
export type WithoutEqual = (
  entity: HistoryKey | undefined,
  given: readonly HistoryInstance[],
) => readonly HistoryInstance[];

export function withoutEqual(session: Session, log: Pick<HistoryLog, 'of'>): WithoutEqual {
  const steps = withoutEqualSteps(session, log);
  return (entity, given) => inOneGo(steps(entity, given));
}

/** The same with rests, during which nobody may take away or add anything that is to count. */
export type WithoutEqualSteps = (...given: Parameters<WithoutEqual>) => Steps<readonly HistoryInstance[]>;

/** Instances that are looked at before a rest: some milliseconds. */
const TOGETHER = 200;

export function withoutEqualSteps(session: Session, log: Pick<HistoryLog, 'of'>): WithoutEqualSteps {
  const chunksLike = chunkReader(session);
  return function* withoutEqualOf(entity, given) {
    const fresh = yield* byContent(given);
    if (entity === undefined) return [...fresh.values()];
    yield* remove(fresh, given, [log.of(entity)]);
    for (const [attribute, wanted] of byAttribute([...fresh.values()]))
      yield* remove(fresh, wanted, chunksLike(entity, attribute, wanted));
    return [...fresh.values()];
  };
}

/** Of those that are equal the first. */
function* byContent(given: readonly HistoryInstance[]): Steps<Map<string, HistoryInstance>> {
  const first = new Map<string, HistoryInstance>();
  for (const [index, instance] of given.entries()) {
    if (index % TOGETHER === TOGETHER - 1) yield;
    const content = givenContentOf(instance);
    if (!first.has(content)) first.set(content, instance);
  }
  return first;
}

/** Takes away those of the wanted ones that equal a known one; reads no more of these when all are. Rests after each group. */
function* remove(
  fresh: Map<string, HistoryInstance>,
  wanted: readonly HistoryInstance[],
  known: Iterable<readonly HistoryInstance[]>,
): Steps<void> {
  const isLike = likenessOf(wanted);
  const rest = fresh.size - wanted.length;
  for (const group of known) {
    for (const instance of group) if (isLike(instance)) fresh.delete(contentOf(instance));
    if (fresh.size <= rest) return;
    yield;
  }
}

/** A cheap look at what would make an instance equal to one of these, without which it is not. */
function likenessOf(given: readonly HistoryInstance[]): (instance: HistoryInstance) => boolean {
  const times = new Set(given.map(({ observedAt }) => observedAt));
  const values = new Set(given.map(({ attributeInstance: { value } }) => value));
  return ({ observedAt, attributeInstance: { value } }) =>
    times.has(observedAt) && (typeof value === 'object' || values.has(value));
}

type ChunkReader = (
  entity: HistoryKey,
  attribute: string,
  given: readonly HistoryInstance[],
) => Iterable<readonly HistoryInstance[]>;

/** So many texts are looked for in the chunks; of more instances without a time all that have such ones are read. */
const FEW = 4;

function chunkReader({ database, iris }: Session): ChunkReader {
  const overlapping = database.prepare<[number, number, number]>(`SELECT no, observed_from, observed_to
    FROM history_chunk WHERE entity = ? AND attribute = ? AND observed_to >= ? AND observed_from <= ?`);
  const timeless = `SELECT no FROM history_chunk WHERE entity = ? AND attribute = ? AND observed_from = ${NO_TIME}`;
  const allTimeless = database.prepare<[number]>(timeless);
  const timelessWith = database.prepare<[number]>(`${timeless} AND instr(body, ?) > 0`);
  const read = database.prepare<[string]>('SELECT body FROM history_chunk WHERE no = ? AND entity = ?');
  const withTimes = (key: readonly (number | null)[], times: readonly number[]): readonly number[] => {
    const [first, last] = [times[0], times.at(-1)];
    if (first === undefined || last === undefined) return [];
    const chunks = overlapping.all(...key, first, last);
    return chunks.filter(([, from, to]) => hasOneWithin(times, from, to)).map(([no]) => no);
  };
  const withoutTime = (
    key: readonly (number | null)[],
    given: readonly HistoryInstance[],
  ): readonly number[] => {
    const texts = new Set(given.map(({ attributeInstance: { value } }) => tellingText(value)));
    if (texts.size > FEW) return allTimeless.all(...key).map(([no]) => no);
    return [...texts].flatMap((text) => timelessWith.all(...key, text).map(([no]) => no));
  };
  return function* chunksLike({ no, id }, attribute, given) {
    const key = [no, iris.find(attribute) ?? null];
    const times = given.map(({ observedAt }) => observedAt).filter((at) => at !== undefined);
    const found = new Set([
      ...withTimes(
        key,
        times.map(toColumn).sort((one, other) => one - other),
      ),
      ...withoutTime(
        key,
        given.filter(({ observedAt }) => observedAt === undefined),
      ),
    ]);
    for (const chunk of found) {
      const body = read.get(chunk, no)?.[0];
      if (body !== undefined) yield decodeInstances(body, id, iris);
    }
  };
}

/** True when one of the times, which are in order, is not before the one nor behind the other. */
function hasOneWithin(times: readonly number[], from: number, to: number): boolean {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < from) low = middle + 1;
    else high = middle;
  }
  return (times[low] ?? Number.POSITIVE_INFINITY) <= to;
}

/** What the text of every instance has that has a value equal to this one: members of objects are in any order. */
function tellingText(value: Json): string {
  if (!hasObjects(value)) return `"value":${JSON.stringify(value)},`;
  let longest = '';
  JSON.stringify(value, (_, inner: Json) => {
    const text = typeof inner === 'object' ? '' : JSON.stringify(inner);
    if (text.length > longest.length) longest = text;
    return inner;
  });
  return longest;
}

function hasObjects(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.some(hasObjects) : true;
}
