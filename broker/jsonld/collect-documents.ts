import type { Json, JsonObject } from '../domain/entity.ts';
import { badRequest } from '../domain/errors.ts';
import { isObject } from '../domain/json-object.ts';
import { checkContext, contextLimits } from './check-context.ts';
import type { CachedDocument } from './context-cache.ts';

import { coreDocument } from './core-context.ts';
import { type CoreVersion, coreVersionOf } from './core-versions.ts';
import { domainDocument } from './domain-contexts.ts';

/** The value of a document's `@context` member, and the base of relative URLs in it. */
type LoadedDocument = Pick<CachedDocument, 'context' | 'base'>;

/** Where the documents behind URLs come from, beside the built-in ones. */
export interface DocumentSources {
  /** Documents that an operator has laid ready; they win over downloads. */
  readonly preloaded: ReadonlyMap<string, Json>;
  readonly load: (url: string) => Promise<LoadedDocument>;
}

interface Place {
  readonly base?: string;
  /** The URLs that led here. */
  readonly chain: readonly string[];
}

/** What a `@context` value comes to. */
export interface CollectedContext {
  /** Context objects in the order in which they count; null forgets what is before it. */
  readonly objects: readonly (JsonObject | null)[];
  /** True when a core @context, of whatever version, is among them: given as such, or named by a document. */
  readonly hasCore: boolean;
}

/**
 * Resolves a `@context` value with all the URLs in it, nested ones too.
 * @throws NgsiLdError LdContextNotAvailable, or BadRequestData for what is no context, a loop, or beyond the limits.
 */
export async function collectDocuments(reference: Json, sources: DocumentSources): Promise<CollectedContext> {
  const budget = { documents: contextLimits.documents, terms: contextLimits.terms };
  const objects = await collect({ ...sources, budget }, reference, { chain: [] });
  const counting = objects.slice(objects.lastIndexOf(null) + 1);
  return { objects, hasCore: counting.some((object) => object !== null && unprotectedCores.has(object)) };
}

type Collector = DocumentSources & { readonly budget: { documents: number; terms: number } };

async function collect(
  collector: Collector,
  context: Json,
  place: Place,
): Promise<readonly (JsonObject | null)[]> {
  const members = Array.isArray(context) ? (context as readonly Json[]) : [context];
  spend(collector, 'documents', members.length);
  const collected = await Promise.all(members.map((member) => collectMember(collector, member, place)));
  return collected.flat();
}

async function collectMember(
  collector: Collector,
  member: Json,
  place: Place,
): Promise<readonly (JsonObject | null)[]> {
  if (member === null) return [null];
  if (typeof member === 'string') return collectUrl(collector, member, place);
  if (!isObject(member)) {
    throw badRequest('The @context has a member that is neither a URL, an object nor null. Remove it.');
  }
  spend(collector, 'terms', Object.keys(member).length);
  checkContext(member);
  return [member];
}

async function collectUrl(
  collector: Collector,
  text: string,
  { base, chain }: Place,
): Promise<readonly (JsonObject | null)[]> {
  const url = absoluteUrl(text, base);
  const version = coreVersionOf(url);
  if (version !== undefined) return [unprotectedCore(version)];
  if (chain.includes(url)) throw badRequest(`The @context ${url} includes itself. Break the loop.`);
  if (chain.length >= contextLimits.depth) {
    throw badRequest(
      `The @context ${chain[0]} includes others more than ${contextLimits.depth} levels deep.`,
    );
  }
  const found = (await builtIn(collector, url)) ?? (await collector.load(url));
  return collect(collector, found.context, { base: found.base, chain: [...chain, url] });
}

async function builtIn({ preloaded }: Collector, url: string): Promise<LoadedDocument | undefined> {
  const document = preloaded.get(url) ?? (await domainDocument(url));
  if (document === undefined) return undefined;
  return { context: isObject(document) ? (document['@context'] ?? null) : null, base: url };
}

function absoluteUrl(text: string, base: string | undefined): string {
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href;
  throw badRequest(
    `The @context URL "${text.slice(0, 200)}" is not an absolute http or https URL. Correct it.`,
  );
}

const unprotectedCores = new WeakSet<JsonObject>();

/**
 * A core @context counts where the client put it, so that what follows can build on its terms, and once more, as the
 * broker's own version, in last position (clause 5.5.7). The first time it must not hinder what is between them.
 */
function unprotectedCore(version: CoreVersion): JsonObject {
  const entries = Object.entries(coreDocument(version)['@context']).filter(([name]) => name !== '@protected');
  const core = Object.fromEntries(entries.map(([name, definition]) => [name, withoutScope(definition)]));
  unprotectedCores.add(core);
  return core;
}

function withoutScope(definition: Json): Json {
  if (!isObject(definition) || !('@context' in definition)) return definition;
  const { '@context': _scope, ...rest } = definition;
  return rest;
}

function spend({ budget }: Collector, kind: 'documents' | 'terms', amount: number): void {
  budget[kind] -= amount;
  if (budget[kind] < 0) {
    throw badRequest(
      `The @context has more than ${contextLimits[kind]} ${kind} in all. Take those that are used.`,
    );
  }
}
