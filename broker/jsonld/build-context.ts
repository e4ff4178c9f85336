import type { Json, Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { collectDocuments } from './collect-documents.ts';
import type { Context } from './context.ts';
import type { CachedDocument, ContextCache } from './context-cache.ts';
import { implicitContextId } from './context-ids.ts';
import { type ContextPointer, contextPointer } from './context-pointer.ts';
import { type CoreVersion, coreUrl } from './core-versions.ts';
import { inTurn } from './in-turn.ts';
import { processContext } from './process-context.ts';
import { tableContext } from './table-context.ts';
import { type TermTable, termTable } from './term-table.ts';

/** A Context with what is needed to keep it. */
export interface BuiltContext {
  readonly context: Context;
  /** How many terms it holds in memory. */
  readonly size: number;
  /** When the first of its documents expires; Infinity when none was downloaded. */
  readonly expiresAt: Micros;
  /** The stored documents that it was made of. */
  readonly documents: readonly CachedDocument[];
}

/** Which copy of the document at a URL. */
export type UrlCopy = Pick<CachedDocument, 'url' | 'localId' | 'createdAt'>;

/** The broker's own place for @contexts that come without a URL (kind ImplicitlyCreated, clause 5.13.1). */
export interface OwnContexts {
  urlOf(localId: string): string;
  /** Makes the @context available to a tenant at its URL, durably; no effect when it is. */
  publish(localId: string, context: Json, tenant: string): Promise<void>;
}

/** What building takes. */
export interface Builder {
  readonly coreVersion: CoreVersion;
  readonly documents: Pick<ContextCache, 'load' | 'keep' | 'forget'>;
  readonly preloaded: ReadonlyMap<string, Json>;
  readonly own?: OwnContexts;
  /** Told when a document could not be archived. */
  readonly onProblem: (error: unknown) => void;
}

/**
 * Makes the Context of a `@context` value: collects its documents, processes them once, and puts the core over them.
 * Resolves when the documents are archived.
 * @throws NgsiLdError LdContextNotAvailable or BadRequestData; what is invalid does not stay in the cache.
 */
export async function buildContext(builder: Builder, reference: Json): Promise<BuiltContext> {
  const documents: CachedDocument[] = [];
  const { table, hasCore } = await userTable(builder, reference, documents).catch((error: unknown) => {
    if (error instanceof NgsiLdError && error.type === 'BadRequestData') builder.documents.forget(documents);
    throw error;
  });
  await builder.documents.keep(documents).catch(builder.onProblem);
  const pointer = contextPointer(reference, { coreUrl: coreUrl(builder.coreVersion), hasCore });
  return {
    context: { ...tableContext(table, pointer), ...ownPlace(pointer, builder.own) },
    size: table.terms.size,
    expiresAt: firstExpiry(documents),
    documents,
  };
}

/**
 * When the first of the documents that a Context was made of expires, each as it is now; undefined when one of them is
 * not what it was: then the Context has to be made anew.
 * @throws NgsiLdError as `buildContext`
 */
export async function renewDocuments(
  { documents, onProblem }: Builder,
  copies: readonly UrlCopy[],
): Promise<Micros | undefined> {
  const found = await Promise.all(copies.map(({ url }) => documents.load(url)));
  if (found.some(({ createdAt }, at) => createdAt !== copies[at]?.createdAt)) return undefined;
  await documents.keep(found).catch(onProblem);
  return firstExpiry(found);
}

function firstExpiry(documents: readonly CachedDocument[]): Micros {
  return Math.min(...documents.map((document) => document.expiresAt));
}

/** A URL of this broker for what has none. */
function ownPlace(
  { reference, url }: ContextPointer,
  own: OwnContexts | undefined,
): Pick<Context, 'url' | 'publish'> {
  if (url !== undefined || own === undefined) return {};
  const localId = implicitContextId(reference);
  return { url: own.urlOf(localId), publish: (tenant) => own.publish(localId, reference, tenant) };
}

async function userTable(
  builder: Builder,
  reference: Json,
  used: CachedDocument[],
): Promise<{ readonly table: TermTable; readonly hasCore: boolean }> {
  const load = async (url: string): Promise<CachedDocument> => {
    const document = await builder.documents.load(url);
    used.push(document);
    return document;
  };
  const { objects, hasCore } = await collectDocuments(reference, { preloaded: builder.preloaded, load });
  const table = await inTurn(async () => termTable(builder.coreVersion, await processContext(objects)));
  return { table, hasCore };
}
