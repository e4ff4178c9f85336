import type { Json } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import type { ContextAddress } from '../jsonld/context-address.ts';
import type { CachedDocument, ContextArchive } from '../jsonld/context-cache.ts';
import type { ContextRecords } from './context-records.ts';

/**
 * @contexts in the store: fetched ones, so that a restart without network still knows them, and the broker's own, so
 * that nobody has to ask the broker for them over the network, itself least of all.
 */
export function contextArchive(records: ContextRecords, address: ContextAddress): ContextArchive {
  return {
    get: async (url) => {
      const localId = address.localIdOf(url);
      const own = localId === undefined ? undefined : await ownDocument(records, localId, url);
      if (own !== undefined) return own;
      if (address.isHere(url))
        throw new NgsiLdError('LdContextNotAvailable', `The @context ${url} is not stored here, or no more.`);
      return (await records.content(url)) as unknown as CachedDocument | undefined;
    },
    put: (document) => {
      const { localId, url, createdAt, expiresAt } = document;
      const record = { kind: 'Cached', url, createdAt, expiresAt } as const;
      return records.putCached(localId, record, document as unknown as Json);
    },
  };
}

/** It never changes: only its deletion ends it. */
async function ownDocument(
  records: ContextRecords,
  localId: string,
  url: string,
): Promise<CachedDocument | undefined> {
  const [record, context] = await Promise.all([records.get(localId), records.content(localId)]);
  if (record === undefined || record.kind === 'Cached' || context === undefined) return undefined;
  const { createdAt } = record;
  return { localId, url, base: url, context, createdAt, expiresAt: Number.POSITIVE_INFINITY };
}
