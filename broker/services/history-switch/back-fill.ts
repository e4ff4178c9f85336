import { withRecorded } from '../../domain/change/recorded.ts';
import type { Entity } from '../../domain/entity.ts';
import { withoutExpired } from '../../domain/expiry.ts';
import type { Decision, Store, TenantStore } from '../../store/store.ts';
import { type KeptTypes, keepsAnyOf } from './keeping.ts';

export interface BackFillParts {
  readonly store: Pick<Store, 'of' | 'tenants'>;
  /** Of which Entities current values may be lacking. */
  readonly lacking: KeptTypes;
  /** Resolves when some more may be done, so that requests come between. */
  readonly pause: () => Promise<void>;
  /** Asked between pages: ends it. */
  readonly isStopped: () => boolean;
}

/** Entities whose current values are written at once. */
const AT_ONCE = 100;

/**
 * Gives the histories of Entities that have these types the current values which they lack; resolves to true when it
 * went to the end. An Entity says itself what its history lacks, and its next change records that in its own commit,
 * whatever it is: so each is done once, by whoever comes first, and this can be ended and begun anew at any time.
 */
export async function backFill({ store, lacking, pause, isStopped }: BackFillParts): Promise<boolean> {
  const isMeant = ({ recorded, types }: Entity): boolean =>
    recorded !== undefined && keepsAnyOf(lacking, types);
  for (const tenant of ['', ...(await store.tenants())]) {
    const entities = store.of(tenant);
    for await (const page of entities.find({ kind: 'anything' })) {
      for (let at = 0; at < page.length; at += AT_ONCE) {
        if (isStopped()) return false;
        await recordAll(entities, page.slice(at, at + AT_ONCE).filter(isMeant));
        await pause();
      }
    }
  }
  return true;
}

async function recordAll(entities: TenantStore, some: readonly Entity[]): Promise<void> {
  await Promise.all(some.map(({ id }) => entities.change(id, recordPresent)));
}

/** A change of nothing, with which the history gets what it lacks; none where another one was quicker. */
function recordPresent(current: Entity | undefined, now: number): Decision<undefined> {
  if (current?.recorded === undefined) return { answer: undefined };
  const before = withoutExpired(current, now);
  const nothing = { attributes: [], typesChanged: false, scopesChanged: false };
  const change = withRecorded({ kind: 'updated', entity: before, before, ...nothing }, true);
  return { answer: undefined, change };
}
