import { type Json, type JsonObject, NGSI_LD_NULL } from '../entity.ts';
import { badRequest } from '../errors.ts';
import type { ReadingMode } from './reading.ts';

type NullMode = Pick<ReadingMode, 'valueNulls'>;

/** A merge replaces arrays whole, so that there is nothing in them to remove. */
const INSIDE_ARRAYS: NullMode = { valueNulls: 'refused' };

/**
 * Refuses what no value may hold at any depth: an embedded @context (clause 5.5.7), and NGSI-LD Null, save where a merge
 * removes members with it (clause 5.5.4). Recursion is bounded by `MAX_JSON_DEPTH`.
 * @throws NgsiLdError BadRequestData.
 */
export function checkPlainValue(value: Json, mode: NullMode, what: string): void {
  if (Array.isArray(value)) checkItems(value, what);
  else if (typeof value === 'object' && value !== null) checkMembers(value as JsonObject, mode, what);
}

function checkItems(items: readonly Json[], what: string): void {
  for (const item of items) {
    if (item === NGSI_LD_NULL) throw misplacedNull(what);
    checkPlainValue(item, INSIDE_ARRAYS, what);
  }
}

function checkMembers(value: JsonObject, mode: NullMode, what: string): void {
  for (const [name, member] of Object.entries(value)) {
    if (name === '@context') {
      throw badRequest(`the value of ${what} embeds an @context: put it at the top of the body`);
    }
    if (member === NGSI_LD_NULL && mode.valueNulls === 'refused') throw misplacedNull(what);
    checkPlainValue(member, mode, what);
  }
}

function misplacedNull(what: string): Error {
  return badRequest(
    `the value of ${what} holds "${NGSI_LD_NULL}", which only a merge takes, for a member of an object value outside arrays`,
  );
}
