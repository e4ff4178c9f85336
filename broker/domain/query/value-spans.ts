import { parseDate, parseDateTime, parseTime } from '../date-time.ts';
import type { Entity, Json } from '../entity.ts';
import { isNumberText, numericValue } from '../number-text.ts';
import type { AttributePath, Literal, Operand } from './attribute-query.ts';
import { fixedText } from './pattern-text.ts';
import { compileTargets, type ValueFamily } from './target-values.ts';

/**
 * One value as it can be looked up. Instants are micros since 1970, times since midnight; a number is the nearest double,
 * a text is cut off after so many characters that most are whole, without characters that databases trip over.
 */
export type ValuePoint =
  | { readonly kind: 'number' | 'instant' | 'time'; readonly at: number }
  | { readonly kind: 'boolean'; readonly at: boolean }
  | { readonly kind: 'text'; readonly at: string };

/**
 * Values that may pass a test: one, or what lies from `from` to `to`, both included; without an end it goes on. Texts lie
 * in the order of their code points. A text that `contains` another may be cut off before it does.
 */
export type ValueSpan =
  | ValuePoint
  | {
      readonly kind: 'number' | 'instant' | 'time';
      readonly from?: number | undefined;
      readonly to?: number | undefined;
    }
  | { readonly kind: 'text'; readonly from: string; readonly to: string }
  | { readonly kind: 'text'; readonly contains: string };

/** Texts are cut off after so many characters. */
export const LONGEST_TEXT = 64;
/** Behind every text that begins with what it is put behind. */
export const BEHIND = '\u{10ffff}';
const tripping = /[\0\ud800-\udfff]/g;
/** Of one Entity: long arrays are data, and are not looked up. */
const MOST_POINTS = 64;
/** More values in a list are no selection any more. */
const MOST_SPANS = 50;

/**
 * What a target value that equals the operand, or an element of it, must have among its points; undefined where that
 * cannot be said. Texts have the order of a collation, so that a range of them cannot.
 */
export function equalitySpans(operand: Operand): readonly ValueSpan[] | undefined {
  switch (operand.kind) {
    case 'value':
      return pointsOfLiteral(operand.value);
    case 'list': {
      const spans = operand.values.flatMap(pointsOfLiteral);
      return spans.length <= MOST_SPANS ? spans : undefined;
    }
    case 'range':
      return rangeSpans(operand.from, operand.to);
    case 'pattern':
      return undefined;
  }
}

/** As `equalitySpans`, for a target value that is not above (`below`) or not below the operand. */
export function orderSpans(operand: Operand, side: 'above' | 'below'): readonly ValueSpan[] | undefined {
  if (operand.kind !== 'value') return undefined;
  return side === 'above' ? rangeSpans(operand.value, undefined) : rangeSpans(undefined, operand.value);
}

/** As `equalitySpans`, for a text in which the pattern is found. */
export function patternSpans(operand: Operand): readonly ValueSpan[] | undefined {
  const fixed = operand.kind === 'pattern' ? fixedText(operand) : undefined;
  if (fixed === undefined) return undefined;
  const { at } = textPoint(fixed.text);
  return [fixed.isStart ? { kind: 'text', from: at, to: at + BEHIND } : { kind: 'text', contains: at }];
}

function pointsOfLiteral(literal: Literal): readonly ValueSpan[] {
  switch (literal.kind) {
    case 'number':
      return [{ kind: 'number', at: literal.value }];
    case 'boolean':
      return [{ kind: 'boolean', at: literal.value }];
    case 'time':
      return [{ kind: 'time', at: literal.micros }];
    case 'date':
    case 'dateTime':
      return [{ kind: 'instant', at: literal.micros }];
    case 'string':
      return textSpans(literal);
  }
}

/** A text may also mean a moment, of `createdAt` and its like, and the IRI that it is expanded to. */
function textSpans({ text, iri }: Extract<Literal, { kind: 'string' }>): readonly ValueSpan[] {
  const instant = instantOf(text);
  return [
    textPoint(text),
    ...(iri === undefined ? [] : [textPoint(iri)]),
    ...(instant === undefined ? [] : [{ kind: 'instant', at: instant } as const]),
  ];
}

function rangeSpans(from: Literal | undefined, to: Literal | undefined): readonly ValueSpan[] | undefined {
  const [low, high] = [from && boundOf(from), to && boundOf(to)];
  const kind = low?.kind ?? high?.kind;
  if (
    kind === undefined ||
    (from !== undefined && low === undefined) ||
    (to !== undefined && high === undefined)
  ) {
    return undefined;
  }
  return [{ kind, from: low?.at, to: high?.at }];
}

function boundOf(literal: Literal): Extract<ValuePoint, { readonly at: number }> | undefined {
  switch (literal.kind) {
    case 'number':
      return { kind: 'number', at: literal.value };
    case 'time':
      return { kind: 'time', at: literal.micros };
    case 'date':
    case 'dateTime':
      return { kind: 'instant', at: literal.micros };
    default:
      return undefined;
  }
}

/**
 * Makes the finder of the points under which an Entity can be looked up by the values that a path leads to. It sees
 * every instance, also one that has expired. Undefined where there are more than can be listed: such an Entity has to
 * be found whatever is looked up.
 */
export function compilePoints(path: AttributePath): (entity: Entity) => readonly ValuePoint[] | undefined {
  const targets = compileTargets(path);
  return (entity) => {
    const points: ValuePoint[] = [];
    const isTooMuch = targets(entity, { now: Number.NEGATIVE_INFINITY }, (value, family) => {
      addPoints(points, value, family);
      if (Array.isArray(value)) {
        if (value.length > MOST_POINTS) return true;
        for (const element of value) addPoints(points, element, family);
      }
      return points.length > MOST_POINTS;
    });
    return isTooMuch ? undefined : points;
  };
}

/** Whether a path leads to something in an Entity: `mayBe` while nothing has expired, `mayBeNot` once all has that can. */
export interface Presence {
  readonly mayBe: boolean;
  readonly mayBeNot: boolean;
}

/** Makes the judge of an Entity's presence at a path, whatever the time. An Attribute is there also without a value. */
export function compilePresence(path: AttributePath): (entity: Entity) => Presence {
  const { names, system, members } = path;
  const [name] = names.length === 1 && system === undefined && members === undefined ? names : [];
  const targets = compileTargets(path);
  const leadsToSomething = (entity: Entity, now: number): boolean => targets(entity, { now }, () => true);
  return (entity) => ({
    mayBe:
      (name !== undefined && Object.hasOwn(entity.attributes, name)) ||
      leadsToSomething(entity, Number.NEGATIVE_INFINITY),
    mayBeNot: !leadsToSomething(entity, Number.POSITIVE_INFINITY),
  });
}

/** Objects are equal to nothing. */
function addPoints(points: ValuePoint[], value: Json, family: ValueFamily): void {
  if (family === 'instant') points.push({ kind: 'instant', at: value as number });
  else if (typeof value === 'boolean') points.push({ kind: 'boolean', at: value });
  else if (typeof value === 'number' || isNumberText(value)) {
    points.push({ kind: 'number', at: numericValue(value) ?? 0 });
  } else if (typeof value === 'string') addTextPoints(points, value);
}

function addTextPoints(points: ValuePoint[], text: string): void {
  points.push(textPoint(text));
  const instant = instantOf(text);
  if (instant !== undefined) points.push({ kind: 'instant', at: instant });
  const time = parseTime(text);
  if (time !== undefined) points.push({ kind: 'time', at: time });
}

function textPoint(text: string): Extract<ValuePoint, { readonly kind: 'text' }> {
  return { kind: 'text', at: pointText(text) };
}

/** A text as it is looked up. */
export function pointText(text: string): string {
  return text.slice(0, LONGEST_TEXT).replace(tripping, '?');
}

function instantOf(text: string): number | undefined {
  return parseDateTime(text) ?? parseDate(text);
}
