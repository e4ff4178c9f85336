import { describe, expect, it } from '@jest/globals';
import { createMany, creating, foldAll, LAMP, TOLD, typeCounts } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';
import { idsOf } from './pages.ts';

export function durabilityContract(open: OpenStore): void {
  describe('opening and closing', () => {
    const harness = freshStore(open);

    it('keeps Entities, their order and counts through opening again', async () => {
      const ids = await createMany(harness.store.of('city'), 20);
      await harness.reopen();
      const tenant = harness.store.of('city');
      expect(await idsOf(tenant, { kind: 'type', type: LAMP })).toEqual(ids);
      expect(await typeCounts(tenant)).toEqual(new Map([[LAMP, 20]]));
      await tenant.change('urn:last', creating('urn:last'));
      expect(await idsOf(tenant, { kind: 'anything' })).toEqual([...ids, 'urn:last']);
    });

    it('ends what is under way when it is closed', async () => {
      const change = harness.store.of('').change('urn:x:1', creating('urn:x:1', {}, TOLD));
      await harness.store.close();
      await change;
      await harness.reopen();
      expect(await harness.store.of('').get('urn:x:1')).toBeDefined();
      expect(await foldAll(harness.store)).toHaveLength(1);
    });

    it('answers a ping while it is open, and refuses everything with Unavailable when closed', async () => {
      await harness.store.ping();
      const { store } = harness;
      await store.close();
      await store.close();
      await expect(store.ping()).rejects.toMatchObject({ type: 'Unavailable' });
      await expect(store.of('').get('urn:x')).rejects.toMatchObject({ type: 'Unavailable' });
      await expect(store.of('').change('urn:x', creating('urn:x'))).rejects.toMatchObject({
        type: 'Unavailable',
      });
      await expect(store.documents.get('k', '', 'x')).rejects.toMatchObject({ type: 'Unavailable' });
      await expect(store.outbox.pending(1)).rejects.toMatchObject({ type: 'Unavailable' });
    });
  });
}
