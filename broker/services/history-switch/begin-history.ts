import { BEFORE_ALL } from '../../domain/date-time.ts';
import type { Entity, Micros } from '../../domain/entity.ts';
import type { Folded } from '../../store/outbox.ts';
import type { Store } from '../../store/store.ts';
import { lackingInstances } from './lacking-instances.ts';

/** What histories are begun with. */
export interface BeginParts {
  readonly store: Pick<Store, 'of' | 'outbox'>;
  /** What was set until then, of Entities with these types, is not lacking, though it be gone; nothing when not given. */
  readonly recordedUntil?: (types: readonly string[]) => Micros;
}

/** What the histories of these Entities lack, each with the state that is given. */
export async function lackingHistories(
  { store, recordedUntil = () => BEFORE_ALL }: BeginParts,
  tenant: string,
  entities: readonly Entity[],
): Promise<Folded['history']> {
  const { temporal } = store.of(tenant);
  const history: Folded['history'][number][] = [];
  for (const entity of entities) {
    const found = await lackingInstances(temporal, tenant, entity, recordedUntil(entity.types));
    if (found !== undefined) history.push(found);
  }
  return history;
}

/** Writes what `lackingHistories` found. Twice is as once. */
export async function addToHistories({ store }: BeginParts, history: Folded['history']): Promise<void> {
  if (history.length > 0) await store.outbox.fold([], { history, deliveries: [] });
}
