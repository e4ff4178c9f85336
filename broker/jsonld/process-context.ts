import type { JsonObject } from '../domain/entity.ts';
import { badRequest } from '../domain/errors.ts';
import type { MapContainer, Term } from './term-table.ts';

/** What the package jsonld makes of a term. The package has no types for it: see its lib/context.js. */
interface Mapping {
  readonly '@id'?: string | null;
  readonly '@type'?: string;
  readonly '@container'?: readonly string[];
  readonly reverse?: boolean;
  readonly _prefix?: boolean;
}

type ProcessContext = (
  active: unknown,
  local: unknown,
  options: object,
) => Promise<{ readonly mappings: ReadonlyMap<string, Mapping | null> }>;

/**
 * The terms of context documents in their order, by JSON-LD's own context processing; `null` forgets all before it.
 * The documents must be complete: no URLs, no scoped contexts.
 * @throws NgsiLdError BadRequestData when they are not valid JSON-LD.
 */
export async function processContext(documents: readonly (JsonObject | null)[]): Promise<readonly Term[]> {
  const process = await contextProcessor();
  try {
    const initial = await process(null, null, {});
    const { mappings } = await process(initial, documents, { contextResolver: givenDocuments(documents) });
    return [...mappings].flatMap(([name, mapping]) => toTerm(name, mapping));
  } catch (error) {
    throw badRequest(`The @context is not valid JSON-LD: ${explain(error)}`);
  }
}

/** Loaded when first needed: it takes longer to load than the rest of the broker together. */
async function contextProcessor(): Promise<ProcessContext> {
  const { default: jsonld } = await import('jsonld');
  return (jsonld as unknown as { readonly processContext: ProcessContext }).processContext;
}

/**
 * Stands in for the package's resolver, which would fetch URLs and keep every context it has seen by its full text:
 * fetching and remembering are ours.
 */
function givenDocuments(documents: readonly (JsonObject | null)[]): object {
  const resolved = documents.map((document) => ({
    document,
    getProcessed: () => undefined,
    setProcessed: () => undefined,
  }));
  return { resolve: async () => resolved };
}

function toTerm(name: string, mapping: Mapping | null): readonly Term[] {
  if (name.startsWith('@')) return [];
  const map = mapping?.['@container']?.find(isMapContainer);
  return [
    {
      name,
      iri: mapping?.['@id'] ?? null,
      ...(mapping?.['@type'] === undefined ? {} : { coercion: mapping['@type'] }),
      ...(map === undefined ? {} : { map }),
      isPrefix: mapping?._prefix === true,
      isReverse: mapping?.reverse === true,
    },
  ];
}

function isMapContainer(container: string): container is MapContainer {
  return ['@language', '@index', '@id', '@type'].includes(container);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be processed.';
  const { details } = error as { details?: { code?: unknown; term?: unknown } };
  const term = typeof details?.term === 'string' ? ` at the term "${details.term}"` : '';
  if (typeof details?.code === 'string') return `${details.code}${term}. ${error.message}`;
  return 'a term in it is named or nested in a way that cannot be processed.';
}
