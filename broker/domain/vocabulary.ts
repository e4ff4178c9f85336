import type { Json } from './entity.ts';

/**
 * What the domain needs of an @context: names to IRIs and back (clause 5.5.7). `jsonld/` implements it with an
 * immutable term table; it is synchronous and does no I/O. The core @context always wins.
 */
export interface Vocabulary {
  /**
   * A term, prefixed name or IRI as the IRI it denotes; an unknown term goes to the default vocabulary.
   * Keyword aliases give the keyword (`id` gives `@id`).
   * @throws NgsiLdError BadRequestData when the @context maps the term to nothing.
   */
  expand(name: string): string;
  /** The shortest name that expands to this IRI; the IRI itself when there is none. */
  compact(iri: string): string;
  /** Names inside a Property value to IRIs, at every depth; JSON null members vanish, arrays stay as they are. */
  expandValue(value: Json): Json;
  /** The inverse of `expandValue`. */
  compactValue(value: Json): Json;
  /** A VocabProperty value (`@type: @vocab`): as `expand`. */
  expandVocab(name: string): string;
  compactVocab(iri: string): string;
}
