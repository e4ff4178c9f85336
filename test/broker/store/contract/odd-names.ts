import { describe, expect, it } from '@jest/globals';
import type { Attributes } from '../../../../broker/domain/entity.ts';
import { createMany, creating, foldAll, LAMP, property, typeCounts } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';
import { idsOf } from './pages.ts';

const ODD = [
  '$where',
  'a.b.c',
  'o\'brien "quoted"',
  'Gëël 🏙 城市',
  '__proto__',
  'constructor',
  '%00%',
  'a/b#c|d;e',
  'x'.repeat(300),
  ' ',
] as const;

export function oddNameContract(open: OpenStore): void {
  describe('odd names', () => {
    const harness = freshStore(open);

    it('keeps tenants apart, whatever their names', async () => {
      const id = 'urn:ngsi-ld:Lamp:same';
      for (const name of ODD) {
        await harness.store.createTenant(name);
        await harness.store.of(name).change(id, creating(id, { types: [`urn:${name}`] }));
      }
      expect([...(await harness.store.tenants())].sort()).toEqual([...ODD].sort());
      for (const name of ODD) {
        const tenant = harness.store.of(name);
        expect((await tenant.get(id))?.types).toEqual([`urn:${name}`]);
        expect(await idsOf(tenant, { kind: 'anything' })).toEqual([id]);
        expect(await typeCounts(tenant)).toEqual(new Map([[`urn:${name}`, 1]]));
      }
      expect(await harness.store.of('').get(id)).toBeUndefined();
    });

    it('keeps a tenant and an id apart where their concatenation is the same', async () => {
      await harness.store.of('a').change('b:c', creating('b:c'));
      expect(await harness.store.of('ab').get(':c')).toBeUndefined();
      expect(await harness.store.of('').get('ab:c')).toBeUndefined();
    });

    it('knows the tenants that were made, the default one always, also after opening again', async () => {
      expect(await harness.store.hasTenant('')).toBe(true);
      expect(await harness.store.hasTenant('city')).toBe(false);
      await harness.store.createTenant('city');
      await harness.store.createTenant('city');
      await harness.reopen();
      expect(await harness.store.hasTenant('city')).toBe(true);
      expect(await harness.store.tenants()).toEqual(['city']);
    });

    it('keeps Attributes under any name, also on the way through the change record', async () => {
      const now = harness.time();
      const attributes = Object.fromEntries(ODD.map((name) => [name, [property(name, now)]])) as Attributes;
      const id = 'urn:ngsi-ld:Lamp:odd';
      await harness.store.of('').change(id, creating(id, { attributes }, ['urn:subscription']));
      await harness.reopen();
      const entity = await harness.store.of('').get(id);
      expect(Object.keys(entity?.attributes ?? {}).sort()).toEqual([...ODD].sort());
      const [record] = await foldAll(harness.store);
      expect(record?.change.attributes.map(({ attribute }) => attribute).sort()).toEqual([...ODD].sort());
      expect(record?.change.attributes.map(({ after }) => after?.value).sort()).toEqual([...ODD].sort());
    });

    it('keeps ids, types and scopes under any name', async () => {
      const tenant = harness.store.of('');
      for (const name of ODD) {
        const scopes = [`/${name.replaceAll('/', '_')}`];
        await tenant.change(name, creating(name, { types: [name], scopes }));
        expect(await idsOf(tenant, { kind: 'type', type: name })).toEqual([name]);
        expect(await idsOf(tenant, { kind: 'ids', ids: [name] })).toEqual([name]);
        const condition = { kind: 'scope', scope: scopes[0] as string, below: true } as const;
        expect(await idsOf(tenant, condition)).toEqual([name]);
      }
    });

    it('reads of a tenant that was never made are empty', async () => {
      const tenant = harness.store.of('nobody');
      await createMany(harness.store.of(''), 2);
      expect(await tenant.count({ kind: 'type', type: LAMP })).toBe(0);
      expect(await typeCounts(tenant)).toEqual(new Map());
    });
  });
}
