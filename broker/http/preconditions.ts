import type { Precondition } from '../services/change-entity.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

interface Tag {
  readonly isWeak: boolean;
  /** With its quotes. */
  readonly text: string;
}

const tagPattern = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/** True when If-None-Match says that the client has this representation already (RFC 9110 section 13.1.2). */
export function isKnown(headers: Headers, tag: string): boolean {
  const known = headers['if-none-match'];
  if (known === undefined) return false;
  // Most clients send back the one tag that they were given.
  return known === tag || isAny(known) || tagsOf(known).some(({ text }) => text === tag);
}

/**
 * What a write asks of the state that it is applied to (RFC 9110 sections 13.1.1 and 13.1.2); undefined when nothing. A
 * tag stands for the state of the Entity, whichever representation it was given with.
 */
export function preconditionOf(headers: Headers): Precondition | undefined {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (match === undefined && noneMatch === undefined) return undefined;
  const wanted = match === undefined || isAny(match) ? undefined : statesOf(tagsOf(match, 'strong'));
  const unwanted = noneMatch === undefined || isAny(noneMatch) ? undefined : statesOf(tagsOf(noneMatch));
  return (state) => {
    if (wanted !== undefined && !wanted.has(state)) return false;
    return noneMatch === undefined || (unwanted !== undefined && !unwanted.has(state));
  };
}

function isAny(header: string | string[]): boolean {
  return header === '*';
}

/** `strong` leaves weak tags out. */
function tagsOf(header: string | string[], comparison: 'strong' | 'weak' = 'weak'): readonly Tag[] {
  const tags = [...String(header).matchAll(tagPattern)].map(([, weak, text = '']) => ({
    isWeak: weak !== undefined,
    text,
  }));
  return comparison === 'strong' ? tags.filter(({ isWeak }) => !isWeak) : tags;
}

/** What stands before the first hyphen: see `EntityTags`. */
function statesOf(tags: readonly Tag[]): ReadonlySet<string> {
  return new Set(tags.map(({ text }) => text.slice(1, text.indexOf('-'))));
}
