import type { Json } from '../domain/entity.ts';
import type { CachedDocument, ContextArchive } from '../jsonld/context-cache.ts';
import type { Documents } from '../store/store.ts';

const KIND = 'context';
/** Contexts belong to no tenant: what is at a URL is the same for everyone. */
const EVERYBODY = '';

/** Fetched @contexts in the store, so that a restart without network still knows them. */
export function contextArchive(documents: Pick<Documents, 'get' | 'put'>): ContextArchive {
  return {
    get: async (url) => {
      const stored = await documents.get(KIND, EVERYBODY, url);
      return stored === undefined ? undefined : (stored as unknown as CachedDocument);
    },
    put: (document) => documents.put(KIND, EVERYBODY, document.url, document as unknown as Json),
  };
}
