/** Devices that want to hear of changes of their Entity's values; `request` is JSON, `at` microseconds since 1970. */
export const configurationSchema = `
  CREATE TABLE configuration_subscription (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    device_id TEXT NOT NULL,
    sent_by TEXT NOT NULL,
    request TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX configuration_device ON configuration_subscription (tenant, device_id, at);
`;
