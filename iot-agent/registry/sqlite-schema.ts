/** The tables of the registry; `settings` is JSON, the columns beside it are what is looked up. */
export const registrySchema = `
  CREATE TABLE device (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    device_id TEXT NOT NULL,
    dev_eui TEXT UNIQUE,
    apikey TEXT,
    service_path TEXT NOT NULL,
    settings TEXT NOT NULL,
    UNIQUE (tenant, device_id),
    UNIQUE (apikey, device_id)
  ) STRICT;
  CREATE TABLE service_group (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    apikey TEXT NOT NULL UNIQUE,
    service_path TEXT NOT NULL,
    settings TEXT NOT NULL
  ) STRICT;
`;

/** Added after the tables: an Entity's devices, and what the registry keeps about itself. */
export const registryEntities = `
  CREATE INDEX device_entity_name ON device (tenant, json_extract(settings, '$.entity_name'));
  CREATE TABLE registry_secret (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    secret TEXT NOT NULL
  ) STRICT;
`;

/** Uploaded codecs; `functions` is a list of names with commas. */
export const registryCodecs = `
  CREATE TABLE codec (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    revision TEXT NOT NULL,
    functions TEXT NOT NULL,
    size INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    script TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
  ) STRICT;
`;

/** MQTT brokers and network servers that the agent connects to; `settings` is JSON, secrets in it may be sealed. */
export const connectionSchema = `
  CREATE TABLE connection (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    UNIQUE (tenant, name)
  ) STRICT;
`;

/** Added later: the order of a tenant's devices, who waits for approval, and the rules for strangers. `record` is JSON. */
export const provisioningSchema = `
  CREATE TABLE pending_device (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    device_id TEXT NOT NULL,
    state TEXT NOT NULL,
    record TEXT NOT NULL,
    UNIQUE (tenant, device_id)
  ) STRICT;
  CREATE INDEX device_order ON device (tenant, seq);
  CREATE INDEX pending_device_state ON pending_device (tenant, state, seq);
  CREATE TABLE provisioning_rule (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    record TEXT NOT NULL,
    UNIQUE (tenant, name)
  ) STRICT;
`;
