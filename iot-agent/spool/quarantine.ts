import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import type { Incoming, Json } from '../measurement.ts';
import type { AsideCounts } from './aside-counts.ts';
import { type CauseName, isQuarantined } from './causes.ts';
import { decodeIncoming } from './encode-incoming.ts';

/** Which items are meant; members that are absent do not matter. */
export interface QuarantineFilter {
  readonly tenant: string;
  /** A device key. */
  readonly device?: string;
  readonly attribute?: string;
  /** A part of the rule. */
  readonly rule?: string;
  /** The item's number. */
  readonly seq?: number;
}

/** An item that people should look at. */
export interface QuarantinedItem {
  readonly seq: number;
  readonly cause: CauseName;
  readonly reason: string;
  readonly device?: string;
  /** Of an Entity that is not valid: the Attribute, the rule that it breaks, and its value. */
  readonly attribute?: string;
  readonly rule?: string;
  readonly value?: Json;
  /** Microseconds since 1970: when it was put aside. */
  readonly at: number;
  readonly correlationId: string;
  readonly incoming: Incoming;
}

/** What is put aside for people to look at: uplinks that cannot be read, Entities that are not valid or that the broker refused. */
export interface Quarantine {
  /** Newest first. */
  list(
    filter: QuarantineFilter,
    page: { readonly limit: number; readonly offset: number },
  ): { readonly count: number; readonly items: readonly QuarantinedItem[] };
  /** Resolves to the number of items that are gone. */
  remove(filter: QuarantineFilter): Promise<number>;
  /** Puts them back at their old places, to be tried anew; resolves to their number. */
  replay(filter: QuarantineFilter): Promise<number>;
}

interface Parts {
  readonly db: Database;
  readonly group: GroupCommit;
  readonly counts: AsideCounts;
  readonly refilled: (items: number) => void;
}

/** Items that are moved in one transaction, so that other work comes between. */
const movedAtOnce = 500;

const fits = `${isQuarantined} AND tenant = ?1
  AND (?2 IS NULL OR device = ?2) AND (?3 IS NULL OR attribute = ?3) AND (?4 IS NULL OR instr(rule, ?4) > 0)
  AND (?5 IS NULL OR seq = ?5)`;

function valuesOf({ tenant, device, attribute, rule, seq }: QuarantineFilter) {
  return [tenant, device ?? null, attribute ?? null, rule ?? null, seq ?? null] as const;
}

/** The quarantine in the table `aside`. */
export function quarantine(parts: Parts): Quarantine {
  const { db, refilled } = parts;
  const back = db.prepare(`INSERT INTO spool (seq, correlation_id, body, at)
    SELECT seq, correlation_id, body, at FROM aside ${chosen}`);
  const move = mover(parts);
  return {
    list: lister(db),
    remove: (filter) => move(filter),
    replay: (filter) => move(filter, { copy: (seqs) => back.run(seqs), refilled }),
  };
}

const chosen = 'WHERE seq IN (SELECT value FROM json_each(?))';

/** Where what is moved goes: `copy` in the same transaction, `refilled` after it. */
interface Destination extends Pick<Parts, 'refilled'> {
  readonly copy: (seqs: string) => void;
}

/** Moves items in pieces, each item once: what is put aside again meanwhile, at its old place, is not taken again. */
function mover({ db, group, counts }: Parts) {
  const newest = db.prepare<[number | null]>('SELECT max(seq) FROM aside');
  const pieceAfter = db.prepare<[number]>(
    `SELECT seq FROM aside WHERE ${fits} AND seq > ?6 AND seq <= ?7 ORDER BY seq LIMIT ?8`,
  );
  const removal = db.prepare<[string, CauseName]>(`DELETE FROM aside ${chosen} RETURNING key, cause`);
  return async (filter: QuarantineFilter, to?: Destination): Promise<number> => {
    const until = newest.get()?.[0] ?? 0;
    let total = 0;
    for (let last = 0; ; ) {
      const { seqs, removed } = await group.run(() => {
        const piece = pieceAfter.all(...valuesOf(filter), last, until, movedAtOnce).map(([seq]) => seq);
        const text = JSON.stringify(piece);
        to?.copy(text);
        return { seqs: piece, removed: removal.all(text) };
      });
      for (const [key, cause] of removed) counts.add(key, cause, -1);
      to?.refilled(removed.length);
      total += removed.length;
      if (seqs.length < movedAtOnce) return total;
      last = seqs.at(-1) ?? until;
    }
  };
}

type Row = [
  number,
  CauseName,
  string,
  string | null,
  string | null,
  string | null,
  string | null,
  number,
  string,
  string,
];

function lister(db: Database): Quarantine['list'] {
  const count = db.prepare<[number]>(`SELECT COUNT(*) FROM aside WHERE ${fits}`);
  const page = db.prepare<Row>(`
    SELECT seq, cause, reason, device, attribute, rule, value, at, correlation_id, body FROM aside
    WHERE ${fits} ORDER BY seq DESC LIMIT ?6 OFFSET ?7`);
  return (filter, { limit, offset }) => ({
    count: count.get(...valuesOf(filter))?.[0] ?? 0,
    items: page.all(...valuesOf(filter), limit, offset).map(itemOf),
  });
}

function itemOf(row: Row): QuarantinedItem {
  const [seq, cause, reason, device, attribute, rule, value, at, correlationId, body] = row;
  return {
    ...{ seq, cause, reason, at, correlationId, incoming: decodeIncoming(body) },
    ...(device === null ? {} : { device }),
    ...(attribute === null ? {} : { attribute }),
    ...(rule === null ? {} : { rule }),
    ...(value === null ? {} : { value: JSON.parse(value) as Json }),
  };
}
