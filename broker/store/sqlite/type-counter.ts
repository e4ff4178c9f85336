import type { Database } from '../../../runtime/sqlite/open.ts';

/** Under this number type_count has all Entities of the tenant. */
export const ALL_TYPES = 0;

/** Notes that the tenant has so many Entities of the type more. */
export type Count = (tenant: number, type: number, difference: number) => void;

/** The counters of a group: added up, so that a hundred creations of one type are one row written. */
export interface TypeCounter {
  readonly add: Count;
  /** Inside the transaction. */
  write(): void;
  forget(): void;
}

export function typeCounter(database: Database): TypeCounter {
  const put = database.prepare(`INSERT INTO type_count (tenant, type, entities) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET entities = entities + excluded.entities`);
  const byTenant = new Map<number, Map<number, number>>();
  const writeTenant = (tenant: number, byType: ReadonlyMap<number, number>): void => {
    for (const [type, difference] of byType) if (difference !== 0) put.run(tenant, type, difference);
  };
  return {
    add: (tenant, type, difference) => {
      let byType = byTenant.get(tenant);
      if (byType === undefined) {
        byType = new Map();
        byTenant.set(tenant, byType);
      }
      byType.set(type, (byType.get(type) ?? 0) + difference);
    },
    write: () => {
      for (const [tenant, byType] of byTenant) writeTenant(tenant, byType);
      byTenant.clear();
    },
    forget: () => byTenant.clear(),
  };
}
