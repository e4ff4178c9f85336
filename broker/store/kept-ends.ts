import type { Change } from '../domain/change/changes.ts';
import type { HistoryPart } from './outbox.ts';
import type { Store } from './store.ts';

/** What of the ends of Entities whose expiresAt has come goes into the history: all, until it is set. */
export interface KeptEnds {
  readonly partOf: (end: Change) => HistoryPart;
  readonly set: Store['setKeptEnds'];
}

export function keptEnds(): KeptEnds {
  let partOf = (_: Change): HistoryPart => ({});
  return {
    partOf: (end) => partOf(end),
    set: (given) => {
      partOf = given;
    },
  };
}
