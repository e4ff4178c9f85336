import type { Json, JsonObject, Micros } from '../domain/entity.ts';
import { badRequest, NgsiLdError } from '../domain/errors.ts';
import { isObject } from '../domain/json-object.ts';
import { isUri } from '../domain/names.ts';
import type { BuiltInContext, BuiltInContexts } from '../jsonld/built-in-contexts.ts';
import type { ManagedContexts } from '../jsonld/context.ts';
import type { ContextAddress } from '../jsonld/context-address.ts';
import { cachedContextId } from '../jsonld/context-ids.ts';
import { builtInDetails, contextDetails, type StoredContext, urlOf } from './context-details.ts';
import { type ContextKind, type ContextRecord, type ContextRecords, isOf } from './context-records.ts';
import type { ContextUsages } from './context-usage.ts';
import type { PublishedContexts } from './published-contexts.ts';

export interface JsonldContextServiceParts {
  readonly records: ContextRecords;
  readonly contexts: Pick<ManagedContexts, 'resolve' | 'forget' | 'reload'>;
  readonly usages: Pick<ContextUsages, 'count' | 'flush' | 'read' | 'readAll' | 'remove'>;
  readonly published: Pick<PublishedContexts, 'forget'>;
  readonly address: ContextAddress;
  readonly builtIn: BuiltInContexts;
  readonly now: () => Micros;
  /** A new URI for an @context. */
  readonly newId: () => string;
}

/**
 * Storing, managing and serving @contexts (clause 5.13). Cached ones are for every tenant. Hosted and ImplicitlyCreated
 * ones are listed for and deleted by the tenants that made them (clause 5.5.10); they can be had by those and, since
 * nobody who dereferences the URL of an @context names a tenant, by requests that name none.
 */
export interface JsonldContextService {
  /** Stores an @context, kind Hosted; answers its local identifier. @throws InvalidRequest, BadRequestData (5.13.2) */
  addContext(body: Json, tenant: string): Promise<string>;
  /** The URLs of the stored @contexts, those that the broker comes with last (clause 5.13.3). */
  listContexts(kind: ContextKind | undefined, tenant: string): Promise<readonly string[]>;
  /** As `listContexts`, the metadata of each (clause 5.13.3.5). */
  listContextDetails(kind: ContextKind | undefined, tenant: string): Promise<readonly JsonObject[]>;
  /** The document with the @context. @throws ResourceNotFound; OperationNotSupported for a Cached one (clause 5.13.4) */
  serveContext(id: string, tenant: string): Promise<JsonObject>;
  /** The metadata of one. @throws ResourceNotFound (clause 5.13.4) */
  serveContextDetails(id: string, tenant: string): Promise<JsonObject>;
  /** @throws ResourceNotFound; BadRequestData for one that the broker comes with (clause 5.13.5) */
  deleteContext(id: string, tenant: string): Promise<void>;
  /** Downloads a Cached one anew. @throws BadRequestData, ResourceNotFound, LdContextNotAvailable (clause 5.13.5) */
  reloadContext(id: string, tenant: string): Promise<void>;
}

/** The service over the store and the contexts of this process. */
export function createJsonldContextService(parts: JsonldContextServiceParts): JsonldContextService {
  const startedAt = parts.now();
  return {
    addContext: (body, tenant) => add(parts, body, tenant),
    listContexts: async (kind, tenant) => {
      const stored = await listStored(parts, kind, tenant);
      return [
        ...stored.map((one) => urlOf(one, parts.address)),
        ...listBuiltIn(parts, kind).map(({ url }) => url),
      ];
    },
    listContextDetails: async (kind, tenant) => {
      const stored = await listStored(parts, kind, tenant);
      const usages = await parts.usages.readAll();
      return [
        ...stored.map((one) => contextDetails(one, parts.address, usages.get(one.localId))),
        ...listBuiltIn(parts, kind).map((one) => builtInDetails(one, startedAt)),
      ];
    },
    serveContext: (id, tenant) => serve(parts, id, tenant),
    serveContextDetails: async (id, tenant) => {
      const found = await find(parts, id, (record) => isReadable(record, tenant));
      if (found.kind === 'built-in') return builtInDetails(found.context, startedAt);
      const usage = await parts.usages.read(found.localId);
      parts.usages.count(found.localId);
      return contextDetails(found, parts.address, usage);
    },
    deleteContext: (id, tenant) => remove(parts, id, tenant),
    reloadContext: (id, tenant) => reload(parts, id, tenant),
  };
}

type Found =
  | { readonly kind: 'built-in'; readonly context: BuiltInContext }
  | ({ readonly kind: 'stored' } & StoredContext);

async function add(
  { records, contexts, now, newId }: JsonldContextServiceParts,
  body: Json,
  tenant: string,
): Promise<string> {
  const context = contextIn(body);
  try {
    await contexts.resolve(context);
  } catch (error) {
    // It is kept for later, as it is; whether what it points to is valid shows when it is there.
    if (!(error instanceof NgsiLdError && error.type === 'LdContextNotAvailable')) throw error;
  }
  const localId = newId();
  await records.createOwn(localId, { kind: 'Hosted', createdAt: now(), tenants: [tenant] }, context);
  return localId;
}

/** What is beside the @context is left out (clause 5.13.2.3). */
function contextIn(body: Json): Json {
  const context = isObject(body) ? body['@context'] : undefined;
  if (context !== undefined) return context;
  throw new NgsiLdError('InvalidRequest', 'The body must be a JSON object with the member @context.');
}

async function listStored(
  { records }: JsonldContextServiceParts,
  kind: ContextKind | undefined,
  tenant: string,
): Promise<readonly StoredContext[]> {
  const all = await records.list();
  return all.filter(({ record }) => isOf(record, tenant) && (kind === undefined || record.kind === kind));
}

function listBuiltIn(
  { builtIn }: JsonldContextServiceParts,
  kind: ContextKind | undefined,
): readonly BuiltInContext[] {
  return kind === undefined || kind === 'Cached' ? builtIn.all : [];
}

async function serve(parts: JsonldContextServiceParts, id: string, tenant: string): Promise<JsonObject> {
  const found = await find(parts, id, (record) => isReadable(record, tenant));
  if (found.kind === 'built-in' || found.record.kind === 'Cached') {
    throw new NgsiLdError(
      'OperationNotSupported',
      `The @context ${id} is a copy (kind Cached), which is not served: get it from its own URL, or ask for details=true.`,
    );
  }
  const content = await parts.records.content(found.localId);
  if (content === undefined) throw notFound(id);
  parts.usages.count(found.localId, parts.now());
  return { '@context': content };
}

async function remove(parts: JsonldContextServiceParts, id: string, tenant: string): Promise<void> {
  const found = await find(parts, id, (record) => isOf(record, tenant));
  if (found.kind === 'built-in')
    throw badRequest(`The @context ${found.context.url} comes with the broker: it cannot be deleted.`);
  const { localId, record } = found;
  if (await parts.records.remove(localId, record, tenant)) await parts.usages.remove(localId);
  parts.contexts.forget((copy) => copy.localId === localId);
  parts.published.forget((published) => published === localId);
}

async function reload(parts: JsonldContextServiceParts, id: string, tenant: string): Promise<void> {
  if (!isUri(id)) throw badRequest(`${JSON.stringify(id)} names no @context to be reloaded: it is no URI.`);
  const found = await find(parts, id, (record) => isOf(record, tenant));
  if (found.kind === 'built-in') return reloadBuiltIn(found.context);
  if (found.record.kind !== 'Cached') {
    throw badRequest(
      `The @context ${id} is of kind ${found.record.kind}: only a Cached one can be reloaded. Leave reload out to delete it.`,
    );
  }
  await parts.usages.flush();
  await parts.contexts.reload(found.record.url);
}

/** What is published under the URL of a core @context never changes: the broker's copy is the newest there is. */
function reloadBuiltIn({ source, url }: BuiltInContext): void {
  if (source === 'core') return;
  const remedy =
    source === 'directory'
      ? 'change its file in CONTEXTS_DIRECTORY and start again'
      : 'a newer one comes with a newer broker';
  throw badRequest(`The @context ${url} comes with the broker and is not downloaded: ${remedy}.`);
}

/** @throws NgsiLdError ResourceNotFound, also when it is none that the tenant should know of */
async function find(
  { records, address, builtIn }: JsonldContextServiceParts,
  id: string,
  isVisible: (record: ContextRecord) => boolean,
): Promise<Found> {
  const name = isUrl(id) ? new URL(id).href : id;
  const context = builtIn.find(name);
  if (context !== undefined) return { kind: 'built-in', context };
  const localId = isUrl(name) ? (address.localIdOf(name) ?? cachedContextId(name)) : name;
  const record = await records.get(localId);
  if (record === undefined || !isVisible(record)) throw notFound(id);
  return { kind: 'stored', localId, record };
}

/** @contexts are named by local identifiers, and by URLs: a Cached one by its original, the others by theirs here. */
function isUrl(id: string): boolean {
  return /^https?:/i.test(id) && URL.canParse(id);
}

function isReadable(record: ContextRecord, tenant: string): boolean {
  return tenant === '' || isOf(record, tenant);
}

function notFound(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no stored @context ${JSON.stringify(id)}.`);
}
