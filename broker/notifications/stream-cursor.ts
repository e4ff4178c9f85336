import type { Micros } from '../domain/entity.ts';

/** A place in a live stream. */
export interface StreamCursor {
  /** A position in the log of deliveries. */
  readonly position: string;
  /** Nothing that comes behind it was stored before. */
  readonly since: Micros;
}

const CURSOR = /^([0-9a-z]{1,11})_([0-9a-z~.-]{0,8192})$/;

/** The text of a cursor, for `id:` and Last-Event-ID: opaque to clients. */
export function formatCursor({ position, since }: StreamCursor): string {
  return `${Math.max(0, since).toString(36)}_${position}`;
}

/** The cursor in a text; undefined when it is none. */
export function parseCursor(text: string): StreamCursor | undefined {
  const [, since, position] = CURSOR.exec(text) ?? [];
  if (since === undefined || position === undefined) return undefined;
  return { position, since: Number.parseInt(since, 36) };
}
