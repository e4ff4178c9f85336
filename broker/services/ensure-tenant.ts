import type { Store } from '../store/store.ts';

/** The part of the store that knows the tenants. */
export type Tenants = Pick<Store, 'hasTenant' | 'createTenant'>;

/**
 * Makes the tenant of a creating operation where it is not there (clause 6.3.14). To be called when the request has
 * proven valid and before anything is written: a refused request leaves no tenant behind.
 */
export async function ensureTenant(tenants: Tenants, tenant: string): Promise<void> {
  if (!(await tenants.hasTenant(tenant))) await tenants.createTenant(tenant);
}
