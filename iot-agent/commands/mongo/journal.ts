import { randomUUID } from 'node:crypto';
import type { GroupCommit } from '../../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../../runtime/sqlite/open.ts';
import type { CommandOwner } from '../command.ts';
import type { Saying } from '../record-progress.ts';

/** What became known of a device: another way to it, or what it or its network server says about a command. */
export interface Note {
  readonly owner: CommandOwner;
  /** Microseconds since 1970. */
  readonly at: number;
  /** A `DeviceRoute` as text. */
  readonly route?: string;
  readonly saying?: Saying;
}

/** A note that is on disk. */
export interface KeptNote extends Note {
  readonly seq: number;
}

/** Notes on this agent's disk that the other agents are still to be told of. */
export interface Journal {
  /** Made once: this agent's name among those that share a registry. */
  readonly agentId: string;
  /** Inside a transaction of the caller. */
  add(note: Note): void;
  /** The oldest. */
  read(limit: number): readonly KeptNote[];
  /** Those up to this one are told. */
  done(seq: number): Promise<void>;
}

/** Notes wait in order, and an agent that is started again is the same one. */
export const journalSchema = `
  CREATE TABLE command_note (seq INTEGER PRIMARY KEY AUTOINCREMENT, note TEXT NOT NULL) STRICT;
  CREATE TABLE command_agent (id TEXT NOT NULL) STRICT;
`;

/** The journal in a database that has `journalSchema`. */
export function journal(db: Database, group: Pick<GroupCommit, 'run'>): Journal {
  const insert = db.prepare('INSERT INTO command_note (note) VALUES (?)');
  const oldest = db.prepare<[seq: number, note: string]>(
    'SELECT seq, note FROM command_note ORDER BY seq LIMIT ?',
  );
  const remove = db.prepare('DELETE FROM command_note WHERE seq <= ?');
  return {
    agentId: agentIdIn(db),
    add: (note) => {
      insert.run(JSON.stringify(note));
    },
    read: (limit) => oldest.all(limit).map(([seq, note]) => ({ seq, ...(JSON.parse(note) as Note) })),
    done: async (seq) => {
      await group.run(() => remove.run(seq));
    },
  };
}

function agentIdIn(db: Database): string {
  const known = db.prepare<[string]>('SELECT id FROM command_agent').get()?.[0];
  if (known !== undefined) return known;
  const id = randomUUID();
  db.prepare('INSERT INTO command_agent (id) VALUES (?)').run(id);
  return id;
}
