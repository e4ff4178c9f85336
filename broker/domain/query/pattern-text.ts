import type { Pattern } from './pattern.ts';

/** A text that every text has in which the pattern is found; `isStart` when it begins with it. */
export interface FixedText {
  readonly text: string;
  readonly isStart: boolean;
}

/** One character that stands for itself, or what matches other ones. */
type Piece = { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'wild' };

/**
 * What a pattern says in plain characters: of those behind a leading `^` as its start, else the longest run of them.
 * Undefined where there are none, or where the pattern has more than characters, `.`, `.*` and anchors at its ends.
 */
export function fixedText({ pattern }: Pattern): FixedText | undefined {
  const isAnchored = pattern.startsWith('^');
  const pieces = piecesOf(pattern.slice(isAnchored ? 1 : 0).replace(/(?<!\\)\$$/, ''));
  if (pieces === undefined) return undefined;
  const runs = runsOf(pieces);
  const [start = ''] = runs;
  if (isAnchored && start !== '') return { text: start, isStart: true };
  const longest = runs.reduce((most, run) => (run.length > most.length ? run : most), '');
  return longest === '' ? undefined : { text: longest, isStart: false };
}

/** A dot with what repeats it, a character that stands for itself by a backslash, or one that always does. */
const token = /(\.[*+?]?\??)|\\([^A-Za-z0-9\s])|([^\\[\](){}|?+*^$.])/y;

function piecesOf(pattern: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  token.lastIndex = 0;
  for (let at = 0; at < pattern.length; at = token.lastIndex) {
    const [, wild, escaped, plain] = token.exec(pattern) ?? [];
    const text = escaped ?? plain;
    if (wild !== undefined) pieces.push({ kind: 'wild' });
    else if (text !== undefined) pieces.push({ kind: 'literal', text });
    else return undefined;
    if (/[*+?{]/.test(pattern[token.lastIndex] ?? '')) return undefined;
  }
  return pieces;
}

/** The texts between what is wild, of which the first is where the pattern begins. */
function runsOf(pieces: readonly Piece[]): readonly string[] {
  const runs = [''];
  for (const piece of pieces) {
    if (piece.kind === 'wild') runs.push('');
    else runs.push((runs.pop() ?? '') + piece.text);
  }
  return runs;
}
