import { parseDateTime } from '../date-time.ts';
import { Refusal } from './refusal.ts';

/** Microseconds since 1970, both included. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Which devices a replay is of: all members that are there have to fit. */
export interface ReplaySelection {
  readonly device?: string;
  readonly model?: string;
  readonly codec?: string;
  /** The apikey of a group. */
  readonly group?: string;
  readonly entity_type?: string;
}

const selectors = ['device', 'model', 'codec', 'group', 'entity_type'] as const;

/** The body of a replay of one device. @throws Refusal */
export function parseRange(body: unknown): TimeRange {
  return rangeOf(membersOf(body, ['from', 'to']));
}

/** The body of a replay of several devices. @throws Refusal */
export function parseReplay(body: unknown): {
  readonly range: TimeRange;
  readonly selection: ReplaySelection;
} {
  const members = membersOf(body, [...selectors, 'from', 'to']);
  const chosen = selectors.flatMap((name) => {
    const value = members[name];
    if (value === undefined) return [];
    if (typeof value === 'string' && value !== '') return [[name, value] as const];
    throw new Refusal('WRONG_SYNTAX', `${name} must be a text that is not empty`);
  });
  if (chosen.length === 0)
    throw new Refusal(
      'MISSING_ATTRIBUTES',
      `The body must say what to replay, by at least one of ${selectors.join(', ')}`,
    );
  return { range: rangeOf(members), selection: Object.fromEntries(chosen) };
}

type Members = { readonly [name: string]: unknown };

function membersOf(body: unknown, known: readonly string[]): Members {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Refusal('WRONG_SYNTAX', `The body must be an object with ${known.join(', ')}`);
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown === undefined) return body as Members;
  const name = JSON.stringify(unknown.slice(0, 80));
  throw new Refusal('WRONG_SYNTAX', `${name} is no member of a replay: known are ${known.join(', ')}`);
}

function rangeOf(members: Members): TimeRange {
  const [from, to] = [timeOf(members, 'from'), timeOf(members, 'to')];
  if (from <= to) return { from, to };
  throw new Refusal('WRONG_SYNTAX', 'from must not be after to');
}

function timeOf(members: Members, name: 'from' | 'to'): number {
  const value = members[name];
  if (value === undefined)
    throw new Refusal('MISSING_ATTRIBUTES', `The body must have ${name}, such as 2026-11-24T08:00:00Z`);
  const time = typeof value === 'string' ? parseDateTime(value) : undefined;
  if (time !== undefined) return time;
  throw new Refusal(
    'WRONG_SYNTAX',
    `${name} is ${JSON.stringify(value).slice(0, 80)}: it must be a date and time, such as 2026-11-24T08:00:00Z`,
  );
}
