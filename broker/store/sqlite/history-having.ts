import type { Statement } from '../../../runtime/sqlite/open.ts';
import type { HistoryCondition, SoughtInstance } from '../../domain/query/narrow-history.ts';
import type { SoughtHistory, TimeProperty } from '../temporal-store.ts';
import { reaching, reachValues } from './history-chunk-values.ts';
import { endColumns } from './history-chunks.ts';
import { type MayBeWanted, markOfAttribute, someLine } from './history-instances.ts';
import type { HistoryLog } from './history-log.ts';
import type { HistoryTail } from './history-tail.ts';
import { NO_TIME, toBounds } from './history-times.ts';
import { exactReach } from './line-reach.ts';
import { type LogValues, mayHaveValue } from './log-values.ts';
import type { Session } from './session.ts';
import { allOf, linesInTime, linesWithin } from './wanted-lines.ts';

/** False for the Entity of a number whose instances surely do not meet what is sought. */
export type MayHave = (entity: number) => boolean;

/** What is not in chunks yet. */
export interface Newer {
  readonly log: Pick<HistoryLog, 'texts'>;
  readonly tail: Pick<HistoryTail, 'of'>;
}

/** Makes the test once for many Entities, by what tells of chunks and of the log, and by the texts of the newest. */
export function compileHaving(
  session: Session,
  newer: Newer,
  { condition, orGone = false, ...interval }: SoughtHistory,
): MayHave {
  const test = compile(condition, (sought) => someTest(session, sought, interval));
  const newerOf = newerReader(session, newer);
  return (entity) => {
    const found = newerOf(entity);
    return test(entity, found) || (orGone && found.row().isAnyGone);
  };
}

/** What an Entity has besides chunks, each read once, where it is asked for. */
interface NewerOf {
  row(): { readonly values: LogValues; readonly isAnyGone: boolean };
  log(): readonly string[];
  tail(): readonly string[];
}

function newerReader({ database }: Session, { log, tail }: Newer): (entity: number) => NewerOf {
  const select = database.cached<[LogValues, 0 | 1]>(
    'SELECT log_values, gone IS NOT NULL FROM history_entity WHERE no = ?',
  );
  return (entity) => ({
    row: once(() => {
      const [values, isAnyGone] = select.get(entity) ?? [null, 0];
      return { values, isAnyGone: isAnyGone === 1 };
    }),
    log: once(() => log.texts(entity)),
    tail: once(() => tail.of(entity)?.texts ?? []),
  });
}

function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}

type Test = (entity: number, newer: NewerOf) => boolean;

function compile(condition: HistoryCondition, some: (sought: SoughtInstance) => Test): Test {
  if (condition.kind === 'anything') return () => true;
  if (condition.kind === 'some') return some(condition);
  const tests = condition.of.map((part) => compile(part, some));
  return condition.kind === 'all'
    ? (entity, newer) => tests.every((test) => test(entity, newer))
    : (entity, newer) => tests.some((test) => test(entity, newer));
}

type Interval = Omit<SoughtHistory, 'condition' | 'orGone'>;

function someTest(session: Session, { attribute, within }: SoughtInstance, interval: Interval): Test {
  const no = session.iris.find(attribute);
  if (no === undefined) return () => false;
  const [chunk, values] = chunkOf(session, interval, within);
  const mark = markOfAttribute(no);
  const isWanted: MayBeWanted =
    allOf([linesInTime(interval), within && linesWithin(within, exactReach)]) ?? (() => true);
  const isIn = (texts: readonly string[]): boolean => texts.some((text) => someLine(text, mark, isWanted));
  return (entity, newer) =>
    chunk.get(entity, no, ...values) !== undefined ||
    isIn(newer.tail()) ||
    (mayHaveValue(newer.row().values, no, within) && isIn(newer.log()));
}

/** Finds a chunk that may have such an instance, along one index alone, and what is to be given besides. */
function chunkOf(
  { database }: Session,
  { timeproperty, from, to }: Interval,
  within: SoughtInstance['within'],
): readonly [Statement<[number]>, readonly (number | string)[]] {
  const [earliest, latest] = endColumns(timeproperty);
  const isBounded = from !== undefined || to !== undefined;
  const hasTime = isBounded ? ` AND ${latest} >= ?${to === undefined ? '' : ` AND ${earliest} < ?`}` : '';
  const values = tellsOfValues[timeproperty] ? within : undefined;
  const statement = database.cached<[number]>(`SELECT 1 FROM history_chunk
    WHERE entity = ? AND attribute = ?${timeproperty === 'deletedAt' ? ` AND ${latest} > ${NO_TIME}` : ''}${hasTime}${reaching(values)} LIMIT 1`);
  return [statement, [...(isBounded ? toBounds(from, to) : []), ...reachValues(values)]];
}

/** Of deletions there are no values. */
const tellsOfValues: Readonly<Record<TimeProperty, boolean>> = {
  observedAt: true,
  createdAt: true,
  modifiedAt: true,
  deletedAt: false,
};
