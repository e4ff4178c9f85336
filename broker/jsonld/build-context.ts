import type { Json, Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { collectDocuments } from './collect-documents.ts';
import type { Context } from './context.ts';
import type { CachedDocument, ContextCache } from './context-cache.ts';
import { contextPointer } from './context-pointer.ts';
import { type CoreVersion, coreUrl } from './core-versions.ts';
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
}

/** What building takes. */
export interface Builder {
  readonly coreVersion: CoreVersion;
  readonly documents: ContextCache;
  readonly preloaded: ReadonlyMap<string, Json>;
  /** Told when a document could not be archived. */
  readonly onProblem: (error: unknown) => void;
}

/**
 * Makes the Context of a `@context` value: collects its documents, processes them once, and puts the core over them.
 * @throws NgsiLdError LdContextNotAvailable or BadRequestData; what is invalid does not stay in the cache.
 */
export async function buildContext(builder: Builder, reference: Json): Promise<BuiltContext> {
  const used: CachedDocument[] = [];
  const { table, hasCore } = await userTable(builder, reference, used).catch((error: unknown) => {
    if (error instanceof NgsiLdError && error.type === 'BadRequestData') builder.documents.forget(used);
    throw error;
  });
  builder.documents.keep(used).catch(builder.onProblem);
  return {
    context: tableContext(
      table,
      contextPointer(reference, { coreUrl: coreUrl(builder.coreVersion), hasCore }),
    ),
    size: table.terms.size,
    expiresAt: Math.min(...used.map((document) => document.expiresAt)),
  };
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
  return { table: termTable(builder.coreVersion, await processContext(objects)), hasCore };
}
