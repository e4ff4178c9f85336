import { remember } from './remember.ts';
import type { Route } from './route.ts';

/** The media types of answers, in the order of preference that decides ties (clause 6.3.4). */
const entityTypes = ['application/json', 'application/ld+json', 'application/geo+json'] as const;
/** Those of exports, beyond the standard. */
const tableTypes = ['text/csv', 'application/x-ndjson'] as const;
const mediaTypes = [...entityTypes, ...tableTypes] as const;
export type MediaType = (typeof mediaTypes)[number];

/** The media types that bodies may have (clauses 6.3.4, 6.3.5). */
export type BodyType = 'application/json' | 'application/ld+json' | 'application/merge-patch+json';

type Preference = Readonly<Record<MediaType, number>>;

const withoutGeoJson: readonly MediaType[] = ['application/json', 'application/ld+json'];
const plainJson: readonly MediaType[] = ['application/json'];

/** The media types that a route's answers can have, in the order of preference. */
export function offeredBy(route: Pick<Route, 'geoJson' | 'plainJson' | 'offers'>): readonly MediaType[] {
  if (route.offers !== undefined) return route.offers;
  if (route.plainJson) return plainJson;
  return route.geoJson ? entityTypes : withoutGeoJson;
}

/** The media type to answer with, or undefined when none of what the route offers is acceptable (406). */
export function negotiate(accept: string | undefined, offered: readonly MediaType[]): MediaType | undefined {
  // An empty one says as little as none (RFC 9110 section 12.5.1).
  const [first] = offered;
  if (!accept || accept === first || accept === '*/*') return first;
  const preference = preferenceOf(accept);
  let best: MediaType | undefined;
  for (const type of offered) {
    const weight = preference[type];
    if (weight > 0 && (best === undefined || weight > preference[best])) best = type;
  }
  return best;
}

const preferenceOf = remember(readAccept);

/** Weight of each of our types; for each, the most specific range that covers it counts (RFC 9110 12.5.1). */
function readAccept(accept: string): Preference {
  const weights: Record<MediaType, number> = {
    'application/json': 0,
    'application/ld+json': 0,
    'application/geo+json': 0,
    'text/csv': 0,
    'application/x-ndjson': 0,
  };
  const ranges = accept.split(',').map(readRange);
  for (const type of mediaTypes) {
    for (const pattern of ['*/*', `${type.split('/', 1)[0]}/*`, type]) {
      const range = ranges.find(({ name }) => name === pattern);
      if (range) weights[type] = range.weight;
    }
  }
  return weights;
}

function readRange(text: string): { readonly name: string; readonly weight: number } {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = q === undefined ? 1 : Number(q.slice(2));
  // What is no number says nothing.
  return { name, weight: Number.isFinite(weight) ? Math.min(1, Math.max(0, weight)) : 1 };
}

/** The media type of a body without its parameters, in lower case; undefined when there is none. */
export function bodyType(contentType: string | undefined): string | undefined {
  if (contentType === undefined || contentType === 'application/json') return contentType;
  const end = contentType.indexOf(';');
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}
