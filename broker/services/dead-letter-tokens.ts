import type { DeadLetter, DeadLetterPlace } from '../store/dead-letters.ts';

/** What finds a dead letter again. */
export type DeadLetterKey = Pick<DeadLetter, 'subscriptionId' | 'order'>;
/** Where a page of dead letters ended. */
export type DeadLetterCursor = DeadLetterPlace & Pick<DeadLetter, 'subscriptionId'>;

/** The id by which clients call a dead letter: it stands in paths, so it has no character that would be encoded. */
export function toLetterId({ subscriptionId, order }: DeadLetterKey): string {
  return toToken([subscriptionId, order]);
}

/** Undefined when the text is no such id. */
export function parseLetterId(text: string): DeadLetterKey | undefined {
  const [subscriptionId, order] = parseToken(text);
  return typeof subscriptionId === 'string' && typeof order === 'string'
    ? { subscriptionId, order }
    : undefined;
}

/** The cursor that clients hand back for the next page. */
export function toCursor({ subscriptionId, order, diedAt }: DeadLetterCursor): string {
  return toToken([subscriptionId, order, diedAt]);
}

/** Undefined when the text is no such cursor. */
export function parseCursor(text: string): DeadLetterCursor | undefined {
  const [subscriptionId, order, diedAt] = parseToken(text);
  if (typeof subscriptionId !== 'string' || typeof order !== 'string') return undefined;
  return Number.isSafeInteger(diedAt) ? { subscriptionId, order, diedAt: diedAt as number } : undefined;
}

function toToken(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function parseToken(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
