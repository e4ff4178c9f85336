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
      `The URL parameter limit is ${query.get('limit')}: at most ${HIGHEST_LIMIT} items are given at once.`,
    );
  return { offset, limit, count };
}

/** How the links of a list are written. */
interface PageLinks {
  /** The order of the parameters in them: by name, or `asked` for that of the request. */
  readonly order?: 'byName' | 'asked';
}

/**
 * Links to the pages before and behind, and the number of all items where it is asked for (clause 6.3.10). `count` is
 * of all items, or at least of those known of: one behind the page included, none when the page is behind the end.
 */
export function pageHeaders(
  path: string,
  exchange: Pick<Exchange, 'query' | 'accept'>,
  page: Page,
  count: number,
  { order = 'asked' }: PageLinks = {},
): Readonly<Record<string, string>> {
  const { offset, limit } = page;
  const link = (rel: string, to: number): string =>
    relatedLink(path, exchange, { rel, changes: { limit: String(limit), offset: String(to) }, order });
  const links: string[] = [];
  // From behind the end it is the last page that comes before.
  if (limit > 0 && offset > 0) links.push(link('prev', Math.max(0, Math.min(offset, count) - limit)));
  if (limit > 0 && offset + limit < count) links.push(link('next', offset + limit));
  return {
    ...(links.length > 0 && { Link: links.join(', ') }),
    ...(page.count && { 'NGSILD-Results-Count': String(count) }),
  };
}

interface RelatedLink extends Required<PageLinks> {
  readonly rel: string;
  /** Parameters that are others than in the request. */
  readonly changes: Readonly<Record<string, string>>;
}

/** A link to what the same request gives with other parameters (RFC 8288). */
export function relatedLink(
  path: string,
  { query, accept }: Pick<Exchange, 'query' | 'accept'>,
  { rel, changes, order }: RelatedLink,
): string {
  const parameters = [...new Map([...query, ...Object.entries(changes)])];
  if (order === 'byName') parameters.sort(([one], [other]) => (one < other ? -1 : 1));
  const text = parameters.map(([name, value]) => `${name}=${encodeValue(value)}`).join('&');
  return `<${path}?${text}>; rel="${rel}"; type="${accept}"`;
}

/** Percent-encodes what would end the value, or confuse simple readers of Link headers; the rest stays readable. */
function encodeValue(value: string): string {
  return encodeURI(value).replace(/[&+#,;]/g, encodeURIComponent);
}
