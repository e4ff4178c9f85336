import type { Change } from '../../domain/change/changes.ts';
import type { Json, Micros } from '../../domain/entity.ts';
import { isObject } from '../../domain/json-object.ts';
import type { LateBeginnings } from './late-beginnings.ts';

/** Of which Entities a history is kept: all, or those with one of these types (IRIs). */
export type KeptTypes = 'all' | readonly string[];

/** What the write path asks of the history. */
export interface HistoryKeeping {
  /** True when the change goes into the history. Synchronous, and never throws. */
  keeps(change: Change): boolean;
  /**
   * To be awaited before an Entity is changed: resolves when the history has what it is now. Undefined where it has, or
   * need not.
   */
  before(tenant: string, id: string): Promise<void> | undefined;
  /** Where histories may begin with a change; absent where all are kept or none. */
  readonly late?: Pick<LateBeginnings, 'through'>;
}

/** True for an Entity with these types. */
export function keepsAnyOf(kept: KeptTypes, types: readonly string[]): boolean {
  return kept === 'all' || types.some((type) => kept.includes(type));
}

/** A change that gives an Entity a kept type, or takes it away, is kept as well. */
export function keepsChange(kept: KeptTypes, { entity, before }: Change): boolean {
  return keepsAnyOf(kept, entity?.types ?? []) || keepsAnyOf(kept, before?.types ?? []);
}

/** The types of which histories are kept now and were not before. */
function newlyKept(now: KeptTypes, before: KeptTypes): KeptTypes {
  if (before === 'all') return [];
  return now === 'all' ? 'all' : now.filter((type) => !before.includes(type));
}

/** What is in both. */
function inBoth(one: KeptTypes, other: KeptTypes): KeptTypes {
  if (one === 'all') return other;
  return other === 'all' ? one : one.filter((type) => other.includes(type));
}

/** What is in either. */
function inEither(one: KeptTypes, other: KeptTypes): KeptTypes {
  if (one === 'all' || other === 'all') return 'all';
  return [...new Set([...one, ...other])];
}

/** What the store has of the switch from one start to the next. */
export interface SwitchState {
  readonly kept: KeptTypes;
  /** Of what the history lacks current values: of Entities that were there before it was kept. */
  readonly lacking: KeptTypes;
  /** By type, or ALL, until when everything that was set came to the history. */
  readonly keptUntil: Readonly<Record<string, Micros>>;
  /** When the last back-fill came to its end. */
  readonly filledAt?: Micros;
}

/** In the place of a type. */
const ALL = '*';

/** A store that knows of no switch has always kept everything. */
const ALWAYS_ON: SwitchState = { kept: 'all', lacking: [], keptUntil: {} };

/** The state in a document, and that of a store without one. */
export function parseSwitchState(document: Json | undefined): SwitchState {
  if (!isObject(document)) return ALWAYS_ON;
  const { filledAt, keptUntil } = document;
  return {
    kept: typesIn(document['kept']),
    lacking: typesIn(document['lacking']),
    keptUntil: isObject(keptUntil) ? (keptUntil as SwitchState['keptUntil']) : {},
    ...(typeof filledAt === 'number' && { filledAt }),
  };
}

/** The state from now on, when these types are kept. */
export function turned(before: SwitchState, kept: KeptTypes, now: Micros): SwitchState {
  const { filledAt } = before;
  return {
    kept,
    lacking: inBoth(kept, inEither(before.lacking, newlyKept(kept, before.kept))),
    keptUntil: { ...before.keptUntil, ...keptTill(before, now) },
    ...(filledAt !== undefined && { filledAt }),
  };
}

/** What is still lacking was not kept. */
function keptTill({ kept, lacking }: SwitchState, now: Micros): SwitchState['keptUntil'] {
  if (kept === 'all') return lacking.length === 0 ? { [ALL]: now } : {};
  const whole = lacking === 'all' ? [] : kept.filter((type) => !lacking.includes(type));
  return Object.fromEntries(whole.map((type) => [type, now]));
}

/** How far the clocks of processes on one store may be apart. */
const APART: Micros = 60_000_000;

/** Until when everything that was set of Entities with these types has come to the history; not all that came is there. */
export function recordedUntil({ keptUntil }: SwitchState, types: readonly string[]): Micros {
  const times = [ALL, ...types].map((type) => keptUntil[type] ?? Number.NEGATIVE_INFINITY);
  return Math.max(...times) - APART;
}

function typesIn(value: Json | undefined): KeptTypes {
  if (value === 'all') return value;
  return Array.isArray(value) ? value.filter((type: Json) => typeof type === 'string') : [];
}
