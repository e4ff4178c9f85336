import type { HistoryTables } from './history-tables.ts';

/** The tables, and how often something was taken from the history or moved within it. */
export interface CountedEdits {
  readonly tables: HistoryTables;
  count(): number;
}

/** Counts what would make a reader miss instances that were there all the time; what is added would not. */
export function countedEdits(tables: HistoryTables): CountedEdits {
  let count = 0;
  const counted =
    <Given extends readonly unknown[], Result>(edit: (...given: Given) => Result) =>
    (...given: Given): Result => {
      count++;
      return edit(...given);
    };
  const { removeEntity, removeAttribute, replaceInstance, removeInstance } = tables.edits;
  return {
    tables: {
      ...tables,
      edits: {
        removeEntity: counted(removeEntity),
        removeAttribute: counted(removeAttribute),
        replaceInstance: counted(replaceInstance),
        removeInstance: counted(removeInstance),
      },
      retain: counted(tables.retain),
    },
    count: () => count,
  };
}
