import type { HistoryChunks, HistoryKey } from './history-chunks.ts';
import type { HistoryEntities, LogUse } from './history-entities.ts';
import { decodeInstances, decodeLines, joinTexts } from './history-instances.ts';
import { byAttribute, type HistoryLog, historyLog } from './history-log.ts';
import type { HistoryTail, TailPart } from './history-tail.ts';
import { NO_VALUES, withValuesOf } from './log-values.ts';
import type { Session } from './session.ts';

/** The log of an Entity, and what the tail has of it. What writes runs inside a transaction. */
export interface WholeLog extends Pick<HistoryLog, 'of' | 'newest' | 'edit'> {
  /** Of each change that the log has, the text of its instances, in their order. */
  readonly texts: HistoryLog['texts'];
  /** Adds to the log, or makes chunks of all that is in it; tells what is in it then. */
  add(entity: HistoryKey, known: LogUse, added: Added): LogUse;
  /** Brings to the log what the tail had of an Entity. */
  move(entity: number, part: TailPart): void;
}

/** The text of instances, of so many changes. */
export interface Added {
  readonly text: string;
  readonly changes: number;
}

export interface WholeLogParts {
  readonly tail: Pick<HistoryTail, 'of' | 'take'>;
  readonly entities: Pick<HistoryEntities, 'logUse' | 'setChanged'>;
  readonly chunks: Pick<HistoryChunks, 'add'>;
}

/** A log in which is nothing. */
export const EMPTY: LogUse = { rows: 0, size: 0, values: NO_VALUES };

/**
 * Changes become a row at the end of the log: pages that many Entities share, where a row for each instance in its place
 * would be a page for each. With so much text, or so many changes, an Entity's log becomes chunks.
 */
const LOG_SIZE = 128 * 1024;
const FEWEST_CHANGES = 24;
/**
 * So many Entities that follow each other leave the log together: they come to it in their order, so they share its
 * pages, and a page that all of them leave is not written once more.
 */
const NEIGHBOURS = 16;
/** They leave when one of them has 24 to 39 changes: if all Entities change at one pace, not all do in one commit. */
const PACES = 16;

/** Tells whether a log with so much of an Entity becomes chunks, of those that are asked for in their order. */
function dueLogs(): (entity: number, use: Pick<LogUse, 'rows' | 'size'>) => boolean {
  let leaving: number | undefined;
  return (entity, { rows, size }) => {
    const neighbours = Math.floor(entity / NEIGHBOURS);
    const mostChanges = FEWEST_CHANGES + (leaving === neighbours ? 0 : neighbours % PACES);
    if (rows < mostChanges && size < LOG_SIZE) return false;
    leaving = neighbours;
    return true;
  };
}

export function wholeLog(session: Session, { tail, entities, chunks }: WholeLogParts): WholeLog {
  const { iris } = session;
  const log = historyLog(session);
  const isDue = dueLogs();
  const add: WholeLog['add'] = (entity, known, { text, changes }) => {
    const [rows, size] = [known.rows + changes, known.size + text.length];
    if (!isDue(entity.no, { rows, size })) {
      log.add(entity.no, text);
      return { rows, size, values: withValuesOf(known.values, text) };
    }
    const all = [...log.take(entity.no), text].flatMap(decodeLines);
    for (const [attribute, of] of byAttribute(all)) chunks.add(entity.no, attribute, of);
    return EMPTY;
  };
  const move: WholeLog['move'] = (no, { texts, at }) => {
    const known = entities.logUse(no);
    if (known === undefined) return;
    const use = add(known, known, { text: joinTexts(texts), changes: texts.length });
    entities.setChanged(no, use, at);
  };
  return {
    add,
    move,
    of: (entity, mayBeWanted) => {
      const newest = tail.of(entity.no);
      const older = log.of(entity, mayBeWanted);
      if (newest === undefined) return older;
      return [...older, ...decodeInstances(joinTexts(newest.texts), entity.id, iris, mayBeWanted)];
    },
    newest: function* newest(entity, mayBeWanted) {
      for (const text of tail.of(entity.no)?.texts.toReversed() ?? [])
        yield decodeInstances(text, entity.id, iris, mayBeWanted);
      yield* log.newest(entity, mayBeWanted);
    },
    texts: log.texts,
    // What is edited stands in one place.
    edit: (entity, edit) => {
      const newest = tail.take(entity.no);
      if (newest !== undefined) move(entity.no, newest);
      return log.edit(entity, edit);
    },
  };
}
