import type { Json, Micros } from '../domain/entity.ts';
import type { Documents } from '../store/documents.ts';

/** The kinds of stored @contexts (clause 5.13.1). */
export const contextKinds = ['Cached', 'Hosted', 'ImplicitlyCreated'] as const;
export type ContextKind = (typeof contextKinds)[number];

/** The copy of an @context that is elsewhere; for every tenant. */
export interface CachedRecord {
  readonly kind: 'Cached';
  /** When it was downloaded. */
  readonly createdAt: Micros;
  readonly url: string;
  readonly expiresAt: Micros;
}

/** An @context that this broker serves. */
export interface OwnRecord {
  readonly kind: 'Hosted' | 'ImplicitlyCreated';
  readonly createdAt: Micros;
  /** Those whose requests made it. */
  readonly tenants: readonly string[];
}

/** What is known of a stored @context besides its content. */
export type ContextRecord = CachedRecord | OwnRecord;

/** The kind of document that records are stored as. Its revision moves when an @context comes, goes or is renewed. */
export const RECORD_KIND = 'context-record';
const CONTENT_KIND = 'context';
/** Records and contents are found by identifier, whoever asks: which tenants they are for stands in them. */
const EVERYBODY = '';

/** The stored @contexts: a small record and a content each, by a key of their own. */
export interface ContextRecords {
  get(localId: string): Promise<ContextRecord | undefined>;
  list(): Promise<readonly { readonly localId: string; readonly record: ContextRecord }[]>;
  /** Under the local identifier; the content of a Cached one under its URL. */
  content(key: string): Promise<Json | undefined>;
  /** Stores a copy, in the place of an earlier one. The content comes first: there is never a record without. */
  putCached(localId: string, record: CachedRecord, content: Json): Promise<void>;
  /** Stores one of the broker's own. False when it is there already, with whatever tenants. */
  createOwn(localId: string, record: OwnRecord, content: Json): Promise<boolean>;
  /** Adds a tenant to those that one of the broker's own is for. False when there is no such record. */
  addTenant(localId: string, tenant: string): Promise<boolean>;
  /** Takes an @context from a tenant, and away altogether with the last; a Cached one at once. False when others have it. */
  remove(localId: string, record: ContextRecord, tenant: string): Promise<boolean>;
}

/** The records in the store. */
export function contextRecords(documents: Documents): ContextRecords {
  const changeTenants = (localId: string, change: (tenants: readonly string[]) => readonly string[]) =>
    documents.update(RECORD_KIND, EVERYBODY, localId, (body) => {
      const record = toRecord(body);
      return record.kind === 'Cached' ? body : toJson({ ...record, tenants: change(record.tenants) });
    });
  return {
    get: async (localId) => {
      const body = await documents.get(RECORD_KIND, EVERYBODY, localId);
      return body === undefined ? undefined : toRecord(body);
    },
    list: async () => {
      const rows = await documents.list(RECORD_KIND, EVERYBODY);
      return rows.map(({ id, body }) => ({ localId: id, record: toRecord(body) }));
    },
    content: (key) => documents.get(CONTENT_KIND, EVERYBODY, key),
    putCached: async (localId, record, content) => {
      await documents.put(CONTENT_KIND, EVERYBODY, record.url, content);
      await documents.put(RECORD_KIND, EVERYBODY, localId, toJson(record));
    },
    createOwn: async (localId, record, content) => {
      await documents.put(CONTENT_KIND, EVERYBODY, localId, content);
      return documents.create(RECORD_KIND, EVERYBODY, localId, toJson(record));
    },
    addTenant: async (localId, tenant) => {
      const changed = await changeTenants(localId, (tenants) => [...new Set([...tenants, tenant])]);
      return changed !== undefined;
    },
    remove: async (localId, record, tenant) => {
      if (record.kind !== 'Cached') {
        const left = await changeTenants(localId, (tenants) => tenants.filter((name) => name !== tenant));
        if (left !== undefined && !isNobodys(toRecord(left))) return false;
      }
      await documents.remove(RECORD_KIND, EVERYBODY, localId);
      await documents.remove(CONTENT_KIND, EVERYBODY, record.kind === 'Cached' ? record.url : localId);
      return true;
    },
  };
}

/** True when a tenant may manage an @context: its own, and the copies, which are for all. */
export function isOf(record: ContextRecord, tenant: string): boolean {
  return record.kind === 'Cached' || record.tenants.includes(tenant);
}

function isNobodys(record: ContextRecord): boolean {
  return record.kind !== 'Cached' && record.tenants.length === 0;
}

function toRecord(body: Json): ContextRecord {
  return body as unknown as ContextRecord;
}

function toJson(record: ContextRecord): Json {
  return record as unknown as Json;
}
