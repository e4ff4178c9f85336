import { pathsOf } from './attribute-query.ts';
import type { EntityOrder } from './order-by.ts';
import type { EntityQuery } from './query.ts';

/** IRIs of the Attributes on which it depends whether an Entity matches, and where it stands in the order; each once. */
export function namedAttributes(
  { attributes = [], q, geoQ }: EntityQuery,
  { terms }: EntityOrder,
): readonly string[] {
  const first = ({ names }: { readonly names: readonly string[] }): readonly string[] => names.slice(0, 1);
  return [
    ...new Set([
      ...attributes,
      ...(q === undefined ? [] : pathsOf(q).flatMap(first)),
      ...(geoQ === undefined ? [] : geoQ.path.slice(0, 1)),
      ...terms.flatMap(({ subject }) => (subject.kind === 'path' ? first(subject.path) : [])),
    ]),
  ];
}
