import type { Json, Micros } from '../domain/entity.ts';
import type { Vocabulary } from '../domain/vocabulary.ts';

/** An @context made ready: a Vocabulary, and how to point to it in answers. Immutable and shared between requests. */
export interface Context extends Vocabulary {
  /**
   * What a client writes to get this context, as the `@context` member of an answer: a URL, an object, or an array
   * of them, as given, the core @context appended last when it is not in it, nor in what it points to.
   */
  readonly reference: Json;
  /**
   * The URL for a Link header: the one single URL that was given, else one of this broker (the core itself: the core's
   * URL). Absent where the process serves no @contexts.
   */
  readonly url?: string;
  /**
   * There when `url` is one of this broker for an @context that came without one (kind ImplicitlyCreated, clause
   * 5.13.1): to be awaited before anybody is pointed to it. Answers from memory once it has been done for the tenant.
   * @throws NgsiLdError Unavailable
   */
  readonly publish?: (tenant: string) => Promise<void>;
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

/** How often a stored @context was used, and when last. */
export interface ContextUses {
  readonly count: number;
  readonly last: Micros;
}

/** Which copy of a stored @context something was made of. */
export interface ContextCopy {
  readonly localId: string;
  readonly createdAt: Micros;
}

/** The Contexts of a process with what managing the stored ones takes (clause 5.13). */
export interface ManagedContexts extends Contexts {
  /** The uses since the last call, by local identifier. */
  takeUses(): ReadonlyMap<string, ContextUses>;
  /** Forgets what was made of the copies that meet the condition: they are looked for anew when next used. */
  forget(isGone: (copy: ContextCopy) => boolean): void;
  /**
   * Downloads the @context at a URL anew and puts it in the place of the stored copy (clause 5.13.5.4).
   * @throws NgsiLdError LdContextNotAvailable when it cannot be had in time or is not valid; the old copy stays then.
   */
  reload(url: string): Promise<void>;
}
