import { NgsiLdError } from '../errors.ts';
import { type AggregationMethod, METHODS } from './methods.ts';
import type { SampleKind } from './sample.ts';

const ACCEPTED = new Map(
  Object.entries(METHODS).map(([name, { accepts }]) => [name, new Set<SampleKind>(accepts)]),
);

/** Whether a method is for values of a kind. */
export function accepts(method: AggregationMethod, kind: SampleKind): boolean {
  return ACCEPTED.get(method)?.has(kind) === true;
}

const SHOWN_KINDS: Readonly<Record<SampleKind, string>> = {
  number: 'a number',
  array: 'an array',
  string: 'a string',
  DateTime: 'a DateTime',
  Date: 'a Date',
  Time: 'a Time',
  other: 'an object, a URI or a Relationship',
};

/** The refusal of a method for an Attribute that is named and has such a value; `attribute` as it was given. */
export function ineligible(attribute: string, kind: SampleKind, method: AggregationMethod): NgsiLdError {
  const fitting = Object.entries(METHODS)
    .filter(([, { accepts }]) => (accepts as readonly SampleKind[]).includes(kind))
    .map(([name]) => name);
  return new NgsiLdError(
    'InvalidRequest',
    `aggrMethods has ${method}, which is not for the Attribute ${attribute}: it has ${SHOWN_KINDS[kind]} as its value, for which there are ${fitting.join(', ')} (clause 4.5.19.1).`,
  );
}
