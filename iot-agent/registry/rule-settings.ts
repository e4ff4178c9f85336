import type { Json } from '../measurement.ts';

/** Entities of one type: all of them, one, or those whose ids a pattern fits. */
export interface RuleSelection {
  /** May be absent where the id is a URN that names it. */
  readonly type?: string;
  readonly id?: string;
  readonly idPattern?: string;
}

/** When a rule fires: an update of a watched Attribute of such an Entity, while `q` holds for it. */
export interface RuleCondition {
  readonly entities: RuleSelection;
  /** NGSI-LD query (clause 4.9). */
  readonly q?: string;
  /** Attributes whose updates count; those that `q` names when absent. */
  readonly watched?: readonly string[];
}

/** Whom a command goes to: an Entity, those of the devices of a group, or those that an Attribute of the triggering Entity names. */
export type RuleTarget =
  | string
  | {
      readonly id?: string;
      readonly type?: string;
      /** Apikey of a group. */
      readonly group?: string;
      /** Name of a Relationship of the triggering Entity. */
      readonly linkedBy?: string;
    };

/** One command of a rule. */
export interface RuleAction {
  readonly entity: RuleTarget;
  readonly command: string;
  readonly value: Json;
  /** Seconds, or an ISO 8601 duration, after which it is not sent any more. */
  readonly ttl?: number | string;
}

/** A day of the week. */
export type DayName = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** When a rule is in force. `22:00`, `sunset`, `sunrise-PT30M`; a window belongs to the day on which it begins. */
export interface RuleWindow {
  readonly from: string;
  readonly to: string;
  /** IANA zone. */
  readonly timezone?: string;
  readonly days?: readonly DayName[];
}

/** Commands at a time of the day, or at an end of the window: `from`, `to`. */
export interface RuleSchedule {
  readonly at: string;
  readonly then: readonly RuleAction[];
  readonly days?: readonly DayName[];
}

/** A rule as it is configured: a condition on Entities, commands to others, now and after a delay, or by the clock. */
export interface RuleSettings {
  readonly name: string;
  readonly description?: string;
  readonly when?: RuleCondition;
  readonly then?: readonly RuleAction[];
  /** Once the condition has not been fulfilled for so long. */
  readonly after?: { readonly delay: number | string; readonly then: readonly RuleAction[] };
  readonly during?: RuleWindow;
  readonly schedule?: RuleSchedule | readonly RuleSchedule[];
  readonly timezone?: string;
  /** Where the sun rises and sets: GeoJSON Point, or `"latitude, longitude"`. */
  readonly location?: Json;
  /** Gives the commands of `then` again when the condition is fulfilled anew while the delay runs. */
  readonly repeat?: boolean;
}
