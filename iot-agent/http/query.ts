import type { Request } from 'express';
import type { Page } from '../registry/registry.ts';
import { Refusal } from './refusal.ts';

const defaultLimit = 20;
/** Most that a list may be asked for at once. */
export const highestLimit = 1000;

/** A parameter of the query; undefined when it is absent. @throws Refusal when it stands there more than once. */
export function parameter(request: Request, name: string): string | undefined {
  const value = request.query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new Refusal('WRONG_SYNTAX', `The parameter ${name} must stand in the query once, as ${name}=value`);
}

/** A parameter that must be there. @throws Refusal MISSING_ATTRIBUTES */
export function mandatoryParameter(request: Request, name: string): string {
  const value = parameter(request, name);
  if (value !== undefined && value !== '') return value;
  throw new Refusal('MISSING_ATTRIBUTES', `The query must have the parameter ${name}`);
}

/** The part of a list that `limit` (20 by default, at most 1000) and `offset` ask for. @throws Refusal */
export function pageOf(request: Request): Page {
  return {
    limit: wholeNumber(request, 'limit', { default: defaultLimit, min: 1, max: highestLimit }),
    offset: wholeNumber(request, 'offset', { default: 0, min: 0, max: Number.MAX_SAFE_INTEGER }),
  };
}

/** A whole number within the range; its default when it is absent. @throws Refusal */
export function wholeNumber(
  request: Request,
  name: string,
  range: { readonly default: number; readonly min: number; readonly max: number },
): number {
  const text = parameter(request, name);
  if (text === undefined || text === '') return range.default;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return value;
  const upper = range.max === Number.MAX_SAFE_INTEGER ? '' : ` to ${range.max}`;
  throw new Refusal(
    'WRONG_SYNTAX',
    `The parameter ${name} is ${JSON.stringify(text.slice(0, 40))}: it must be a whole number from ${range.min}${upper}`,
  );
}

/** `detailed=on` or `off`; undefined when it is absent. @throws Refusal */
export function detailedOf(request: Request): 'on' | 'off' | undefined {
  const text = parameter(request, 'detailed');
  if (text === undefined || text === 'on' || text === 'off') return text;
  throw new Refusal('WRONG_SYNTAX', 'The parameter detailed must be on or off');
}

/** A parameter that is one of these words; the first when it is absent. @throws Refusal */
export function oneOf<Word extends string>(
  request: Request,
  name: string,
  words: readonly [Word, ...Word[]],
): Word {
  const text = parameter(request, name);
  const word = text === undefined ? words[0] : words.find((one) => one === text);
  if (word !== undefined) return word;
  throw new Refusal('WRONG_SYNTAX', `The parameter ${name} must be ${words.join(' or ')}`);
}
