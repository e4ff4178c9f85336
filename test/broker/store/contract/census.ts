import { describe, expect, it } from '@jest/globals';
import type { Attributes, Entity } from '../../../../broker/domain/entity.ts';
import type { TenantStore } from '../../../../broker/store/store.ts';
import { BIN, changing, createMany, creating, deleting, LAMP, LEVEL, property, setting } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const NAME = 'https://example.org/name';

/** The kinds of each Attribute of each type, in order. */
async function census(tenant: TenantStore, type?: string): Promise<unknown> {
  const types = [...(await tenant.census(type))].map(([iri, attributes]) => [
    iri,
    Object.fromEntries([...attributes].map(([name, kinds]) => [name, [...kinds].sort()])),
  ]);
  return Object.fromEntries(types);
}

/** Which types and Attributes there are, and how many. */
export function censusContract(open: OpenStore): void {
  describe('census and attributeCount', () => {
    const harness = freshStore(open);
    const tenant = () => harness.store.of('');
    const now = () => harness.time();
    const level = (...datasetIds: (string | undefined)[]): Attributes => ({
      [LEVEL]: datasetIds.map((datasetId) =>
        property(1, now(), datasetId === undefined ? {} : { datasetId }),
      ),
    });

    it('tell of every type which Attributes its Entities have, and in which kinds', async () => {
      const named = { ...property('urn:x:1', now()), kind: 'Relationship' as const };
      await tenant().change(
        ID,
        creating(ID, { types: [LAMP, BIN], attributes: level(undefined, 'urn:d:1') }),
      );
      await tenant().change(
        'urn:x:2',
        creating('urn:x:2', { attributes: { [LEVEL]: [named], [NAME]: [named] } }),
      );
      await tenant().change('urn:x:3', creating('urn:x:3', { types: ['urn:Bare'], attributes: {} }));
      expect(await census(tenant())).toEqual({
        [LAMP]: { [LEVEL]: ['Property', 'Relationship'], [NAME]: ['Relationship'] },
        [BIN]: { [LEVEL]: ['Property'] },
        'urn:Bare': {},
      });
      expect(await census(tenant(), BIN)).toEqual({ [BIN]: { [LEVEL]: ['Property'] } });
      expect(await census(tenant(), 'urn:Nothing')).toEqual({});
      expect(await tenant().attributeCount(LEVEL)).toBe(3);
      expect(await tenant().attributeCount(NAME)).toBe(1);
      expect(await tenant().attributeCount('urn:nothing')).toBe(0);
    });

    it('follow every change of instances, kinds, types and of what is there', async () => {
      await createMany(tenant(), 2);
      const [first = '', second = ''] = ['urn:ngsi-ld:Lamp:e0', 'urn:ngsi-ld:Lamp:e1'];
      await tenant().change(
        first,
        setting(() => 7),
      );
      expect(await tenant().attributeCount(LEVEL)).toBe(2);
      await tenant().change(first, changing({ attributes: level(undefined, 'urn:d:1', 'urn:d:2') }));
      expect(await tenant().attributeCount(LEVEL)).toBe(4);
      await tenant().change(first, changing({ types: [BIN, LAMP], attributes: level('urn:d:2') }));
      expect(await tenant().attributeCount(LEVEL)).toBe(2);
      expect(await census(tenant(), BIN)).toEqual({ [BIN]: { [LEVEL]: ['Property'] } });
      const asName: Attributes = { [NAME]: [{ ...property(1, now()), kind: 'VocabProperty' }] };
      await tenant().change(second, changing({ attributes: asName }));
      expect(await census(tenant())).toEqual({
        [BIN]: { [LEVEL]: ['Property'] },
        [LAMP]: { [LEVEL]: ['Property'], [NAME]: ['VocabProperty'] },
      });
      await tenant().change(first, deleting());
      expect(await census(tenant())).toEqual({ [LAMP]: { [NAME]: ['VocabProperty'] } });
      expect(await tenant().attributeCount(LEVEL)).toBe(0);
    });

    it('are right for what is changed several times in one commit, and for what is refused', async () => {
      await Promise.allSettled([
        tenant().change(ID, creating(ID)),
        tenant().change(ID, creating(ID)),
        tenant().change(ID, changing({ attributes: level(undefined, 'urn:d:1') })),
        tenant().change(ID, changing({ types: [BIN] })),
        tenant().change('urn:x:2', creating('urn:x:2')),
        tenant().change('urn:x:2', deleting()),
      ]);
      expect(await census(tenant())).toEqual({ [BIN]: { [LEVEL]: ['Property'] } });
      expect(await tenant().attributeCount(LEVEL)).toBe(2);
    });

    it('leave out what has expired: Entities, and instances of Attributes', async () => {
      const at = now() + 10;
      const attributes: Attributes = {
        [LEVEL]: [property(1, now(), { expiresAt: at }), property(2, now(), { datasetId: 'urn:d:1' })],
        [NAME]: [property(1, now(), { expiresAt: at })],
      };
      await tenant().change(ID, creating(ID, { attributes }));
      await tenant().change('urn:x:2', creating('urn:x:2', { types: [BIN], expiresAt: at }));
      expect(await tenant().attributeCount(LEVEL)).toBe(3);
      expect(await census(tenant(), BIN)).toEqual({ [BIN]: { [LEVEL]: ['Property'] } });
      harness.advance(10);
      expect(await tenant().attributeCount(LEVEL)).toBe(1);
      expect(await census(tenant())).toEqual({ [LAMP]: { [LEVEL]: ['Property'] } });
      await tenant().change(ID, changing({ attributes: level(undefined) }));
      expect(await census(tenant())).toEqual({ [LAMP]: { [LEVEL]: ['Property'] } });
      expect(await tenant().attributeCount(LEVEL)).toBe(1);
    });

    it('are those of the tenant, and survive that the store is opened again', async () => {
      await createMany(harness.store.of('city'), 3);
      await tenant().change(ID, creating(ID, { types: [BIN] }));
      await harness.reopen();
      expect(await census(tenant())).toEqual({ [BIN]: { [LEVEL]: ['Property'] } });
      expect(await harness.store.of('city').attributeCount(LEVEL)).toBe(3);
      await harness.store.of('city').change('urn:ngsi-ld:Lamp:e1', deleting());
      expect(await harness.store.of('city').attributeCount(LEVEL)).toBe(2);
    });

    it('are those of a count of all Entities after many changes', async () => {
      await createMany(tenant(), 12, (index) => ({
        types: index % 3 === 0 ? [LAMP, BIN] : [LAMP],
        attributes: index % 4 === 0 ? {} : level(...['urn:d:1', undefined].slice(index % 2)),
      }));
      for (const index of [1, 5, 6, 9]) await tenant().change(`urn:ngsi-ld:Lamp:e${index}`, deleting());
      const left: Entity[] = [];
      for await (const entities of tenant().find({ kind: 'anything' })) left.push(...entities);
      const instances = left.flatMap(({ attributes }) => attributes[LEVEL] ?? []);
      expect(await tenant().attributeCount(LEVEL)).toBe(instances.length);
      expect(new Set((await tenant().census()).keys())).toEqual(new Set(left.flatMap(({ types }) => types)));
    });
  });
}
