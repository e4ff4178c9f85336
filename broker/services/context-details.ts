import { formatDateTime } from '../domain/date-time.ts';
import type { JsonObject, Micros } from '../domain/entity.ts';
import type { BuiltInContext } from '../jsonld/built-in-contexts.ts';
import type { ContextAddress } from '../jsonld/context-address.ts';
import type { ContextRecord } from './context-records.ts';
import type { ContextUsage } from './context-usage.ts';

/** A stored @context without its content. */
export interface StoredContext {
  readonly localId: string;
  readonly record: ContextRecord;
}

/** Where an @context can be had: a Cached one where it came from, the others here. */
export function urlOf({ localId, record }: StoredContext, address: ContextAddress): string {
  return record.kind === 'Cached' ? record.url : address.urlOf(localId);
}

/** The metadata of a stored @context (clause 5.13.3.5). */
export function contextDetails(
  stored: StoredContext,
  address: ContextAddress,
  { numberOfHits = 0, lastUsage }: Partial<ContextUsage> = {},
): JsonObject {
  const { localId, record } = stored;
  return {
    URL: urlOf(stored, address),
    localId,
    kind: record.kind,
    createdAt: formatDateTime(record.createdAt),
    ...(record.kind === 'Cached' && { expiresAt: formatDateTime(record.expiresAt) }),
    ...(lastUsage !== undefined && { lastUsage: formatDateTime(lastUsage) }),
    numberOfHits,
  };
}

const origins: Readonly<Record<BuiltInContext['source'], string>> = {
  core: 'built in',
  domain: 'built in: Smart Data Models',
  directory: 'from CONTEXTS_DIRECTORY',
};

/** The metadata of an @context that the broker comes with: as a Cached one that is there since it started. */
export function builtInDetails({ url, localId, source }: BuiltInContext, startedAt: Micros): JsonObject {
  return {
    URL: url,
    localId,
    kind: 'Cached',
    createdAt: formatDateTime(startedAt),
    extraInfo: origins[source],
  };
}
