import type { Json } from '../domain/entity.ts';
import type { Vocabulary } from '../domain/vocabulary.ts';

/** An @context made ready: a Vocabulary, and how to point to it in answers. Immutable and shared between requests. */
export interface Context extends Vocabulary {
  /**
   * What a client writes to get this context, as the `@context` member of an answer: a URL, an object, or an array
   * of them, as given, the core @context appended last when it is not in it, nor in what it points to.
   */
  readonly reference: Json;
  /** The URL for a Link header; absent when the reference is not one single URL (the core itself: the core's URL). */
  readonly url?: string;
}

export interface Contexts {
  /** The core @context alone: what holds when a request gives none (clause 5.5.5). */
  readonly core: Context;
  /**
   * The Context for a `@context` value from a body, or a URL from a Link header. Answers from memory when it is known;
   * the promise is only there for what has to be fetched. Returns the value itself, not a promise, on a cache hit.
   * @throws NgsiLdError LdContextNotAvailable (unreachable within the time limit), BadRequestData (not a valid context,
   * a scoped or nested context, too big, too deep, a loop).
   */
  resolve(reference: Json): Context | Promise<Context>;
}
