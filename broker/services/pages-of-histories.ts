import { NgsiLdError } from '../domain/errors.ts';
import { parseCollation } from '../domain/query/collation.ts';
import type { MatchedHistory } from './match-history.ts';

/**
 * Histories in the order of the ids of their Entities, the only one that there is besides that of creation (clause
 * 5.7.4.4).
 */
export interface IdOrder {
  readonly direction: 'ascending' | 'descending';
  /** An ICU collation; the root collation when absent. */
  readonly collation?: string | undefined;
}

/** The part of the Entities that is asked for; `count` asks for the number of all. */
export interface HistoryPageRequest {
  readonly offset: number;
  readonly limit: number;
  readonly count: boolean;
  readonly order?: IdOrder | undefined;
}

export interface HistoryPage {
  readonly found: readonly MatchedHistory[];
  /** Of all that match where it was asked for; else of those that are known of, one behind the page included. */
  readonly count: number;
}

/** The most Entities that are put in order. */
const MOST_ORDERED = 10_000;

/** A page of the histories that match, each looked at once and only those of the page kept. @throws TooManyResults */
export function pageOfHistories(
  matching: AsyncIterable<MatchedHistory>,
  request: HistoryPageRequest,
): Promise<HistoryPage> {
  return request.order === undefined ? inTurn(matching, request) : ordered(matching, request, request.order);
}

async function inTurn(
  matching: AsyncIterable<MatchedHistory>,
  { offset, limit, count }: HistoryPageRequest,
): Promise<HistoryPage> {
  const found: MatchedHistory[] = [];
  let met = 0;
  for await (const matched of matching) {
    if (met >= offset && met < offset + limit) found.push(matched);
    met++;
    // One behind the page tells that there is a next one.
    if (met > offset + limit && !count) break;
  }
  return { found, count: met };
}

async function ordered(
  matching: AsyncIterable<MatchedHistory>,
  { offset, limit }: HistoryPageRequest,
  { direction, collation }: IdOrder,
): Promise<HistoryPage> {
  const all: MatchedHistory[] = [];
  for await (const matched of matching) {
    all.push(matched);
    if (all.length > MOST_ORDERED) {
      throw new NgsiLdError(
        'TooManyResults',
        `More than ${MOST_ORDERED} Entities match: leave out orderBy, or ask for fewer.`,
      );
    }
  }
  const { compare } = parseCollation(collation);
  const sign = direction === 'ascending' ? 1 : -1;
  all.sort((one, other) => sign * compare(one.entity.id, other.entity.id));
  return { found: all.slice(offset, offset + limit), count: all.length };
}
