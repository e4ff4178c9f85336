import type { Json, JsonObject } from '../entity.ts';
import { badRequest } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { isText } from '../number-text.ts';

/** The refusal of one member: names it, the rule and its clause. */
export function wrong(member: string, rule: string): never {
  throw badRequest(`The member "${member}" of the Subscription ${rule}.`);
}

/** The value as a JSON object. @throws BadRequestData naming the member. */
export function objectOf(value: Json, member: string): JsonObject {
  if (isObject(value)) return value;
  return wrong(member, 'must be a JSON object');
}

/** The value as a string, which may be empty. */
export function stringOf(value: Json, member: string): string {
  return isText(value) ? value : wrong(member, 'must be a string');
}

/** The value as a string that is not empty. */
export function textOf(value: Json, member: string): string {
  if (isText(value) && value !== '') return value;
  return wrong(member, 'must be a string that is not empty');
}

export function booleanOf(value: Json, member: string): boolean {
  if (typeof value === 'boolean') return value;
  return wrong(member, 'must be true or false');
}

/** A number over 0 (fractions allowed) that stays exact when it is turned into microseconds. */
export function positiveOf(value: Json, member: string): number {
  if (typeof value === 'number' && value > 0 && value <= 1e9) return value;
  return wrong(member, 'must be a number greater than 0 and at most 1000000000');
}

const MOST_NAMES = 1000;

/** A list of strings, none empty, with at least one of them. */
export function namesOf(value: Json, member: string): readonly string[] {
  if (!Array.isArray(value) || value.length === 0)
    return wrong(member, 'must be an array with at least one name');
  if (value.length > MOST_NAMES) return wrong(member, `may hold at most ${MOST_NAMES} names`);
  return value.map((name: Json, index) => textOf(name, `${member}[${index}]`));
}

/** One of a closed list of words. */
export function wordOf<T extends string>(value: Json, words: readonly T[], member: string): T {
  const found = words.find((word) => word === value);
  return found ?? wrong(member, `must be one of ${words.join(', ')}`);
}

/** Refuses members that the data type does not have, by name (clause 5.2.12: only the members of its tables). */
export function refuseUnknown(object: JsonObject, known: ReadonlySet<string>, where: string): void {
  for (const name of Object.keys(object)) {
    if (!known.has(name))
      throw badRequest(`"${name}" is no member of ${where}. Allowed: ${[...known].join(', ')}.`);
  }
}
