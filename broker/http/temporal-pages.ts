import type { ShownShare } from '../services/read-share.ts';
import type { ShownEvolutions } from '../services/temporal-entities.ts';
import { relatedLink } from './pages.ts';
import { preferencesOf } from './preferences.ts';
import type { Exchange, Reply } from './route.ts';
import type { SpecProfile } from './spec-profile.ts';

/** What the range of a page is told in: as clause 6.3.10 writes it, or as clients of other brokers may expect it. */
export const rangeUnits = ['DateTime', 'date-time'] as const;
export type RangeUnit = (typeof rangeUnits)[number];

/** How long Temporal Evolutions are given in parts. */
export interface TemporalPages {
  readonly unit: RangeUnit;
  readonly profile: SpecProfile;
}

/**
 * True where parts are counted by instances of each Attribute and linked (TS 104 176), false where they are time ranges
 * (clause 6.3.10): for who prefers a version 1.n they always are.
 */
export function isInShares({ profile }: TemporalPages, { headers }: Pick<Exchange, 'headers'>): boolean {
  return profile === '104' && preferencesOf(headers['prefer']).minor === undefined;
}

/**
 * 206 with its time range for a part of Temporal Evolutions (clause 6.3.10); for whole ones 200, or 203 where an older
 * version of the standard changed them (clause 6.3.6).
 */
export function partOf(
  { range, isAmended = false }: Pick<ShownEvolutions<unknown>, 'range' | 'isAmended'>,
  unit: RangeUnit,
): { readonly status: number; readonly headers: Readonly<Record<string, string>> } {
  if (range === undefined) return { status: isAmended ? 203 : 200, headers: {} };
  const { start, end, size } = range;
  return { status: 206, headers: { 'Content-Range': `${unit} ${start}-${end}/${size}` } };
}

/** Links to the shares on both sides of one that is shown; none where it is all there is. */
export function shareLinks(
  path: string,
  exchange: Exchange,
  share: ShownShare | undefined,
): readonly string[] {
  if (share === undefined) return [];
  const { start, most, offset, hasMore } = share;
  const [ahead, back, count] =
    start === 'first'
      ? (['intervalafter', 'intervalbefore', 'firstN'] as const)
      : (['intervalbefore', 'intervalafter', 'lastN'] as const);
  // Where the body of a Query has lastN, it has it again.
  const isInUrl = start === 'first' || exchange.query.has(count);
  const link = (rel: string, to: number): string =>
    relatedLink(path, exchange, {
      rel,
      changes: { ...(isInUrl && { [count]: String(most) }), offsetN: String(to) },
      order: 'asked',
    });
  return [
    ...(offset > 0 ? [link(back, Math.max(0, offset - most))] : []),
    ...(hasMore ? [link(ahead, offset + most)] : []),
  ];
}

/** Headers with links added to that of theirs. */
export function withLinks(
  headers: NonNullable<Reply['headers']>,
  links: readonly string[],
): NonNullable<Reply['headers']> {
  if (links.length === 0) return headers;
  const { Link } = headers;
  return { ...headers, Link: [...(Link === undefined ? [] : [Link]), ...links].join(', ') };
}
