import type { Vocabulary } from '../vocabulary.ts';
import type { NameInQuery } from './parse-attribute-path.ts';
import type { AttributeQueryOptions, ValueInQuery } from './parse-attribute-query.ts';

type Place = NameInQuery | ValueInQuery;

/**
 * The q for a reader with another @context, to whom it means the same (clauses 4.9, 5.5.7): a name stays as it was
 * written where they read it so, else it is compacted from its IRI. Everything else stays as it is. `parse` reads the
 * text as it was meant.
 * @throws what `parse` throws
 */
export function renameQuery(
  text: string,
  reader: Vocabulary,
  parse: (onName: NonNullable<AttributeQueryOptions['onName']>) => unknown,
): string {
  const places: Place[] = [];
  parse((place) => places.push(place));
  let renamed = '';
  let done = 0;
  for (const place of places) {
    renamed += text.slice(done, place.start) + nameFor(reader, place, text.slice(place.start, place.end));
    done = place.end;
  }
  return renamed + text.slice(done);
}

function nameFor(reader: Vocabulary, place: Place, written: string): string {
  if (isReadSo(reader, place, written)) return written;
  const { kind, iri } = place;
  if (kind === 'value') return JSON.stringify(reader.compactVocab(iri));
  if (kind === 'kept') return JSON.stringify(iri);
  return escaped(reader.compact(iri), kind);
}

function isReadSo(reader: Vocabulary, place: Place, written: string): boolean {
  if (place.kind === 'kept') return false;
  try {
    if (place.kind === 'value') return reader.expandVocab(place.text) === place.iri;
    return reader.expand(decodeURIComponent(written)) === place.iri;
  } catch {
    // The reader's @context maps this name to nothing.
    return false;
  }
}

/** What would end a name that is written in this place. */
const ENDS: Readonly<Record<NameInQuery['kind'], RegExp>> = {
  name: /[.;|()[\]{}=!<>~,"%]/g,
  linked: /[.;|()[\]{}=!<>~,"%:]/g,
  type: /[.;|()[\]{}=!<>~,"%:]/g,
  member: /[.[\]%]/g,
};

function escaped(name: string, kind: NameInQuery['kind']): string {
  return name.replace(ENDS[kind], (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
