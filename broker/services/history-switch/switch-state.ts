import type { Json } from '../../domain/entity.ts';
import { isObject } from '../../domain/json-object.ts';
import type { Documents } from '../../store/documents.ts';
import type { KeptTypes } from './keeping.ts';

/** What the store has of the switch from one start to the next. */
export interface SwitchState {
  readonly kept: KeptTypes;
  /** Of what histories may lack current values: of Entities that were there before it was kept. */
  readonly lacking: KeptTypes;
}

const KIND = 'history-switch';
const ID = 'state';
/** A store that knows of no switch has always kept everything. */
const ALWAYS_ON: SwitchState = { kept: 'all', lacking: [] };

/** Writes down what is kept from now on, and what is lacking thereby; gives it back. */
export async function turnSwitch(
  documents: Pick<Documents, 'get' | 'put'>,
  kept: KeptTypes,
): Promise<SwitchState> {
  const document = await documents.get(KIND, '', ID);
  const state = turned(parseSwitchState(document), kept);
  if (document !== undefined || kept !== 'all') await putSwitchState(documents, state);
  return state;
}

/** Writes the state down. */
export function putSwitchState(documents: Pick<Documents, 'put'>, state: SwitchState): Promise<void> {
  return documents.put(KIND, '', ID, { ...state });
}

/** The state in a document, and that of a store without one. */
function parseSwitchState(document: Json | undefined): SwitchState {
  if (!isObject(document)) return ALWAYS_ON;
  return { kept: typesIn(document['kept']), lacking: typesIn(document['lacking']) };
}

function typesIn(value: Json | undefined): KeptTypes {
  if (value === 'all') return value;
  return Array.isArray(value) ? value.filter((type: Json) => typeof type === 'string') : [];
}

/** The state from now on, when these types are kept. */
function turned(before: SwitchState, kept: KeptTypes): SwitchState {
  return { kept, lacking: inBoth(kept, inEither(before.lacking, newlyKept(kept, before.kept))) };
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
