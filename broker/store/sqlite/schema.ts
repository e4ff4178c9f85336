import type { Schema } from '../../../runtime/sqlite/migrate.ts';

/**
 * Tenants, and the names that stand for numbers in the other tables. Integers are below 2^53: times are microseconds,
 * stamps come from one counter.
 */
const names = `
  CREATE TABLE tenant (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  INSERT INTO tenant (name) VALUES ('');
  CREATE TABLE name (no INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE) STRICT;
`;

/**
 * The current state. seq is the stamp of the creation, and so the creation order. token holds what Conditions look up
 * (see tokens.ts); its rows of one token are in creation order. type_count counts a tenant's rows by type, and all
 * of them under name 0. tombstone holds when an Entity was deleted, for a clock that goes back.
 */
const entities = `
  CREATE TABLE entity (
    seq INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL,
    expires_at INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX entity_id ON entity (tenant, id);
  CREATE INDEX entity_tenant ON entity (tenant);
  CREATE INDEX entity_expiry ON entity (expires_at, tenant) WHERE expires_at IS NOT NULL;
  CREATE TABLE token (
    tenant INTEGER NOT NULL,
    token TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (tenant, token, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE type_count (
    tenant INTEGER NOT NULL,
    type INTEGER NOT NULL,
    entities INTEGER NOT NULL,
    PRIMARY KEY (tenant, type)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE tombstone (
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
  ) STRICT, WITHOUT ROWID;
`;

/** Change records that wait to be folded; entity is the state after the change where the record has all of it. */
const records = `
  CREATE TABLE record (
    stamp INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    entity_id TEXT NOT NULL,
    facts TEXT NOT NULL,
    entity TEXT
  ) STRICT;
  CREATE INDEX record_entity ON record (entity_id, tenant);
`;

/**
 * The history. What is folded goes to the end of history_log, one row a change; when an Entity has enough of them they
 * become history_chunk rows, one for each Attribute. changed_at is the later of modifiedAt and deletedAt; log_rows and
 * log_size say what the Entity has in the log. The times of a chunk are those of its earliest and latest instance.
 */
const history = `
  CREATE TABLE history_entity (
    no INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    log_rows INTEGER NOT NULL,
    log_size INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (tenant, id)
  ) STRICT;
  CREATE TABLE history_log (
    no INTEGER PRIMARY KEY,
    entity INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX history_log_entity ON history_log (entity);
  CREATE TABLE history_chunk (
    no INTEGER PRIMARY KEY,
    entity INTEGER NOT NULL,
    attribute INTEGER NOT NULL,
    observed_from INTEGER NOT NULL,
    observed_to INTEGER NOT NULL,
    created_from INTEGER NOT NULL,
    created_to INTEGER NOT NULL,
    modified_from INTEGER NOT NULL,
    modified_to INTEGER NOT NULL,
    deleted_from INTEGER NOT NULL,
    deleted_to INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX history_chunk_observed ON history_chunk (entity, attribute, observed_to);
  CREATE INDEX history_chunk_modified ON history_chunk (entity, attribute, modified_to);
`;

/** Deliveries by Subscription; those made from one change share its text in notified, which has the form of a record. */
const deliveries = `
  CREATE TABLE queue (
    no INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    subscription TEXT NOT NULL,
    UNIQUE (tenant, subscription)
  ) STRICT;
  CREATE TABLE notified (no INTEGER PRIMARY KEY, facts TEXT NOT NULL, entity TEXT) STRICT;
  CREATE TABLE delivery (
    queue INTEGER NOT NULL,
    state INTEGER NOT NULL,
    place TEXT NOT NULL,
    id TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    correlation_id TEXT,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    last_error TEXT,
    settled_at INTEGER,
    notified INTEGER NOT NULL,
    PRIMARY KEY (queue, state, place, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX delivery_notified ON delivery (notified);
  CREATE INDEX delivery_settled ON delivery (settled_at) WHERE settled_at IS NOT NULL;
`;

const documents = `
  CREATE TABLE document (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (kind, tenant, id)
  ) STRICT;
  CREATE TABLE revision (kind TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/**
 * attribute_count counts instances by type, Attribute and kind (see attribute-kinds.ts); counted leaves out those in
 * Entities whose first type is another. attribute_expiry has the Entities whose Attributes expire, by when the first does.
 */
const attributes = `
  CREATE TABLE attribute_count (
    tenant INTEGER NOT NULL,
    type INTEGER NOT NULL,
    attribute INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    instances INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    PRIMARY KEY (tenant, type, attribute, kind)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE attribute_expiry (
    tenant INTEGER NOT NULL,
    at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (tenant, at, seq)
  ) STRICT, WITHOUT ROWID;
  INSERT OR IGNORE INTO name (iri)
    SELECT DISTINCT a.key FROM entity AS e, json_each(e.body, '$.attributes') AS a;
  INSERT INTO attribute_count
    SELECT e.tenant, tn.no, an.no,
      CASE i.value ->> '$.kind'
        WHEN 'Property' THEN 0 WHEN 'GeoProperty' THEN 1 WHEN 'LanguageProperty' THEN 2 WHEN 'VocabProperty' THEN 3
        WHEN 'JsonProperty' THEN 4 WHEN 'ListProperty' THEN 5 WHEN 'Relationship' THEN 6 ELSE 7 END,
      count(*), sum(t.key = 0)
    FROM entity AS e, json_each(e.body, '$.types') AS t, json_each(e.body, '$.attributes') AS a,
      json_each(a.value) AS i
    JOIN name AS tn ON tn.iri = t.value
    JOIN name AS an ON an.iri = a.key
    GROUP BY 1, 2, 3, 4;
  INSERT INTO attribute_expiry
    SELECT e.tenant, min(i.value ->> '$.expiresAt'), e.seq
    FROM entity AS e, json_each(e.body, '$.attributes') AS a, json_each(a.value) AS i
    WHERE i.value ->> '$.expiresAt' IS NOT NULL
    GROUP BY e.seq;
`;

/**
 * Indexes of values, made for the combinations of tenant, type (0 for all) and path that queries use. built_to is the
 * place in the creation order up to which value_point has the Entities, all from then on when it is ready, and -1 when
 * its rows are going. A point is a value as value-spans.ts makes it, under the number of its kind (value-points.ts).
 */
const values = `
  CREATE TABLE value_index (
    no INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    type INTEGER NOT NULL,
    path TEXT NOT NULL,
    form INTEGER NOT NULL,
    built_to INTEGER NOT NULL,
    UNIQUE (tenant, type, path)
  ) STRICT;
  CREATE TABLE value_point (
    value_index INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    at ANY NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (value_index, kind, at, seq)
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Histories are read from both ends, one page at a time: an index for each, with the other end of a chunk in it. A chunk
 * begins at the earliest time there is when one of its instances lacks the time. added_types are types that clients
 * gave to a history besides those of its body.
 */
const historyPages = `
  ALTER TABLE history_entity ADD COLUMN added_types TEXT NOT NULL DEFAULT '[]';
  DROP INDEX history_chunk_observed;
  DROP INDEX history_chunk_modified;
  CREATE INDEX history_chunk_observed_from ON history_chunk (entity, attribute, observed_from, observed_to);
  CREATE INDEX history_chunk_observed_to ON history_chunk (entity, attribute, observed_to, observed_from);
  CREATE INDEX history_chunk_modified_from ON history_chunk (entity, attribute, modified_from, modified_to);
  CREATE INDEX history_chunk_modified_to ON history_chunk (entity, attribute, modified_to, modified_from);
  UPDATE history_chunk SET observed_from = -9007199254740991 WHERE EXISTS (
    SELECT 1 FROM json_each(history_chunk.body) AS i
    WHERE json_type(i.value, '$[3].observedAt') = 'null'
      OR coalesce(i.value ->> '$[3].observedAt', i.value ->> '$[2].observedAt') IS NULL);
  UPDATE history_chunk SET deleted_from = -9007199254740991 WHERE EXISTS (
    SELECT 1 FROM json_each(history_chunk.body) AS i WHERE i.value ->> '$[3].deletedAt' IS NULL);
`;

/** When a delivery became a dead letter; of those from before there was this column, when it was made. */
const deadLetters = `
  ALTER TABLE delivery ADD COLUMN dead_at INTEGER;
  UPDATE delivery SET dead_at = at WHERE state = 2;
  CREATE INDEX delivery_dead ON delivery (queue, dead_at, place) WHERE dead_at IS NOT NULL;
`;

/**
 * The points of an index also by the place of their Entity: what one Entity has, and a walk in creation order. path is
 * what the index is of (Subject in value-subjects.ts). Indexes of the form before are not read any more, and come again
 * with the queries that need them.
 */
const valuesByPlace = `
  DELETE FROM value_point;
  DELETE FROM value_index;
  CREATE INDEX value_point_seq ON value_point (value_index, seq, kind, at);
`;

/** When a delivery was taken back from the dead letters, if it was. */
const replays = `
  ALTER TABLE delivery ADD COLUMN replayed_at INTEGER;
`;

/**
 * history_type has the Entities of the history by type. Their order is that of no, which is not given again before the
 * rows of an Entity are gone: one that left the history is of tenant 0 until then. Chunks by the other times; few have
 * deletions.
 */
const historyQueries = `
  CREATE INDEX history_entity_tenant ON history_entity (tenant);
  CREATE TABLE history_type (
    tenant INTEGER NOT NULL,
    type INTEGER NOT NULL,
    no INTEGER NOT NULL,
    PRIMARY KEY (tenant, type, no)
  ) STRICT, WITHOUT ROWID;
  INSERT OR IGNORE INTO name (iri)
    SELECT DISTINCT t.value FROM history_entity AS h, json_each(h.body, '$.types') AS t
    UNION SELECT DISTINCT t.value FROM history_entity AS h, json_each(h.added_types) AS t;
  INSERT OR IGNORE INTO history_type
    SELECT h.tenant, n.no, h.no FROM history_entity AS h, json_each(h.body, '$.types') AS t
    JOIN name AS n ON n.iri = t.value;
  INSERT OR IGNORE INTO history_type
    SELECT h.tenant, n.no, h.no FROM history_entity AS h, json_each(h.added_types) AS t
    JOIN name AS n ON n.iri = t.value;
  CREATE INDEX history_chunk_created_from ON history_chunk (entity, attribute, created_from, created_to);
  CREATE INDEX history_chunk_created_to ON history_chunk (entity, attribute, created_to, created_from);
  CREATE INDEX history_chunk_deleted_to ON history_chunk (entity, attribute, deleted_to, deleted_from)
    WHERE deleted_to > -9007199254740991;
`;

/**
 * What instances of one Attribute were rolled up to, by period: start and unit, its length, are microseconds. body has a
 * RolledSeries for each dataset.
 */
const historyRollUps = `
  CREATE TABLE history_rollup (
    entity INTEGER NOT NULL,
    attribute INTEGER NOT NULL,
    start INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (entity, attribute, start, unit)
  ) STRICT, WITHOUT ROWID;
`;

/** Types that Entities of the history had and have no more; history_type has them too. */
const historyFormerTypes = `
  ALTER TABLE history_entity ADD COLUMN former_types TEXT NOT NULL DEFAULT '[]';
`;

/**
 * The newest part of the history, one row a change. history_move has a row while rows are handed on to the log: of those
 * up to its row, what is of Entities up to its Entity is there.
 */
const historyTail = `
  CREATE TABLE history_tail (
    no INTEGER PRIMARY KEY,
    entity INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE history_move (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    up_to INTEGER NOT NULL,
    entity INTEGER NOT NULL
  ) STRICT;
`;

/**
 * What spans the values of a chunk (`reachOf`), in the indexes that it is found by; null where it is not known, as in
 * chunks of before. log_values tells the same of the log, by Attribute (LogValues in log-values.ts).
 */
const historyValues = `
  ALTER TABLE history_chunk ADD COLUMN low ANY;
  ALTER TABLE history_chunk ADD COLUMN high ANY;
  ALTER TABLE history_entity ADD COLUMN log_values TEXT;
  UPDATE history_entity SET log_values = '{}' WHERE log_rows = 0;
  DROP INDEX history_chunk_observed_from;
  DROP INDEX history_chunk_modified_from;
  DROP INDEX history_chunk_created_from;
  CREATE INDEX history_chunk_observed_from
    ON history_chunk (entity, attribute, observed_from, observed_to, low, high);
  CREATE INDEX history_chunk_modified_from
    ON history_chunk (entity, attribute, modified_from, modified_to, low, high);
  CREATE INDEX history_chunk_created_from
    ON history_chunk (entity, attribute, created_from, created_to, low, high);
`;

/** When instances were that a policy took away, as a GoneByAttribute; NULL for most. */
const historyGone = `
  ALTER TABLE history_entity ADD COLUMN gone TEXT;
`;

/** The broker's file. A change of the tables is one more migration at the end. */
export const brokerSchema: Schema = {
  format: 'carillon-broker',
  migrations: [
    names,
    entities,
    records,
    history,
    deliveries,
    documents,
    attributes,
    values,
    historyPages,
    deadLetters,
    valuesByPlace,
    replays,
    historyQueries,
    historyRollUps,
    historyFormerTypes,
    historyTail,
    historyValues,
    historyGone,
  ],
};
