import type { Entity } from '../../domain/entity.ts';
import type { Folded, Store } from '../../store/store.ts';
import { lackingInstances } from './lacking-instances.ts';

/** What histories are begun with. */
export interface BeginParts {
  readonly store: Pick<Store, 'of' | 'outbox'>;
}

/** What the histories of these Entities lack, each with the state that is given. */
export async function lackingHistories(
  { store }: BeginParts,
  tenant: string,
  entities: readonly Entity[],
): Promise<Folded['history']> {
  const { temporal } = store.of(tenant);
  const history: Folded['history'][number][] = [];
  for (const entity of entities) {
    const found = await lackingInstances(temporal, tenant, entity);
    if (found !== undefined) history.push(found);
  }
  return history;
}

/** Writes what `lackingHistories` found. Twice is as once. */
export async function addToHistories({ store }: BeginParts, history: Folded['history']): Promise<void> {
  if (history.length > 0) await store.outbox.fold([], { history, deliveries: [] });
}
