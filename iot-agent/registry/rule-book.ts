import type { Json } from '../measurement.ts';
import type { DeviceRecord } from './registry.ts';
import type { RuleSettings } from './rule-settings.ts';

/** A rule that belongs to no group and no device. */
export interface KeptRule {
  readonly tenant: string;
  readonly servicePath: string;
  readonly rule: RuleSettings;
}

/** Which part of a rule a command comes from. */
export type RulePhase = 'then' | 'after' | 'schedule';

/** A rule of a tenant. */
export interface RuleKey {
  readonly tenant: string;
  readonly rule: string;
}

/** A command that is to be given at a time. There is one for each rule, phase, Entity and command. */
export interface PlannedCommand extends RuleKey {
  readonly phase: RulePhase;
  readonly entityId: string;
  readonly entityType: string;
  readonly command: string;
  readonly value: Json;
  /** Microseconds since 1970. */
  readonly due: number;
  /** Microseconds after which it is not worth giving any more. */
  readonly lifetime: number;
  /** What the command says of its own time to live. */
  readonly ttl?: number | string;
}

/** A condition that was fulfilled. */
export interface Firing extends RuleKey {
  /** The Entity that fulfilled it, and when: microseconds since 1970. */
  readonly entityId: string;
  readonly at: number;
  /** Gives `then` also where the delay runs already. */
  readonly repeats: boolean;
  readonly targets: readonly FiringTarget[];
}

/** What a firing plans for one Entity. */
export interface FiringTarget {
  /** Phase `then`. */
  readonly first: readonly PlannedCommand[];
  readonly after: readonly PlannedCommand[];
}

/** What the book knows of a rule; times are microseconds since 1970. */
export interface RuleState {
  readonly firedAt?: number;
  /** The Entity that fulfilled the condition. */
  readonly firedBy?: string;
  readonly errorAt?: number;
  readonly error?: string;
  /** Up to when the schedule has been carried out. */
  readonly reachedAt?: number;
}

/**
 * Where rules are kept, with what they still have to do. Agents that share a registry share the book: one of them leads, and does what is
 * due. What a call wrote is durable when it resolves. Every call may reject with RegistryAway.
 */
export interface RuleBook {
  /** Those of all tenants, in the order in which they were made. */
  rules(): Promise<readonly KeptRule[]>;
  /** @throws RegistryError DUPLICATE_RULE where the tenant has one of that name. */
  add(record: KeptRule): Promise<void>;
  /** @throws RegistryError RULE_NOT_FOUND */
  replace(record: KeptRule): Promise<void>;
  remove(tenant: string, name: string): Promise<boolean>;
  /** Devices of all tenants that have rules of their own. */
  devicesWithRules(): Promise<readonly DeviceRecord[]>;
  /** The devices of a group, by its apikey. */
  devicesOfGroup(tenant: string, apikey: string): Promise<readonly DeviceRecord[]>;

  /**
   * Notes a firing and plans its commands. Where all delays of a target are running, they are restarted, and never made shorter; else
   * `then` is planned too. `now` is asked when nothing can come in between. Resolves to the number of targets whose delays were running.
   */
  fire(firing: Firing, now: () => number): Promise<number>;
  /**
   * Plans what a schedule says of the time up to `to`, and ends the delays, of any rule, that would set the same commands of the same
   * Entities later. Nothing happens where somebody else was there before, and the schedule was carried out up to another time than `from`.
   */
  reach(
    key: RuleKey,
    from: number | undefined,
    to: number,
    planned: readonly PlannedCommand[],
  ): Promise<boolean>;
  /** What is due, the oldest first; from then on it cannot be restarted. It comes again until it is settled. */
  takeDue(now: number, limit: number): Promise<readonly PlannedCommand[]>;
  /** When something that nobody has taken is due next; `undefined` when nothing is planned. */
  nextDue(): Promise<number | undefined>;
  /** Removes commands, but not what was planned anew in their places meanwhile. */
  settle(commands: readonly PlannedCommand[]): Promise<void>;
  /** What a rule still has to do, the first first; at most a hundred. */
  planned(key: RuleKey): Promise<readonly PlannedCommand[]>;
  state(key: RuleKey): Promise<RuleState>;
  noteError(key: RuleKey, error: string, now: number): Promise<void>;
  /** Whether the agent leads, until then: so it does when nobody else does. */
  lead(agent: string, now: number, until: number): Promise<boolean>;
}
