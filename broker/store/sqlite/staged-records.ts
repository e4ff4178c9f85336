import type { ChangeRecord, HistoryOf } from '../outbox.ts';
import { toRecordRow } from './change-record.ts';
import type { HistoryTables } from './history-tables.ts';
import type { RecordTable, StagedRecord } from './record-table.ts';

/** What the changes of the group under way leave besides the Entities: their history, and records for the relay. */
export interface StagedRecords {
  /** Adds the record of a change, with the text of the state after it. */
  add(entityId: string, record: ChangeRecord, text: string | undefined): void;
  /** Writes everything; inside the transaction. */
  write(): void;
  /** After the commit. True when there are records for the relay. */
  settle(): boolean;
  /** After a failure: as if nothing had been added. */
  discard(): void;
}

export interface StagedRecordsParts {
  readonly records: Pick<RecordTable, 'insert' | 'remember' | 'doubt'>;
  readonly history: Pick<HistoryTables, 'record' | 'advance' | 'settle' | 'doubt'>;
  readonly historyOf: HistoryOf;
}

/** Nothing added yet. */
export function stagedRecords({ records, history, historyOf }: StagedRecordsParts): StagedRecords {
  // In the order of their stamps.
  let changes: ChangeRecord[] = [];
  let staged: StagedRecord[] = [];
  const clear = (): void => {
    changes = [];
    staged = [];
  };
  return {
    add: (entityId, given, text) => {
      if (given.isHistory !== false) changes.push(given);
      if (given.notify.length === 0) return;
      const record: ChangeRecord = { ...given, isHistory: false };
      staged.push({ entityId, record, row: toRecordRow(record, text) });
    },
    write: () => {
      for (const change of changes) history.record(change, historyOf);
      history.advance();
      for (const record of staged) records.insert(record);
    },
    settle: () => {
      for (const record of staged) records.remember(record);
      history.settle();
      const isAny = staged.length > 0;
      clear();
      return isAny;
    },
    discard: () => {
      clear();
      records.doubt();
      history.doubt();
    },
  };
}
