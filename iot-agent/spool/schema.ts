/** The tables of the spool, and of what must not get out of step with it; `at` is microseconds since 1970. */
export const spoolSchema = `
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
