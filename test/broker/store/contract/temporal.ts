import { describe, expect, it } from '@jest/globals';
import type { HistoryEntity, HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import { LAMP, LEVEL, property } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const ID = 'urn:ngsi-ld:Lamp:e0';
const entity: HistoryEntity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };

/** A provisioned instance; `made` is when it was provided, which does not make it another one. */
function given(value: number, observedAt: number | undefined, made: number): HistoryInstance {
  const when = observedAt === undefined ? {} : { observedAt };
  return {
    instanceId: `urn:ngsi-ld:Instance:${value}-${observedAt}-${made}`,
    entityId: ID,
    attribute: LEVEL,
    kind: 'Property',
    createdAt: made,
    modifiedAt: made,
    attributeInstance: property(value, made, when),
    ...when,
  };
}

export function temporalContract(open: OpenStore): void {
  describe('temporal provision', () => {
    const harness = freshStore(open);
    const temporal = () => harness.store.of('').temporal;
    const values = async () =>
      (await temporal().instances(ID, { timeproperty: 'createdAt' })).instances
        .get(LEVEL)
        ?.map((found) => found.attributeInstance.value);

    it('makes the history of an Entity that has none, without touching the current state', async () => {
      await temporal().append(entity, [given(1, 100, 1)]);
      expect(await temporal().getEntity(ID)).toEqual(entity);
      expect(await values()).toEqual([1]);
      expect(await harness.store.of('').get(ID)).toBeUndefined();
      expect(await harness.store.outbox.pending(10)).toEqual([]);
    });

    it.each([1, 600])(
      'tells one alone of those that give %d instances at once that it is new',
      async (count) => {
        const some = Array.from({ length: count }, (_, n) => given(n, n, n));
        const atOnce = () => Promise.all([1, 2, 3, 4].map(() => temporal().append(entity, some)));
        expect((await atOnce()).filter((isNew) => isNew)).toHaveLength(1);
        expect(await values()).toHaveLength(count);
        expect(await atOnce()).toEqual([false, false, false, false]);
        await temporal().removeEntity(ID);
        expect((await atOnce()).filter((isNew) => isNew)).toHaveLength(1);
      },
    );

    it('keeps what is known of an Entity that has a history, and adds types to it', async () => {
      await temporal().append(entity, []);
      await temporal().append({ ...entity, types: ['urn:other', LAMP], modifiedAt: 9 }, [given(1, 100, 1)]);
      await temporal().append({ ...entity, types: ['urn:other'] }, []);
      expect(await temporal().getEntity(ID)).toEqual({ ...entity, types: [LAMP, 'urn:other'] });
    });

    it.each([1, 600])('adds %d instances to what is known alone', async (count) => {
      const some = Array.from({ length: count }, (_, n) => given(n, n, n));
      expect(await temporal().extend(ID, [LAMP], some)).toBe(false);
      expect([await temporal().getEntity(ID), await values()]).toEqual([undefined, undefined]);
      await temporal().append(entity, []);
      expect(await temporal().extend(ID, ['urn:other'], some)).toBe(true);
      expect(await temporal().extend(ID, [], some)).toBe(true);
      expect(await temporal().getEntity(ID)).toEqual({ ...entity, types: [LAMP, 'urn:other'] });
      expect(await values()).toHaveLength(count);
      await Promise.all([temporal().removeEntity(ID), temporal().extend(ID, [], [given(-1, 1, 1)])]);
      expect([await temporal().getEntity(ID), await values()]).toEqual([undefined, undefined]);
      expect(await temporal().extend(ID, [], some)).toBe(false);
    });

    it('keeps the types that were added when the Entity changes', async () => {
      const fold = (changed: HistoryEntity) =>
        harness.store.outbox.fold([], {
          history: [{ tenant: '', entity: changed, instances: [] }],
          deliveries: [],
        });
      await temporal().append({ ...entity, types: ['urn:first'] }, []);
      await fold({ ...entity, modifiedAt: 2 });
      await temporal().append({ ...entity, types: ['urn:second'] }, []);
      const newest = { ...entity, types: ['urn:now'], modifiedAt: 3 };
      await fold(newest);
      const types = ['urn:now', 'urn:first', 'urn:second'];
      expect(await temporal().getEntity(ID)).toEqual({ ...newest, types, formerTypes: [LAMP] });
    });

    it('drops an instance equal in Attribute, dataset, observedAt and content', async () => {
      await temporal().append(entity, [given(1, 100, 1), given(1, 100, 2)]);
      await temporal().append(entity, [given(1, 100, 3), given(2, 100, 4), given(1, 200, 5)]);
      await temporal().append(entity, [{ ...given(1, 100, 6), datasetId: 'urn:dataset' }]);
      expect(await values()).toEqual([1, 2, 1, 1]);
    });

    it('takes many instances at once, and drops those that are there, in the history and among themselves', async () => {
      const many = Array.from({ length: 500 }, (_, n) => given(n, 100 + n, n));
      await temporal().append(entity, many.slice(0, 300));
      await temporal().append(entity, [...many, ...many]);
      expect(await values()).toEqual(many.map((_, n) => n));
    });

    it.each(['observedAt', 'createdAt', 'modifiedAt'] as const)(
      'has the one last that was given last, of those of one moment: %s',
      async (timeproperty) => {
        const some = Array.from({ length: 40 }, (_, n) => ({
          ...given((n * 7) % 40, 100, 1),
          instanceId: `urn:ngsi-ld:Instance:${String(n).padStart(2, '0')}`,
        }));
        await temporal().append(entity, some.slice(0, 30));
        await temporal().append(entity, some.slice(30));
        const newest = await temporal().instances(ID, { timeproperty, lastN: 5 });
        expect(newest.instances.get(LEVEL)).toEqual(some.slice(-5).reverse());
        const oldest = await temporal().instances(ID, { timeproperty, limit: 5 });
        expect(oldest.instances.get(LEVEL)).toEqual(some.slice(0, 5));
      },
    );

    it('drops an equal instance that has no observedAt too', async () => {
      await temporal().append(entity, [given(1, undefined, 1)]);
      await temporal().append(entity, [given(1, undefined, 2), given(2, undefined, 3)]);
      expect(await values()).toEqual([1, 2]);
    });
  });
}
