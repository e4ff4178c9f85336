import type { Filter } from 'mongodb';
import type { DeliveryDocument } from './delivery-document.ts';

/**
 * How far a reader of the log has come: what it saw last of each process that writes. A process writes in the order of
 * its own stamps, so nothing of it can appear in front of that; between processes there is no order to rely on.
 */
export type Positions = ReadonlyMap<string, string>;

/** Separates a process from its stamp; the character behind it ends all that the process wrote. */
const SEPARATOR = '-';
const AFTER_SEPARATOR = '.';
const BETWEEN = '~';
const ENTRY = /^([0-9a-f]{10})-([0-9a-f]{14})$/;

/** The place in the log of what is written under this stamp: by process, then by time. */
export function loggedAt(stamp: string): string {
  const [moment = '', writer = ''] = stamp.split(SEPARATOR);
  return writer + SEPARATOR + moment;
}

/** Which process wrote at this place, and when. */
export function partsOfLogged(logged: string): readonly [writer: string, moment: string] {
  const [writer = '', moment = ''] = logged.split(SEPARATOR);
  return [writer, moment];
}

/** The text of positions: empty for the beginning of the log. */
export function toPosition(positions: Positions): string {
  return [...positions]
    .map(([writer, moment]) => writer + SEPARATOR + moment)
    .sort()
    .join(BETWEEN);
}

/** The positions in a text, or undefined when it is not one of `toPosition`. */
export function parsePositions(text: string): Positions | undefined {
  const positions = new Map<string, string>();
  for (const part of text === '' ? [] : text.split(BETWEEN)) {
    const [, writer, moment] = ENTRY.exec(part) ?? [];
    if (writer === undefined || moment === undefined) return undefined;
    positions.set(writer, moment);
  }
  return positions;
}

/** What a process wrote behind a moment, up to another one or its last. */
export function writtenBy(
  writer: string,
  { after = '', upTo }: { readonly after?: string; readonly upTo?: string },
) {
  const last = upTo === undefined ? { $lt: writer + AFTER_SEPARATOR } : { $lte: writer + SEPARATOR + upTo };
  return { $gt: writer + SEPARATOR + after, ...last };
}

/** What other processes wrote than those up to this one, in the order of their names. */
export function writtenByNext(writer: string) {
  return { $gte: writer === '' ? '' : writer + AFTER_SEPARATOR };
}

/** All that is behind the positions, of processes that are not among them as well. */
export function behindAll(positions: Positions): Filter<DeliveryDocument> {
  const seen = [...positions].sort(([one], [other]) => (one < other ? -1 : 1));
  const ranges = seen.map(([writer, moment], index) => {
    const next = seen[index + 1];
    return { logged: { $gt: writer + SEPARATOR + moment, ...(next && { $lt: next[0] + SEPARATOR }) } };
  });
  const [first] = seen;
  const start = { logged: { $gte: '', ...(first && { $lt: first[0] + SEPARATOR }) } };
  return { $or: [start, ...ranges] };
}
