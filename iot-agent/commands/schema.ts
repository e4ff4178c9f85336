/** The tables of commands; times are microseconds since 1970, `value` and `info` are JSON. */
export const commandSchema = `
  CREATE TABLE command (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    device_id TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    name TEXT NOT NULL,
    device_name TEXT NOT NULL,
    value TEXT NOT NULL,
    is_confirmed INTEGER NOT NULL,
    replaces INTEGER NOT NULL,
    state TEXT NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    downlink_id TEXT,
    attempts INTEGER NOT NULL,
    info TEXT,
    is_dirty INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX command_device ON command (tenant, device_id, state, seq);
  CREATE INDEX command_attribute ON command (tenant, entity_id, name, seq);
  CREATE INDEX command_downlink ON command (downlink_id) WHERE downlink_id IS NOT NULL;
  CREATE INDEX command_open ON command (expires) WHERE state IN ('PENDING', 'QUEUED', 'SENT');
  CREATE INDEX command_state ON command (state);
  CREATE INDEX command_dirty ON command (seq) WHERE is_dirty = 1;
  CREATE INDEX command_changed ON command (changed);
  CREATE TABLE command_route (
    tenant TEXT NOT NULL,
    device_id TEXT NOT NULL,
    route TEXT NOT NULL,
    must_flush INTEGER NOT NULL,
    PRIMARY KEY (tenant, device_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE command_resource (
    id TEXT NOT NULL,
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (id, tenant)
  ) STRICT, WITHOUT ROWID;
`;

/** What can be too late, by when; what was SENT and need not be acknowledged has arrived, for all that is known. */
export const mayBeLate = "(state IN ('PENDING', 'QUEUED') OR (state = 'SENT' AND is_confirmed = 1))";

/** An index of the few commands that can be too late, in the place of one of all that were ever sent. */
export const lateCommandSchema = `
  DROP INDEX command_open;
  CREATE INDEX command_late ON command (expires) WHERE ${mayBeLate};
`;
