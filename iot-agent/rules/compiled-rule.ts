import type { Json } from '../measurement.ts';
import type { RuleSettings } from '../registry/rule-settings.ts';
import type { Windows } from './windows.ts';

/** Where a rule stands: by itself, or in the settings of a group or device. */
export type RuleOwner =
  | { readonly kind: 'rules'; readonly servicePath: string }
  | { readonly kind: 'group'; readonly apikey: string }
  | { readonly kind: 'device'; readonly deviceId: string };

/** Entities that a condition looks at. */
export interface Selection {
  readonly type: string;
  readonly id?: string;
  readonly idPattern?: string;
}

/** Whom a command goes to. */
export type Target =
  | { readonly kind: 'entity'; readonly id: string; readonly type: string }
  | { readonly kind: 'group'; readonly apikey: string; readonly type?: string }
  | { readonly kind: 'linked'; readonly attribute: string; readonly type: string };

/** A command of a rule, read. */
export interface Action {
  readonly target: Target;
  readonly command: string;
  readonly value: Json;
  /** Microseconds; undefined when nobody says so. */
  readonly lifetime?: number;
  /** As it is configured. */
  readonly ttl?: number | string;
}

/** A condition, read. */
export interface Condition {
  readonly selection: Selection;
  readonly q?: string;
  readonly watched: readonly string[];
  /** Attributes of the triggering Entity that name targets. */
  readonly links: readonly string[];
}

/** Commands at times that come again and again. */
export interface Schedule {
  readonly actions: readonly Action[];
  /** An end of the window: where another one begins in the same moment, that one has the last word. */
  readonly isEnd: boolean;
  /** The first time after another, in microseconds since 1970; undefined when there is none within a year. */
  next(after: number): number | undefined;
}

/** A rule that has been found to be possible. */
export interface CompiledRule {
  readonly name: string;
  readonly settings: RuleSettings;
  readonly when?: Condition;
  readonly actions: readonly Action[];
  readonly after?: { readonly delay: number; readonly actions: readonly Action[] };
  /** When it is in force; always where it is undefined. */
  readonly during?: Windows;
  /** Of those of the same moment, ends of windows come first; of the others, the later one in the list counts. */
  readonly schedules: readonly Schedule[];
  readonly repeats: boolean;
}
