/** The numbers of Entities that were asked for lately. */
export interface RememberedNumbers {
  /** The number of an Entity that has one. */
  of(tenant: string, id: string): number | undefined;
  /** When an Entity has its number no more. */
  forget(tenant: string, id: string): void;
  clear(): void;
}

/** 10 MB: some 50,000 Entities, fewer whose ids are long. */
const LARGE = 10_000_000;

/** Asks `find` for those that are not remembered; begins anew when they take up so many bytes. */
export function rememberedNumbers(
  find: (tenant: string, id: string) => number | undefined,
  most = LARGE,
): RememberedNumbers {
  const numbers = new Map<string, Map<string, number>>();
  let size = 0;
  const clear = (): void => {
    numbers.clear();
    size = 0;
  };
  const remember = (tenant: string, id: string, no: number): void => {
    if (size >= most) clear();
    const ofTenant = numbers.get(tenant) ?? new Map<string, number>();
    numbers.set(tenant, ofTenant.set(id, no));
    size += sizeOf(id);
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
      if (numbers.get(tenant)?.delete(id)) size -= sizeOf(id);
    },
    clear,
  };
}

/** About what it takes up, with what holds it. */
function sizeOf(id: string): number {
  return id.length + 150;
}
