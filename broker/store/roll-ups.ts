import type { RolledUpSeries } from '../domain/aggregation/aggregator.ts';
import type { Micros } from '../domain/entity.ts';
import type { GoneDraft } from '../domain/retention/gone-instances.ts';
import type { Cutoffs } from '../domain/retention/history-policy.ts';
import type { HistoryInstance } from './temporal-store.ts';

/** How long the periods are that instances are rolled up by; they begin with the hours and days of UTC. */
export const HOUR: Micros = 3_600_000_000;
export const DAY: Micros = 24 * HOUR;

/** Instances are rolled up by observedAt where they have it. */
export type RollUpTime = 'observedAt' | 'modifiedAt';

/** What is left of instances of one Attribute and one dataset in one period that were rolled up. */
export interface RollUp extends RolledUpSeries {
  readonly time: RollUpTime;
}

/** Where a row of roll-ups lies: several may begin at the same time. */
export interface RollUpPlace {
  readonly start: Micros;
  readonly unit: Micros;
}

export interface RollUpQuery {
  readonly attribute: string;
  /** Those of periods that end behind `from` and begin before `to`. */
  readonly from?: Micros;
  readonly to?: Micros;
  readonly order: 'oldest first' | 'newest first';
  readonly after?: RollUpPlace;
  /** Rows: a period of an Attribute, with all its datasets. */
  readonly limit: number;
}

/** Which roll-ups somebody reads. */
export interface RollUpSpan extends Pick<RollUpQuery, 'from' | 'to'> {
  /** All when absent. */
  readonly attributes?: readonly string[];
}

export interface RollUpPage {
  readonly rollUps: readonly RollUp[];
  /** Where the next page begins; undefined behind the last one. */
  readonly next?: RollUpPlace;
}

/** What a step of `retain` did. */
export interface Retained {
  /** Instances that became part of a roll-up, and those of which nothing is left. */
  readonly rolledUp: number;
  readonly dropped: number;
  /** False when there may be more to do. */
  readonly isDone: boolean;
}

/** The roll-ups of a tenant, and what makes them. */
export interface RollUpStore {
  /** False where no Entity of the tenant has any. */
  isAny(): Promise<boolean>;
  /** IRIs of the Attributes of an Entity that have some. */
  attributes(id: string): Promise<readonly string[]>;
  read(id: string, query: RollUpQuery): Promise<RollUpPage>;
  /**
   * Does some milliseconds' worth of what the cutoffs of the Attributes of an Entity ask for: rolls up what is older, or
   * drops it. Each instance is either there or part of its roll-up, whatever happens in between; who does it again does
   * nothing twice. Attributes without cutoffs, types and scopes stay as they are.
   */
  retain(id: string, cutoffsOf: (attribute: string) => Cutoffs | undefined): Promise<Retained>;
  /**
   * What `read` makes of instances of an Entity and of their roll-ups, each met once: it is called again where some were
   * rolled up while it read, and `retain` then waits for it, for seconds at most.
   * @throws NgsiLdError Unavailable when it was disturbed again and again
   */
  steadily<T>(id: string, span: RollUpSpan, read: () => Promise<T>): Promise<T>;
}

/** When an instance was, as roll-ups see it. */
export function rollUpTimeOf({ observedAt, modifiedAt }: HistoryInstance): {
  readonly time: RollUpTime;
  readonly at: Micros;
} {
  return observedAt === undefined
    ? { time: 'modifiedAt', at: modifiedAt }
    : { time: 'observedAt', at: observedAt };
}

/** Notes that a roll-up, with its instances, goes for good. */
export function addDropped(
  gone: GoneDraft,
  attribute: string,
  { start, unit, time = 'observedAt' }: RollUpPlace & { readonly time?: RollUpTime | undefined },
): void {
  gone.add(attribute, 'dropped', { [time]: start });
  gone.add(attribute, 'dropped', { [time]: start + unit - 1 });
}

/** Where what is of a time before `cutoffs.raw` is rolled up; undefined where nothing is left of it. */
export function rollUpPlaceOf(at: Micros, { hourly, daily }: Cutoffs): RollUpPlace | undefined {
  if (hourly !== undefined && at >= hourly) return { start: Math.floor(at / HOUR) * HOUR, unit: HOUR };
  if (daily !== undefined && at >= daily) return { start: Math.floor(at / DAY) * DAY, unit: DAY };
  return undefined;
}
