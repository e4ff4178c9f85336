import type { AggregationParameters } from '../aggregation/aggregation-query.ts';
import type { Json, JsonObject } from '../entity.ts';
import { badRequest } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { isText } from '../number-text.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { parseQueryDocument, type QueryDialect, type QueryDocument } from './parse-query-document.ts';
import type { TemporalQueryParameters } from './temporal-query.ts';

/** A Query of Temporal Evolutions (clause 5.2.23): which, and which of their instances, as a GET would have it. */
export interface TemporalQueryDocument extends Omit<QueryDocument, 'join'> {
  readonly interval: TemporalQueryParameters;
  readonly lastN?: number;
  readonly aggregation: AggregationParameters;
}

const TIMES = ['timerel', 'timeAt', 'endTimeAt', 'timeproperty'] as const;
const AGGREGATION = ['aggrMethods', 'aggrPeriodDuration'] as const;
const TEMPORAL_MEMBERS: readonly string[] = [...TIMES, ...AGGREGATION, 'lastN'];
const EXAMPLE = '{"timerel": "after", "timeAt": "2026-01-31T12:00:00Z"}';
const TEMPORAL: QueryDialect = { members: ['temporalQ', 'aggrParams'], hasScopes: true };

/**
 * The body of a temporal query by POST (clauses 5.2.21, 5.2.23, 5.2.44, 6.24). Aggregation may stand in temporalQ, or
 * in aggrParams.
 * @throws NgsiLdError BadRequestData naming the member, also for Linked Entities, which have no history;
 * TooComplexQuery
 */
export function parseTemporalQueryDocument(body: Json, vocabulary: Vocabulary): TemporalQueryDocument {
  const { join: _none, ...document } = parseQueryDocument(withoutJoin(body), vocabulary, TEMPORAL);
  const { temporalQ, aggrParams } = body as JsonObject;
  if (temporalQ === undefined) throw badRequest(`The Query has no temporalQ: add one, such as ${EXAMPLE}.`);
  const temporal = membersOf(temporalQ, 'temporalQ', TEMPORAL_MEMBERS);
  const aggregation = aggrParams === undefined ? {} : aggregationMembers(aggrParams);
  return {
    ...document,
    interval: textsOf(temporal, TIMES, 'temporalQ'),
    aggregation: aggregationOf({ ...temporal, ...aggregation }),
    ...(temporal['lastN'] !== undefined && { lastN: requireCount(temporal['lastN']) }),
  };
}

/** Without `join` where that asks for no Linked Entities. */
function withoutJoin(body: Json): Json {
  if (!isObject(body)) return body;
  const { join, ...rest } = body;
  const asked = Object.keys(body).find(
    (name) => ['joinLevel', 'containedBy'].includes(name) || (name === 'join' && join !== '@none'),
  );
  if (asked === undefined) return rest;
  throw badRequest(`${asked} is about Linked Entities, which a temporal query does not have: leave it out.`);
}

/** AggregationParams (clause 5.2.44). */
function aggregationMembers(aggrParams: Json): JsonObject {
  const members = membersOf(aggrParams, 'aggrParams', AGGREGATION);
  if (members['aggrMethods'] !== undefined) return members;
  throw badRequest('aggrParams has no aggrMethods: name methods such as avg,max (clause 4.5.19.1).');
}

function membersOf(value: Json, what: string, allowed: readonly string[]): JsonObject {
  if (!isObject(value))
    throw badRequest(`${what} is not a JSON object with members of ${allowed.join(', ')}.`);
  const other = Object.keys(value).find((name) => !allowed.includes(name));
  if (other === undefined) return value;
  throw badRequest(`${JSON.stringify(other)} is no member of ${what}. Allowed: ${allowed.join(', ')}.`);
}

function textsOf<Name extends string>(
  object: JsonObject,
  names: readonly Name[],
  what: string,
): { readonly [Key in Name]?: string } {
  const texts: { [Key in Name]?: string } = {};
  for (const name of names) {
    const value = object[name];
    if (value !== undefined) texts[name] = requireText(value, `${what}.${name}`);
  }
  return texts;
}

/** Methods are one text with commas, or an array of texts. */
function aggregationOf({
  aggrMethods: methods,
  aggrPeriodDuration: period,
}: JsonObject): AggregationParameters {
  const list = Array.isArray(methods)
    ? methods.map((method: Json) => requireText(method, 'aggrMethods'))
    : methods;
  if (Array.isArray(list) && list.length === 0)
    throw badRequest('aggrMethods is empty: name one method at least.');
  return {
    ...(list !== undefined && {
      aggrMethods: Array.isArray(list) ? (list as readonly string[]) : requireText(list, 'aggrMethods'),
    }),
    ...(period !== undefined && { aggrPeriodDuration: requireText(period, 'aggrPeriodDuration') }),
  };
}

function requireCount(value: Json): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw badRequest('temporalQ.lastN is no whole number from 1 on.');
}

function requireText(value: Json, what: string): string {
  if (isText(value) && value !== '') return value;
  throw badRequest(`${what} is no string, or an empty one.`);
}
