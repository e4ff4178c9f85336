import type { Json, Micros } from '../../domain/entity.ts';
import type { Documents } from '../../store/documents.ts';
import { type KeptTypes, parseSwitchState, type SwitchState, turned } from './keeping.ts';

const KIND = 'history-switch';
const ID = 'state';

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

/** Writes the state down. */
export function putSwitchState(documents: Pick<Documents, 'put'>, state: SwitchState): Promise<void> {
  return documents.put(KIND, '', ID, { ...state } as unknown as Json);
}

/** How long other processes may be behind that one which came to the end of the back-fill first. */
const BEHIND: Micros = 3_600_000_000;

/**
 * True while a back-fill looks for what histories have, by any process: what is rolled up at that time it would not find,
 * and write once more.
 */
export async function isBeingFilled(documents: Pick<Documents, 'get'>, now: Micros): Promise<boolean> {
  const { lacking, filledAt = Number.NEGATIVE_INFINITY } = parseSwitchState(
    await documents.get(KIND, '', ID),
  );
  return lacking.length > 0 || now < filledAt + BEHIND;
}
