import { type Json, type JsonObject, NGSI_LD_NULL } from '../domain/entity.ts';
import { isObject } from '../domain/json-object.ts';
import { isText } from '../domain/number-text.ts';
import type { Term } from './term-table.ts';

/**
 * True for the strings that a term coerced to `@id` or `@vocab` turns into references. NGSI-LD Null is an order, not a
 * reference (clause 4.5.0), nor is a number that is kept as its text.
 */
export function isReferable(value: Json): value is string {
  return isText(value) && value !== NGSI_LD_NULL;
}

/**
 * The term that writes a value best: the one whose coercion the value carries, then one without coercion, then any that
 * leaves the value as it is. Undefined when each of them would change its meaning.
 */
export function chooseTerm(terms: readonly Term[], value: Json): Term | undefined {
  const wanted = carriedCoercion(value);
  const found = wanted === undefined ? undefined : terms.find((term) => wanted.includes(term.coercion ?? ''));
  return (
    found ??
    terms.find((term) => term.coercion === undefined || term.coercion === '@none') ??
    terms.find((term) => admits(term.coercion ?? '', value))
  );
}

function carriedCoercion(value: Json): readonly string[] | undefined {
  if (Array.isArray(value)) {
    const first = carriedCoercion(value[0] ?? null);
    const coercion = first?.find((each) => value.every((item) => admits(each, item)));
    return coercion === undefined ? undefined : [coercion];
  }
  if (!isObject(value)) return undefined;
  if (isReference(value)) return ['@id', '@vocab'];
  const type = value['@type'];
  return '@value' in value && isText(type) ? [type] : undefined;
}

/** True for `{ "@id": … }` and nothing else: what a term coerced to `@id` or `@vocab` writes as a plain string. */
export function isReference(value: JsonObject): boolean {
  return isText(value['@id']) && Object.keys(value).length === 1;
}

/** True when a value that is written under the coercion is read back as the same value. */
function admits(coercion: string, value: Json): boolean {
  if (coercion === '@json') return isObject(value) && value['@type'] === '@json';
  if (Array.isArray(value)) return value.every((item) => admits(coercion, item));
  if (value === NGSI_LD_NULL || typeof value === 'object') return true;
  return (coercion === '@id' || coercion === '@vocab') && !isReferable(value);
}
