import type { GroupRecord, Registry } from './registry.ts';

/** The groups by their apikeys, from memory where it can. */
export interface KnownGroups {
  /** Undefined when there is none. Answers come in the order of the questions. Rejects with RegistryAway. */
  of(apikey: string): Promise<GroupRecord | undefined>;
  /** To be called after every change of the registry. */
  forget(): void;
}

/** Groups with at most `size` answers in memory, also that there is none: strangers may take any number of names. */
export function knownGroups(registry: Pick<Registry, 'groupByApikey'>, size: number): KnownGroups {
  let known = new Map<string, Promise<GroupRecord | undefined>>();
  return {
    of: (apikey) => {
      const cached = known.get(apikey);
      if (cached !== undefined) return cached;
      const current = known;
      if (current.size >= size) current.clear();
      const asked = registry.groupByApikey(apikey);
      current.set(apikey, asked);
      asked.catch(() => current.delete(apikey));
      return asked;
    },
    forget: () => {
      known = new Map();
    },
  };
}
