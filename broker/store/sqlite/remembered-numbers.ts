/** The numbers of Entities that were asked for lately. */
export interface RememberedNumbers {
  /** The number of an Entity that has one. */
  of(tenant: string, id: string): number | undefined;
  /** When an Entity has its number no more. */
  forget(tenant: string, id: string): void;
  clear(): void;
}

/** About 10 MB. */
const MOST = 50_000;

/** Asks `find` for those that are not remembered. */
export function rememberedNumbers(
  find: (tenant: string, id: string) => number | undefined,
): RememberedNumbers {
  const numbers = new Map<string, Map<string, number>>();
  let count = 0;
  const clear = (): void => {
    numbers.clear();
    count = 0;
  };
  const remember = (tenant: string, id: string, no: number): void => {
    if (count >= MOST) clear();
    const ofTenant = numbers.get(tenant) ?? new Map<string, number>();
    numbers.set(tenant, ofTenant.set(id, no));
    count += 1;
  };
  return {
    of: (tenant, id) => {
      const known = numbers.get(tenant)?.get(id);
      if (known !== undefined) return known;
      const no = find(tenant, id);
      if (no !== undefined) remember(tenant, id, no);
      return no;
    },
    forget: (tenant, id) => {
      if (numbers.get(tenant)?.delete(id)) count -= 1;
    },
    clear,
  };
}
