import type { Change } from '../domain/change/changes.ts';
import type { Store } from './store.ts';

/** Which ends of Entities whose expiresAt has come go into the history: all, until it is set. */
export interface KeptEnds {
  readonly isKept: (end: Change) => boolean;
  readonly set: Store['setKeptEnds'];
}

export function keptEnds(): KeptEnds {
  let isKept = (_: Change): boolean => true;
  return {
    isKept: (end) => isKept(end),
    set: (given) => {
      isKept = given;
    },
  };
}
