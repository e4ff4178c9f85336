import { describe, expect, it } from '@jest/globals';
import { createMany, creating, deleting } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

/** What `getMany` promises. */
export function getManyContract(open: OpenStore): void {
  describe('getMany', () => {
    const harness = freshStore(open);

    it('gives the Entities of the tenant that exist, by id', async () => {
      const tenant = harness.store.of('a');
      await harness.store.createTenant('a');
      const [first = '', second = '', third = ''] = await createMany(tenant, 3);
      await harness.store.of('').change('urn:ngsi-ld:Lamp:other', creating('urn:ngsi-ld:Lamp:other'));
      await tenant.change(third, deleting());
      const found = await tenant.getMany([second, 'urn:ngsi-ld:Lamp:other', first, third, first]);
      expect([...found.keys()].sort()).toEqual([first, second]);
      expect(found.get(first)).toEqual(await tenant.get(first));
    });

    it('gives none that has expired, and nothing for no ids', async () => {
      const tenant = harness.store.of('');
      const id = 'urn:ngsi-ld:Lamp:brief';
      await tenant.change(id, creating(id, { expiresAt: harness.time() + 1000 }));
      expect((await tenant.getMany([id])).size).toBe(1);
      harness.advance(1000);
      expect((await tenant.getMany([id])).size).toBe(0);
      expect((await tenant.getMany([])).size).toBe(0);
    });

    it('takes thousands of ids', async () => {
      const tenant = harness.store.of('');
      const ids = await createMany(tenant, 300);
      const others = Array.from({ length: 3000 }, (_, at) => `urn:ngsi-ld:Lamp:missing${at}`);
      expect((await tenant.getMany([...others, ...ids])).size).toBe(300);
    });
  });
}
