import type { Change } from '../../domain/change/changes.ts';
import type { Micros } from '../../domain/entity.ts';
import type { Store } from '../../store/store.ts';
import { backFill } from './back-fill.ts';
import { type HistoryKeeping, type KeptTypes, partKept } from './keeping.ts';
import { settleSwitch, turnSwitch } from './switch-state.ts';

export interface HistorySwitchParts {
  readonly store: Pick<Store, 'of' | 'tenants' | 'documents' | 'setKeptEnds'>;
  /** Of which Entities a history is kept from now on. */
  readonly kept: KeptTypes;
  readonly log: SwitchLog;
  readonly now: () => Micros;
  /** Resolves when some more of the back-fill may be done; 2 ms later when not given. */
  readonly pause?: () => Promise<void>;
}

interface SwitchLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Whether histories are kept, and how they begin where they were not. */
export interface HistorySwitch {
  /** For the write path. */
  readonly keeping: HistoryKeeping;
  /** Begins to give the histories what they lack. */
  start(): void;
  /** Resolves when nothing is lacking any more, or after `stop`. */
  idle(): Promise<void>;
  /** Ends it in good order; the next start goes on. */
  stop(): Promise<void>;
}

const RETRY = 1000;

/**
 * Compares what is to be kept with what was kept at the last start, and writes down what is lacking before anything is
 * served, so that a crash forgets nothing. @throws what the store throws
 */
export async function openHistorySwitch({
  store,
  kept,
  log,
  now,
  pause = briefly,
}: HistorySwitchParts): Promise<HistorySwitch> {
  const state = await turnSwitch(store.documents, kept, now());
  const { lacking } = state;
  const partOf = (change: Change) => partKept(kept, change);
  store.setKeptEnds(partOf);
  let isStopped = false;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    log.info({ types: lacking }, 'histories get the current values that they lack');
    const fill = async (): Promise<boolean> => {
      const isAll = await backFill({ store, lacking, pause, isStopped: () => isStopped });
      if (isAll) await settleSwitch(store.documents, state, now());
      return isAll;
    };
    if (await untilDone(fill, () => isStopped, log)) log.info({}, 'histories lack nothing more');
  };
  return {
    keeping: { partOf },
    start: () => {
      if (lacking.length > 0) running ??= run();
    },
    idle: async () => running,
    stop: async () => {
      isStopped = true;
      await running?.catch(() => undefined);
    },
  };
}

/** A store that is away for a while ends nothing. */
async function untilDone(
  fill: () => Promise<boolean>,
  isStopped: () => boolean,
  log: SwitchLog,
): Promise<boolean> {
  while (!isStopped()) {
    try {
      return await fill();
    } catch (error) {
      log.warn({ err: error }, 'current values could not be given to histories; trying again');
      await after(RETRY);
    }
  }
  return false;
}

function briefly(): Promise<void> {
  return after(2);
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
