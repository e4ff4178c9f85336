import type { Json, JsonObject } from '../../../broker/domain/entity.ts';

/**
 * A core @context document for comparison: definitions in their long form with full IRIs. The older published files
 * have their URL on a line before the JSON.
 */
export function published(text: string): Record<string, Json> {
  const { '@context': context } = JSON.parse(text.slice(text.indexOf('{'))) as { '@context': JsonObject };
  const full = (iri: string): string =>
    iri
      .replace(/^ngsi-ld:/, 'https://uri.etsi.org/ngsi-ld/')
      .replace(/^geojson:/, 'https://purl.org/geojson/vocab#');
  return Object.fromEntries(
    Object.entries(context).map(([term, definition]) => {
      if (term.startsWith('@')) return [term, definition];
      const { '@id': id, ...rest } = (
        typeof definition === 'string' ? { '@id': definition } : definition
      ) as JsonObject;
      const iri = full(id as string);
      // A term that is its own IRI is relative to @vocab.
      return [term, { ...rest, '@id': iri === term ? `${context['@vocab']}${term}` : iri }];
    }),
  );
}

/** A core document without its scoped context, which refers to a document outside. */
export function unscoped(context: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(context).map(([term, definition]) => {
      if (typeof definition !== 'object' || definition === null) return [term, definition];
      const { '@context': _scope, ...rest } = definition as JsonObject;
      return [term, rest];
    }),
  );
}
