import { asideLists, asideOfDevices } from './aside.ts';

/** The tables of the spool, and of what must not get out of step with it; `at` is microseconds since 1970. */
const spoolSchema = `
  CREATE TABLE spool (
    seq INTEGER PRIMARY KEY,
    correlation_id TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE aside (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    cause TEXT NOT NULL,
    tenant TEXT,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    correlation_id TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX aside_key ON aside (key, cause, seq);
  CREATE TABLE seen (
    key TEXT PRIMARY KEY,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX seen_at ON seen (at);
  CREATE TABLE latest (
    entity TEXT PRIMARY KEY,
    observed_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/**
 * What came after the first release: who put something aside and for which Attribute, the newest messages of each device with
 * what became of them, its log, its state, and messages that are replayed. `device` is a device key, `entities` and `value` are JSON.
 */
const keptMessages = `
  ALTER TABLE spool ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE spool ADD COLUMN replay INTEGER;
  ALTER TABLE spool ADD COLUMN entities TEXT;
  CREATE INDEX spool_replay ON spool (replay) WHERE replay IS NOT NULL;
  ALTER TABLE aside ADD COLUMN replay INTEGER;
  ALTER TABLE aside ADD COLUMN entities TEXT;
  ALTER TABLE aside ADD COLUMN device TEXT;
  ALTER TABLE aside ADD COLUMN attribute TEXT;
  ALTER TABLE aside ADD COLUMN rule TEXT;
  ALTER TABLE aside ADD COLUMN value TEXT;
  CREATE INDEX aside_replay ON aside (replay) WHERE replay IS NOT NULL;
  DROP TABLE seen;
  CREATE TABLE seen (
    key TEXT PRIMARY KEY,
    received_at INTEGER NOT NULL,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE numbering (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    newest INTEGER NOT NULL
  ) STRICT;
  INSERT INTO numbering VALUES (1, 0);
  CREATE TABLE raw (
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    result TEXT NOT NULL,
    reason TEXT,
    correlation_id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (device, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE device_log (
    device TEXT NOT NULL,
    source TEXT NOT NULL,
    message TEXT NOT NULL,
    level TEXT NOT NULL,
    times INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (device, source, message)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE device_state (
    device TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    is_due INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE replay (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    selection TEXT NOT NULL,
    from_time INTEGER NOT NULL,
    to_time INTEGER NOT NULL,
    at INTEGER NOT NULL,
    items INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE replay_device (
    replay INTEGER NOT NULL,
    device TEXT NOT NULL,
    PRIMARY KEY (replay, device)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE replay_result (
    replay INTEGER NOT NULL,
    result TEXT NOT NULL,
    items INTEGER NOT NULL,
    PRIMARY KEY (replay, result)
  ) STRICT, WITHOUT ROWID;
`;

/** What was settled and what is kept of it lie in the order in which they came, which writes far fewer pages. */
const inOrderOfArrival = `
  ALTER TABLE seen RENAME TO seen_by_key;
  CREATE TABLE seen (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    received_at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO seen (key, received_at) SELECT key, received_at FROM seen_by_key ORDER BY at;
  DROP TABLE seen_by_key;
  ALTER TABLE raw RENAME TO raw_by_device;
  CREATE TABLE raw (
    device TEXT NOT NULL,
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    result TEXT NOT NULL,
    reason TEXT,
    correlation_id TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  INSERT INTO raw SELECT device, seq, kind, observed_at, at, result, reason, correlation_id, body
    FROM raw_by_device ORDER BY seq;
  DROP TABLE raw_by_device;
  CREATE INDEX raw_device ON raw (device);
`;

/**
 * To the newest time of an Entity, in microseconds, its Attributes: a JSON list of those that are all of that time, or an object with
 * the time of each; null where no more was kept than the newest time.
 */
const latestOfAttributes = 'ALTER TABLE latest ADD COLUMN attributes TEXT;';

/** How far the messages of a device are on their way, and up to which they were there when the replay was asked for. */
const replaysInPieces = `
  ALTER TABLE replay_device ADD COLUMN last_seq INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE replay_device ADD COLUMN until_seq INTEGER NOT NULL DEFAULT ${Number.MAX_SAFE_INTEGER};
`;

/** The first migrations of a file with a spool; see runtime/sqlite/migrate.ts. What was released is never changed, only added to. */
export const spoolMigrations: readonly string[] = [spoolSchema, keptMessages];
/** Those that come after what else such files had by then. */
export const laterSpoolMigrations: readonly string[] = [
  asideOfDevices,
  inOrderOfArrival,
  asideLists,
  latestOfAttributes,
  replaysInPieces,
];
