import type { Json, Micros } from '../../domain/entity.ts';
import { isObject } from '../../domain/json-object.ts';
import type { Documents } from '../../store/documents.ts';
import type { KeptTypes } from './keeping.ts';

/** What the store has of the switch from one start to the next. */
export interface SwitchState {
  readonly kept: KeptTypes;
  /** Of what histories may lack current values: of Entities that were there before it was kept. */
  readonly lacking: KeptTypes;
  /** When more was kept for the last time than before; absent where that never was. */
  readonly since?: Micros;
}

/**
 * How long histories may come to lack something behind a switch: processes on one store are restarted one after the other,
 * and the last of them writes as it was told before.
 */
const TAKEOVER: Micros = 86_400_000_000;

const KIND = 'history-switch';
const ID = 'state';
/** A store that knows of no switch has always kept everything. */
const ALWAYS_ON: SwitchState = { kept: 'all', lacking: [] };

/** Writes down what is kept from now on, and what is lacking thereby; gives it back. */
export async function turnSwitch(
  documents: Pick<Documents, 'get' | 'put'>,
  kept: KeptTypes,
  now: Micros,
): Promise<SwitchState> {
  const document = await documents.get(KIND, '', ID);
  const state = turned(parseSwitchState(document), kept, now);
  if (document !== undefined || kept !== 'all') await putSwitchState(documents, state);
  return state;
}

/**
 * Writes down that histories have got what they lacked. Not within a day of the switch: then the next start looks again
 * for what another process left.
 */
export async function settleSwitch(
  documents: Pick<Documents, 'put'>,
  state: SwitchState,
  now: Micros,
): Promise<void> {
  const { since = Number.NEGATIVE_INFINITY } = state;
  if (now - since >= TAKEOVER) await putSwitchState(documents, { ...state, lacking: [] });
}

function putSwitchState(documents: Pick<Documents, 'put'>, state: SwitchState): Promise<void> {
  return documents.put(KIND, '', ID, { ...state });
}

/** The state in a document, and that of a store without one. */
function parseSwitchState(document: Json | undefined): SwitchState {
  if (!isObject(document)) return ALWAYS_ON;
  const { since } = document;
  return {
    kept: typesIn(document['kept']),
    lacking: typesIn(document['lacking']),
    ...(typeof since === 'number' && { since }),
  };
}

function typesIn(value: Json | undefined): KeptTypes {
  if (value === 'all') return value;
  return Array.isArray(value) ? value.filter((type: Json) => typeof type === 'string') : [];
}

/** The state from now on, when these types are kept. */
function turned(before: SwitchState, kept: KeptTypes, now: Micros): SwitchState {
  const more = newlyKept(kept, before.kept);
  const since = more === 'all' || more.length > 0 ? now : before.since;
  const lacking = inBoth(kept, inEither(before.lacking, more));
  return { kept, lacking, ...(since !== undefined && { since }) };
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
