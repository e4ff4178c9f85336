import type { Micros } from '../../domain/entity.ts';
import type { Store } from '../../store/store.ts';
import { BackFill } from './back-fill.ts';
import { type HistoryKeeping, type KeptTypes, keepsChange, recordedUntil } from './keeping.ts';
import { LateBeginnings } from './late-beginnings.ts';
import { putSwitchState, turnSwitch } from './switch-state.ts';

export interface HistorySwitchParts {
  readonly store: Pick<Store, 'of' | 'outbox' | 'tenants' | 'documents' | 'setKeptEnds'>;
  /** Of which Entities a history is kept from now on. */
  readonly kept: KeptTypes;
  readonly now: () => Micros;
  readonly log: SwitchLog;
  /** Resolves when some more of the back-fill may be done; 2 ms later when not given. */
  readonly pause?: () => Promise<void>;
  /** See `BackFillParts`. */
  readonly remembered?: number;
}

interface SwitchLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Whether histories are kept, and how they begin where they were not. */
export interface HistorySwitch {
  /** For the write path; undefined where every change is kept and nothing is lacking. */
  readonly keeping: HistoryKeeping | undefined;
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
export async function openHistorySwitch(parts: HistorySwitchParts): Promise<HistorySwitch> {
  const { store, kept, now, log, pause = briefly, remembered } = parts;
  const state = await turnSwitch(store.documents, kept, now());
  const { lacking } = state;
  store.setKeptEnds((end) => keepsChange(kept, end));
  const fillParts = {
    ...{ store, lacking, pause, ...(remembered !== undefined && { remembered }) },
    recordedUntil: (types: readonly string[]) => recordedUntil(state, types),
  };
  const backFill = lacking.length === 0 ? undefined : new BackFill(fillParts);
  let isStopped = false;
  let running: Promise<void> | undefined;
  const run = async (fill: BackFill): Promise<void> => {
    log.info({ types: lacking }, 'histories get the current values that they lack');
    if (!(await untilDone(fill, () => isStopped, log))) return;
    await putSwitchState(store.documents, { ...state, lacking: [], filledAt: now() });
    log.info({}, 'histories lack nothing more');
  };
  return {
    keeping: keepingOf(parts, backFill),
    start: () => {
      if (backFill !== undefined) running ??= run(backFill);
    },
    idle: async () => running,
    stop: async () => {
      isStopped = true;
      await running?.catch(() => undefined);
    },
  };
}

function keepingOf(
  { store, kept }: HistorySwitchParts,
  backFill: BackFill | undefined,
): HistoryKeeping | undefined {
  if (kept === 'all' && backFill === undefined) return undefined;
  return {
    keeps: (change) => keepsChange(kept, change),
    before: backFill?.before ?? (() => undefined),
    ...(kept !== 'all' && kept.length > 0 && { late: new LateBeginnings({ store, kept }) }),
  };
}

/** A store that is away for a while ends nothing. */
async function untilDone(backFill: BackFill, isStopped: () => boolean, log: SwitchLog): Promise<boolean> {
  while (!isStopped()) {
    try {
      return await backFill.run(isStopped);
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
