import type { Statement } from '../../../runtime/sqlite/open.ts';
import type { PresenceQuery } from '../temporal-store.ts';
import { endColumns } from './history-chunks.ts';
import { NO_TIME, toBounds, toSureBounds } from './history-times.ts';
import type { Session } from './session.ts';

/** Whether chunks have an instance that is asked for, as far as their times tell it. */
export type Told = 'some' | 'perhaps' | 'none';

/** Asks the times of all chunks of an Attribute of an Entity. */
export type TellByTimes = (entity: number, attribute: string, query: PresenceQuery) => Told;

const answers: readonly Told[] = ['none', 'perhaps', 'some'];

/** Looks along indexes alone. */
export function chunkTimes({ database, iris }: Session): TellByTimes {
  const statements = new Map<string, Statement<[number]>>();
  const statementFor = (query: PresenceQuery): Statement<[number]> => {
    const name = `${query.timeproperty} ${query.from === undefined} ${query.to === undefined}`;
    const known = statements.get(name) ?? database.prepare<[number]>(selectFor(query));
    statements.set(name, known);
    return known;
  };
  return (entity, attribute, query) => {
    const { from, to, datasetIds } = query;
    const no = iris.find(attribute);
    if (no === undefined) return 'none';
    if (datasetIds !== undefined) return 'perhaps';
    const isBounded = from !== undefined || to !== undefined;
    const values = isBounded ? [...toSureBounds(query), ...toBounds(from, to)] : [];
    const [answer = 0] = statementFor(query).get(entity, no, ...values) ?? [];
    return answers[answer] ?? 'none';
  };
}

const chunk = 'SELECT 1 FROM history_chunk WHERE entity = ?1 AND attribute = ?2';

/** Where the earliest or the latest instance of a chunk is within the bounds there is some, else where it reaches into them perhaps. */
function selectFor({ timeproperty, from, to }: PresenceQuery): string {
  if (from === undefined && to === undefined) return `SELECT 2 * EXISTS (${chunk})`;
  const [earliest, latest] = endColumns(timeproperty);
  // Of deletions there is an index of the latest alone, which has only chunks that have some.
  const some = timeproperty === 'deletedAt' ? `${chunk} AND ${latest} > ${NO_TIME}` : chunk;
  const isLatestWithin = `EXISTS (${some} AND ${latest} >= ?3 AND ${latest} < ?4)`;
  const isEarliestWithin = `EXISTS (${some} AND ${earliest} >= ?3 AND ${earliest} < ?4)`;
  const sure = timeproperty === 'deletedAt' ? isLatestWithin : `${isLatestWithin} OR ${isEarliestWithin}`;
  const reaching = `${some} AND ${latest} >= ?5${to === undefined ? '' : ` AND ${earliest} < ?6`}`;
  return `SELECT CASE WHEN ${sure} THEN 2 ELSE EXISTS (${reaching}) END`;
}
