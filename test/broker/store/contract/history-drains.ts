import { describe, expect, it } from '@jest/globals';
import type {
  HistoryEntity,
  HistoryInstance,
  TemporalStore,
} from '../../../../broker/store/temporal-store.ts';
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

/**
 * Of a driver that leaves the history of changes to the relay: what is pending is folded before the history is read, and
 * before it is edited, so that folding it later revives nothing.
 */
export function historyDrainContract(open: OpenStore): void {
  describe('a history of which something is pending', () => {
    const harness = freshStore(open);
    const temporal = () => harness.store.of('').temporal;
    const foldPending = async (tenant: string, entityId: string) => {
      const records = await harness.store.outbox.pending(10, { tenant, entityId });
      const history = records.map(() => ({ tenant, entity, instances: [pending] }));
      await harness.store.outbox.fold(records, { history, deliveries: [] });
    };

    it.each(edits)('that is edited by %s drains the Entity first', async (_, edit, left) => {
      await createMany(harness.store.of(''), 2);
      harness.store.setDrain(foldPending);
      expect(await edit(temporal())).toBe(true);
      expect(await harness.store.outbox.pending(10)).toHaveLength(1);
      const { instances } = await temporal().instances(ID, { timeproperty: 'createdAt' });
      expect(instances.get(LEVEL) ?? []).toHaveLength(left);
    });

    it('leaves the current state where it is taken away, and goes on from there', async () => {
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

    it('drains Entities that are asked for by their ids', async () => {
      await createMany(harness.store.of(''), 2);
      harness.store.setDrain(foldPending);
      expect((await temporal().candidates({ ids: [ID], limit: 10 })).entities).toEqual([entity]);
      expect(await harness.store.outbox.pending(10)).toHaveLength(1);
    });

    it('drains those of the tenant where all are asked for', async () => {
      await createMany(harness.store.of(''), 1);
      await createMany(harness.store.of('city'), 1);
      harness.store.setDrain(foldPending);
      expect((await temporal().candidates({ limit: 10 })).entities).toEqual([entity]);
      expect((await harness.store.outbox.pending(10)).map(({ tenant }) => tenant)).toEqual(['city']);
    });

    it('drains an Entity before it is read, and no other', async () => {
      const ids = (await createMany(harness.store.of(''), 2)) as [string, string];
      const drained: string[] = [];
      harness.store.setDrain(async (tenant, entityId) => {
        drained.push(`${tenant}|${entityId}`);
        await foldPending(tenant, entityId);
      });
      const { instances } = await temporal().instances(ID, { timeproperty: 'createdAt' });
      expect(instances.get(LEVEL)).toEqual([pending]);
      expect(drained).toEqual([`|${ids[0]}`]);
      await temporal().getEntity(ids[0]);
      await harness.store.of('city').temporal.getEntity(ids[1]);
      expect(drained).toEqual([`|${ids[0]}`]);
      await temporal().getEntity(ids[1]);
      expect(drained).toEqual([`|${ids[0]}`, `|${ids[1]}`]);
    });

    it('drains what an earlier process left pending', async () => {
      await createMany(harness.store.of(''), 1);
      await harness.reopen();
      const drained: string[] = [];
      harness.store.setDrain(async (_, entityId) => {
        drained.push(entityId);
      });
      await temporal().append(entity, []);
      expect(drained).toEqual([ID]);
    });
  });
}
