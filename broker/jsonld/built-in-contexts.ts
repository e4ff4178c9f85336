import type { Json } from '../domain/entity.ts';
import { cachedContextId } from './context-ids.ts';
import { coreUrl, coreVersionOf, coreVersions } from './core-versions.ts';
import { domainNames, domainUrls } from './domain-contexts.ts';

/** An @context that is known without network and never fetched. */
export interface BuiltInContext {
  readonly localId: string;
  readonly url: string;
  /** What laid it ready: the standard's core, a Smart Data Models domain, or the operator's folder. */
  readonly source: 'core' | 'domain' | 'directory';
}

/** The @contexts that no request makes and none takes away. */
export interface BuiltInContexts {
  /** By local identifier or URL; any URL of a core @context finds that of its version. */
  find(id: string): BuiltInContext | undefined;
  readonly all: readonly BuiltInContext[];
}

/** The core @contexts, those of Smart Data Models and the preloaded ones, which win. */
export function builtInContexts(preloaded: ReadonlyMap<string, Json> = new Map()): BuiltInContexts {
  const all = new Map<string, BuiltInContext>();
  const add = (source: BuiltInContext['source'], urls: Iterable<string>): void => {
    for (const url of urls) {
      const localId = cachedContextId(url);
      all.set(localId, { localId, url, source });
    }
  };
  add('core', coreVersions.map(coreUrl));
  add('domain', domainNames.flatMap(domainUrls));
  add('directory', preloaded.keys());
  return {
    find: (id) => {
      const version = coreVersionOf(id);
      return (
        all.get(version === undefined ? id : cachedContextId(coreUrl(version))) ??
        all.get(cachedContextId(id))
      );
    },
    all: [...all.values()],
  };
}
