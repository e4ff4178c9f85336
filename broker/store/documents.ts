import type { Json } from '../domain/entity.ts';

/** A keyed JSON document and where it is kept. */
export interface DocumentRow {
  readonly tenant: string;
  readonly id: string;
  readonly body: Json;
}

/** What was written of a kind of documents since somebody looked last. */
export interface DocumentChanges {
  /** Those that are there, as they are now; in order of creation when they are all. */
  readonly present: readonly DocumentRow[];
  /** Those that are there no more. */
  readonly gone: readonly { readonly tenant: string; readonly id: string }[];
  /** True when `present` are all there are: what is not among them is gone. */
  readonly isWhole: boolean;
}

/** Follows what any process writes of a kind of documents. One call at a time. */
export interface DocumentFeed {
  /**
   * What was written since the last call that resolved; the first gives all there are, and so does one that cannot tell
   * what changed. The cost follows what was written. What is told may be told again; each document in its newest state.
   */
  next(): Promise<DocumentChanges>;
}

/** `kind` is a collection name such as `subscription`; `tenant` and `id` are data and may hold any character. */
export interface Documents {
  get(kind: string, tenant: string, id: string): Promise<Json | undefined>;
  /** The bodies of those that exist, by id. */
  getMany(kind: string, tenant: string, ids: readonly string[]): Promise<ReadonlyMap<string, Json>>;
  /** False when the id exists already. */
  create(kind: string, tenant: string, id: string, body: Json): Promise<boolean>;
  put(kind: string, tenant: string, id: string, body: Json): Promise<void>;
  /** Read, pure function, compare-and-set, until it holds. Returns undefined and writes nothing when the id is absent. */
  update(kind: string, tenant: string, id: string, change: (body: Json) => Json): Promise<Json | undefined>;
  /** False when there was none. */
  remove(kind: string, tenant: string, id: string): Promise<boolean>;
  /** In order of creation. All tenants when `tenant` is undefined. */
  list(kind: string, tenant?: string): Promise<readonly DocumentRow[]>;
  /** Some of those of a tenant in order of creation, and how many there are in all: only these are read. */
  page(kind: string, tenant: string, page: DocumentPage): Promise<DocumentsOfPage>;
  /** Tells of what is written from the first call of its `next` on, without a look at what was not. */
  follow(kind: string): DocumentFeed;
  /** Grows with every write of this kind, by any replica: who keeps a copy polls it and reads again when it moved. */
  revision(kind: string): Promise<string>;
}

export interface DocumentPage {
  readonly offset: number;
  readonly limit: number;
}

export interface DocumentsOfPage {
  readonly rows: readonly DocumentRow[];
  /** How many there are on all pages. */
  readonly count: number;
}
