import { NgsiLdError } from '../../domain/errors.ts';

/** What MongoDB holds in one document is 16 MB; the rest is for what BSON adds. */
export const DOCUMENT_BYTES = 15.5 * 1024 * 1024;
/** MongoDB makes at most 100,000 index keys of a document; far fewer are still a mistake. */
const TOKENS = 20_000;
const TOKEN_BYTES = 2 * 1024 * 1024;
/** What a document has besides bodies: tokens, and of at most 64 value indexes 64 keys of some 250 bytes each. */
export const INDEXED_BYTES = TOKEN_BYTES + 1024 * 1024;
/** A command is one document too. */
const FILTER_BYTES = 8 * 1024 * 1024;

/** Bytes of the text in UTF-8. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** @throws NgsiLdError EntityTooLarge for an Entity with more types, scopes and places than an index takes. */
export function assertIndexable(id: string, tokens: readonly string[]): void {
  const isSmall = tokens.length <= 1000 && tokens.every(({ length }) => length <= 500);
  if (isSmall) return;
  const bytes = tokens.reduce((sum, each) => sum + bytesOf(each), 0);
  if (tokens.length <= TOKENS && bytes <= TOKEN_BYTES) return;
  throw new NgsiLdError(
    'EntityTooLarge',
    `the types, scopes and GeoProperties of the Entity ${id} are more than can be indexed: give it fewer or shorter ones`,
  );
}

/** @throws NgsiLdError TooComplexQuery for a query that names more than a command holds. */
export function assertFilterSize(parts: readonly string[]): void {
  if (parts.length <= 5000) return;
  const bytes = parts.reduce((sum, each) => sum + each.length * 3 + 16, 0);
  if (bytes <= FILTER_BYTES) return;
  throw new NgsiLdError('TooComplexQuery', `the query names ${parts.length} ids: ask in several queries`);
}
