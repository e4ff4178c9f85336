import { NgsiLdError } from '../domain/errors.ts';

/** What all requests together hold in memory of pages that they gather, and how much that may be. */
export interface GatheringRoom {
  /** For one page; holds nothing yet. */
  enter(): GatheringPlace;
}

/** What one page holds. */
export interface GatheringPlace {
  /**
   * Takes so many characters more. A promise where those that gather have too much together: it resolves when others have
   * left, or when nobody is left who began earlier.
   * @throws NgsiLdError TooBusy where many wait already
   */
  take(weight: number): void | Promise<void>;
  /** Gives back all that was taken. Idempotent. */
  leave(): void;
}

export interface GatheringRoomParts {
  /** Characters, over which only the one that began first goes on. */
  readonly limit: number;
  /** Pages that may wait. */
  readonly mostWaiting: number;
}

interface Holder {
  weight: number;
  /** Set while it waits. */
  goOn?: (() => void) | undefined;
}

/**
 * Who began first never waits, so that there is always one that goes on and gives back what it has: none waits for
 * another that waits for it.
 */
export function gatheringRoom({ limit, mostWaiting }: GatheringRoomParts): GatheringRoom {
  /** In the order in which they began. */
  const holders = new Set<Holder>();
  let total = 0;
  let waiting = 0;
  const mayGoOn = (holder: Holder): boolean => total <= limit || holder === holders.values().next().value;
  const wait = (holder: Holder): Promise<void> => {
    if (waiting >= mostWaiting) throw tooManyWait();
    waiting += 1;
    return new Promise((resolve) => {
      holder.goOn = () => {
        holder.goOn = undefined;
        waiting -= 1;
        resolve();
      };
    });
  };
  const leave = (holder: Holder): void => {
    if (!holders.delete(holder)) return;
    total -= holder.weight;
    for (const other of holders) if (mayGoOn(other)) other.goOn?.();
  };
  return {
    enter: () => {
      const holder: Holder = { weight: 0 };
      return {
        take: (weight) => {
          holders.add(holder);
          holder.weight += weight;
          total += weight;
          return mayGoOn(holder) ? undefined : wait(holder);
        },
        leave: () => leave(holder),
      };
    },
  };
}

function tooManyWait(): NgsiLdError {
  return new NgsiLdError(
    'TooBusy',
    'So many pages of large Entities are being gathered that there is no room for one more: try again soon, or ask for less at once (limit, attrs, pick).',
  );
}
