import { BEFORE_ALL, requireDateTime } from '../date-time.ts';
import type { Micros } from '../entity.ts';
import { badRequest } from '../errors.ts';

/** The times of an instance that a temporal query can be about (clause 4.8). */
const timeProperties = ['observedAt', 'createdAt', 'modifiedAt', 'deletedAt'] as const;
export type TimeProperty = (typeof timeProperties)[number];

const timeRelations = ['before', 'after', 'between'] as const;

/** A parsed temporal query (clause 4.11): `from` inclusive, `to` exclusive. */
export interface TemporalQuery {
  readonly timeproperty: TimeProperty;
  readonly from?: Micros;
  readonly to?: Micros;
}

/** The parameters as they stand in a URL, or as members of a TemporalQuery (clause 5.2.21). */
export interface TemporalQueryParameters {
  readonly timerel?: string;
  readonly timeAt?: string;
  readonly endTimeAt?: string;
  readonly timeproperty?: string;
}

/** Before every time there is. */
const BEGINNING: Micros = BEFORE_ALL;

/** True for a time that the request named. */
export function isBound(time: Micros | undefined): time is Micros {
  return time !== undefined && time !== BEGINNING;
}

/**
 * Parses a temporal query; without `timerel` all times are meant, and where a timeproperty is named, all that have it.
 * @throws NgsiLdError BadRequestData when something is missing, stands alone or is no time.
 */
export function parseTemporalQuery(parameters: TemporalQueryParameters): TemporalQuery {
  const timeproperty = parseTimeProperty(parameters.timeproperty);
  const interval = parseInterval(parameters);
  const isAnyTime = parameters.timerel === undefined && parameters.timeproperty !== undefined;
  return { timeproperty, ...(isAnyTime ? { from: BEGINNING } : interval) };
}

function parseTimeProperty(text = 'observedAt'): TimeProperty {
  const found = timeProperties.find((name) => name === text);
  if (found !== undefined) return found;
  throw badRequest(`timeproperty ${JSON.stringify(text)} is none of ${timeProperties.join(', ')}.`);
}

function parseInterval({
  timerel,
  timeAt,
  endTimeAt,
}: TemporalQueryParameters): Omit<TemporalQuery, 'timeproperty'> {
  if (timerel === undefined) {
    if (timeAt === undefined && endTimeAt === undefined) return {};
    throw badRequest('timeAt and endTimeAt need timerel: add timerel=before, after or between.');
  }
  if (!timeRelations.some((name) => name === timerel))
    throw badRequest(`timerel ${JSON.stringify(timerel)} is none of ${timeRelations.join(', ')}.`);
  if (timeAt === undefined) throw badRequest(`timerel=${timerel} needs timeAt, a DateTime.`);
  const at = requireDateTime(timeAt, 'timeAt');
  if (timerel === 'between') return { from: at, to: parseEnd(at, endTimeAt) };
  if (endTimeAt !== undefined) throw badRequest('endTimeAt is for timerel=between only: leave it out.');
  return timerel === 'before' ? { to: at } : { from: at };
}

function parseEnd(start: Micros, endTimeAt: string | undefined): Micros {
  if (endTimeAt === undefined) throw badRequest('timerel=between needs endTimeAt, a DateTime.');
  const end = requireDateTime(endTimeAt, 'endTimeAt');
  if (end < start) throw badRequest('endTimeAt lies before timeAt: exchange them.');
  return end;
}
