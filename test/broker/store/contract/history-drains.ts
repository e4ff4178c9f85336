import { describe, expect, it } from '@jest/globals';
import type { HistoryEntity, HistoryInstance, TemporalStore } from '../../../../broker/store/store.ts';
import { createMany, LAMP, LEVEL, property, setting } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const ID = 'urn:ngsi-ld:Lamp:e0';
const INSTANCE = 'urn:ngsi-ld:Instance:pending-0';
const entity: HistoryEntity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };

const pending: HistoryInstance = {
  instanceId: INSTANCE,
  entityId: ID,
  attribute: LEVEL,
  kind: 'Property',
  createdAt: 1,
  modifiedAt: 1,
  attributeInstance: property(0, 1),
};

const edits: readonly (readonly [string, (temporal: TemporalStore) => Promise<boolean>, number])[] = [
  ['removeEntity', (temporal) => temporal.removeEntity(ID), 0],
  ['removeAttribute', (temporal) => temporal.removeAttribute(ID, LEVEL, {}), 0],
  ['removeInstance', (temporal) => temporal.removeInstance(ID, LEVEL, INSTANCE), 0],
  ['replaceInstance', (temporal) => temporal.replaceInstance(ID, LEVEL, INSTANCE, (old) => old), 1],
];

/** What a change left pending is folded before the history is edited, so that folding it later revives nothing. */
export function historyDrainContract(open: OpenStore): void {
  describe('edits of a history of which something is pending', () => {
    const harness = freshStore(open);
    const temporal = () => harness.store.of('').temporal;
    const foldPending = async (tenant: string, entityId: string) => {
      const records = await harness.store.outbox.pending(10, { tenant, entityId });
      const history = records.map(() => ({ tenant, entity, instances: [pending] }));
      await harness.store.outbox.fold(records, { history, deliveries: [] });
    };

    it.each(edits)('%s drains the Entity first', async (_, edit, left) => {
      await createMany(harness.store.of(''), 2);
      harness.store.setDrain(foldPending);
      expect(await edit(temporal())).toBe(true);
      expect(await harness.store.outbox.pending(10)).toHaveLength(1);
      const { instances } = await temporal().instances(ID, { timeproperty: 'createdAt' });
      expect(instances.get(LEVEL) ?? []).toHaveLength(left);
    });

    it('leave the current state, which goes on from there', async () => {
      await createMany(harness.store.of(''), 1);
      harness.store.setDrain(foldPending);
      const before = await harness.store.of('').get(ID);
      await temporal().removeEntity(ID);
      expect(await harness.store.of('').get(ID)).toEqual(before);
      await harness.store.of('').change(
        ID,
        setting(() => 5),
      );
      expect(await temporal().getEntity(ID)).toEqual(entity);
    });

    it('a page of candidates with given ids drains those', async () => {
      await createMany(harness.store.of(''), 2);
      harness.store.setDrain(foldPending);
      expect((await temporal().candidates({ ids: [ID], limit: 10 })).entities).toEqual([entity]);
      expect(await harness.store.outbox.pending(10)).toHaveLength(1);
    });

    it('a page of candidates drains what is pending of the tenant', async () => {
      await createMany(harness.store.of(''), 1);
      await createMany(harness.store.of('city'), 1);
      harness.store.setDrain(foldPending);
      expect((await temporal().candidates({ limit: 10 })).entities).toEqual([entity]);
      expect((await harness.store.outbox.pending(10)).map(({ tenant }) => tenant)).toEqual(['city']);
    });
  });
}
