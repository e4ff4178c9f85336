import type { Micros } from '../../domain/entity.ts';

/** What the row of an Entity says. */
export interface NumberedEntity {
  readonly no: number;
  readonly createdAt: Micros;
}

/** The numbers of Entities that were asked for lately. */
export interface RememberedNumbers {
  /** The number of an Entity whose row tells of the one that was created then. */
  of(tenant: string, id: string, createdAt: Micros): number | undefined;
  /** When an Entity has its number no more. */
  forget(tenant: string, id: string): void;
  clear(): void;
}

/** 10 MB: some 50,000 Entities, fewer whose ids are long. */
const LARGE = 10_000_000;

/** Asks `find` for those that are not remembered; begins anew when they take up so many bytes. */
export function rememberedNumbers(
  find: (tenant: string, id: string) => NumberedEntity | undefined,
  most = LARGE,
): RememberedNumbers {
  const numbers = new Map<string, Map<string, NumberedEntity>>();
  let size = 0;
  const clear = (): void => {
    numbers.clear();
    size = 0;
  };
  const remember = (tenant: string, id: string, found: NumberedEntity): void => {
    if (size >= most) clear();
    const ofTenant = numbers.get(tenant) ?? new Map<string, NumberedEntity>();
    numbers.set(tenant, ofTenant.set(id, found));
    size += sizeOf(id);
  };
  const forget = (tenant: string, id: string): void => {
    if (numbers.get(tenant)?.delete(id)) size -= sizeOf(id);
  };
  return {
    of: (tenant, id, createdAt) => {
      const known = numbers.get(tenant)?.get(id);
      if (known?.createdAt === createdAt) return known.no;
      forget(tenant, id);
      const found = find(tenant, id);
      if (found?.createdAt !== createdAt) return undefined;
      remember(tenant, id, found);
      return found.no;
    },
    forget,
    clear,
  };
}

/** About what it takes up, with what holds it. */
function sizeOf(id: string): number {
  return id.length + 150;
}
