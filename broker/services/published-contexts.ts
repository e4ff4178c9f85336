import type { Micros } from '../domain/entity.ts';
import type { OwnContexts } from '../jsonld/build-context.ts';
import type { ContextAddress } from '../jsonld/context-address.ts';
import type { ContextRecords } from './context-records.ts';

/** The place of @contexts without a URL, and the way to forget what was published there. */
export interface PublishedContexts extends OwnContexts {
  /** For @contexts that were deleted: they are published again when somebody is next pointed to them. */
  forget(isGone: (localId: string) => boolean): void;
}

const mostRemembered = 10_000;

/** Publishes @contexts without a URL at the address of this broker (kind ImplicitlyCreated, clause 5.13.1). */
export function publishedContexts(
  records: ContextRecords,
  { urlOf }: ContextAddress,
  now: () => Micros,
): PublishedContexts {
  const published = new Map<string, readonly string[]>();
  return {
    urlOf,
    publish: async (localId, context, tenant) => {
      const tenants = published.get(localId) ?? [];
      if (tenants.includes(tenant)) return;
      const isThere = await records.addTenant(localId, tenant);
      const record = { kind: 'ImplicitlyCreated', createdAt: now(), tenants: [tenant] } as const;
      if (!isThere && !(await records.createOwn(localId, record, context)))
        await records.addTenant(localId, tenant);
      if (published.size >= mostRemembered) published.clear();
      published.set(localId, [...tenants, tenant]);
    },
    forget: (isGone) => {
      for (const localId of published.keys()) if (isGone(localId)) published.delete(localId);
    },
  };
}
