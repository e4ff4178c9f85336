import { badRequest, NgsiLdError } from '../domain/errors.ts';
import { booleanParameter, integerParameter } from './parameters.ts';
import type { Exchange } from './route.ts';

/** The part of a list that is asked for (clause 6.3.10). */
export interface Page {
  readonly offset: number;
  readonly limit: number;
  /** True when the number of all items is asked for as well. */
  readonly count: boolean;
}

const DEFAULT_LIMIT = 20;
const HIGHEST_LIMIT = 1000;

/**
 * The parameters limit, offset and count.
 * @throws NgsiLdError BadRequestData; TooManyResults for a limit over 1000.
 */
export function readPage(query: Exchange['query']): Page {
  const count = booleanParameter(query, 'count');
  const limit = integerParameter(query, 'limit', { minimum: 0, fallback: DEFAULT_LIMIT });
  const offset = integerParameter(query, 'offset', { minimum: 0, fallback: 0 });
  if (limit === 0 && !count)
    throw badRequest('The URL parameter limit is 0: that makes sense with count=true only.');
  if (limit > HIGHEST_LIMIT)
    throw new NgsiLdError(
      'TooManyResults',
      `The URL parameter limit is ${limit}: at most ${HIGHEST_LIMIT} items are given at once.`,
    );
  return { offset, limit, count };
}

/** Links to the pages before and behind, and the number of all items where it is asked for (clause 6.3.10). */
export function pageHeaders(
  path: string,
  { query, accept }: Pick<Exchange, 'query' | 'accept'>,
  page: Page,
  count: number,
): Readonly<Record<string, string>> {
  const { offset, limit } = page;
  const link = (rel: string, to: number): string => {
    const parameters = new Map(query).set('offset', String(to)).set('limit', String(limit));
    const text = [...parameters].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    return `<${path}?${text}>; rel="${rel}"; type="${accept}"`;
  };
  const links: string[] = [];
  if (limit > 0 && offset > 0) links.push(link('prev', Math.max(0, offset - limit)));
  if (limit > 0 && offset + limit < count) links.push(link('next', offset + limit));
  return {
    ...(links.length > 0 && { Link: links.join(', ') }),
    ...(page.count && { 'NGSILD-Results-Count': String(count) }),
  };
}
