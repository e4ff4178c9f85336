import type { Micros } from '../../domain/entity.ts';

import type { Session } from './session.ts';
import { typeToken } from './tokens.ts';
import { ALL_TYPES } from './type-counter.ts';

/**
 * How many Entities a tenant has of each type. Counters are kept in the transaction of each change, added up over its
 * group: a walk through the index of tokens would need a seek for each type and the whole range to count it.
 */
export interface TypeCounts {
  byType(tenant: string): ReadonlyMap<string, number>;
  /** Of one type, or of all when the type is undefined. */
  of(tenant: string, type: string | undefined): number;
}

/** Counts what has not expired; the expired that are still there are few, and counted apart. */
export function typeCounts({ database, tenants, iris, now }: Session): TypeCounts {
  const all = database.prepare<[number, number]>(
    'SELECT type, entities FROM type_count WHERE tenant = ? AND type <> 0 AND entities > 0',
  );
  const one = database.prepare<[number]>('SELECT entities FROM type_count WHERE tenant = ? AND type = ?');
  const expired = database.prepare<[number]>(
    'SELECT seq FROM entity INDEXED BY entity_expiry WHERE expires_at <= ? AND tenant = ?',
  );
  const hasToken = database.prepare('SELECT 1 FROM token WHERE tenant = ? AND token = ? AND seq = ?');
  const expiredAt = (tenant: number, at: Micros) => expired.all(at, tenant);
  const countOf = (gone: ReturnType<typeof expiredAt>, tenant: number, type: number): number => {
    if (type === ALL_TYPES) return gone.length;
    return gone.filter(([seq]) => hasToken.get(tenant, typeToken(type), seq) !== undefined).length;
  };
  return {
    byType: (name) => {
      const tenant = tenants.find(name);
      const counts = new Map<string, number>();
      if (tenant === undefined) return counts;
      const gone = expiredAt(tenant, now());
      for (const [type, entities] of all.all(tenant)) {
        const left = entities - countOf(gone, tenant, type);
        if (left > 0) counts.set(iris.nameOf(type), left);
      }
      return counts;
    },
    of: (name, type) => {
      const tenant = tenants.find(name);
      const no = type === undefined ? ALL_TYPES : iris.find(type);
      if (tenant === undefined || no === undefined) return 0;
      return (one.get(tenant, no)?.[0] ?? 0) - countOf(expiredAt(tenant, now()), tenant, no);
    },
  };
}
