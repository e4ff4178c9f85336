import { keyPrefixOf } from './entity-cache.ts';
import type { HistoryTables } from './history-tables.ts';

/** The tables, and what is told of edits to those who read an Entity meanwhile. */
export interface WatchedEdits {
  readonly tables: HistoryTables;
  watch(tenant: string, id: string): Watch;
}

/** Watches the history of one Entity, until its end. */
export interface Watch {
  /** True when something was taken from it or moved within it since: who reads it in steps may have missed that. */
  isEdited(): boolean;
  end(): void;
}

/** What is added meanwhile is no edit: it makes nobody miss what was there. */
export function watchedEdits(tables: HistoryTables): WatchedEdits {
  const watches = new Map<string, Set<{ isEdited: boolean }>>();
  const tell = (tenant: string, id: string): void => {
    for (const watch of watches.get(keyPrefixOf(tenant) + id) ?? []) watch.isEdited = true;
  };
  const { removeEntity, removeAttribute, replaceInstance, removeInstance } = tables.edits;
  return {
    tables: {
      ...tables,
      edits: {
        removeEntity: (tenant, id) => {
          tell(tenant, id);
          return removeEntity(tenant, id);
        },
        removeAttribute: told(tell, removeAttribute),
        replaceInstance: told(tell, replaceInstance),
        removeInstance: told(tell, removeInstance),
      },
      retain: (tenant, id, cutoffsOf) => {
        tell(tenant, id);
        return tables.retain(tenant, id, cutoffsOf);
      },
    },
    watch: (tenant, id) => {
      const key = keyPrefixOf(tenant) + id;
      const watch = { isEdited: false };
      const all = watches.get(key) ?? new Set();
      watches.set(key, all.add(watch));
      return {
        isEdited: () => watch.isEdited,
        end: () => {
          if (all.delete(watch) && all.size === 0) watches.delete(key);
        },
      };
    },
  };
}

function told<
  Place extends { readonly tenant: string; readonly id: string },
  Rest extends readonly unknown[],
>(
  tell: (tenant: string, id: string) => void,
  edit: (place: Place, ...rest: Rest) => boolean,
): (place: Place, ...rest: Rest) => boolean {
  return (place, ...rest) => {
    tell(place.tenant, place.id);
    return edit(place, ...rest);
  };
}
