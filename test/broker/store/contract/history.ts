import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../../broker/domain/entity.ts';
import type {
  HistoryEntity,
  HistoryInstance,
  HistoryPage,
  HistoryQuery,
} from '../../../../broker/store/temporal-store.ts';
import { createNotifying, LAMP, LEVEL, property } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const OTHER = 'https://example.org/other';
const SECOND = 'urn:ngsi-ld:Dataset:second';
const entity: HistoryEntity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };

/** The instance number n: observed at n hundred, received a thousand later, in reverse order. */
function instance(n: number, members: Partial<HistoryInstance> = {}): HistoryInstance {
  const modifiedAt = 1000 + (100 - n);
  const attributeInstance = property(n, modifiedAt, { observedAt: n * 100 });
  return {
    instanceId: `urn:ngsi-ld:Instance:${members.attribute ?? LEVEL}-${n}`,
    entityId: ID,
    attribute: LEVEL,
    kind: 'Property',
    observedAt: n * 100,
    createdAt: modifiedAt,
    modifiedAt,
    attributeInstance,
    ...members,
  };
}

const observed: HistoryQuery = { timeproperty: 'observedAt' };
const nothing: HistoryPage = { instances: new Map(), later: new Map(), isWhole: true, isCut: false };

function valuesOf(instances: readonly HistoryInstance[] | undefined): readonly Json[] | undefined {
  return instances?.map(({ attributeInstance }) => attributeInstance.value);
}

export function historyContract(open: OpenStore): void {
  describe('history', () => {
    const harness = freshStore(open);
    const temporal = () => harness.store.of('').temporal;
    const fold = async (instances: readonly HistoryInstance[], of: HistoryEntity = entity, tenant = '') =>
      harness.store.outbox.fold([], { history: [{ tenant, entity: of, instances }], deliveries: [] });
    const values = async (query: HistoryQuery, attribute = LEVEL) =>
      valuesOf((await temporal().instances(ID, query)).instances.get(attribute));

    it('gives instances back as they were, in every member, also after opening again', async () => {
      const whole = instance(1, {
        datasetId: SECOND,
        deletedAt: 5000,
        attributeInstance: property({ a: ['ü'] }, 7, { datasetId: SECOND, unitCode: 'CEL' }),
      });
      const said = property(3, 9, { datasetId: SECOND, observedAt: 300 });
      const more = [
        instance(2),
        instance(3, { datasetId: SECOND, createdAt: 9, modifiedAt: 9, attributeInstance: said }),
        instance(4, { createdAt: 9, modifiedAt: 9, attributeInstance: { ...said, observedAt: 400 } }),
        instance(5, { instanceId: 'urn:other:5', deletedAt: 7 }),
        instance(6, { instanceId: 'urn:ngsi-ld:Instance::6' }),
      ];
      await fold([whole, ...more]);
      await harness.reopen();
      expect((await temporal().instances(ID, observed)).instances.get(LEVEL)).toEqual([whole, ...more]);
    });

    it('knows no Entity that it was never told of, and keeps tenants apart', async () => {
      await fold([instance(1)], entity, 'city');
      expect(await temporal().getEntity(ID)).toBeUndefined();
      expect(await temporal().instances(ID, observed)).toEqual(nothing);
      expect(await harness.store.of('city').temporal.getEntity(ID)).toEqual(entity);
    });

    it('gives all instances oldest first, or the last n of each Attribute newest first', async () => {
      await fold([3, 1, 5, 2, 4].map((n) => instance(n)));
      await fold([7, 6].map((n) => instance(n, { attribute: OTHER })));
      expect(await values(observed)).toEqual([1, 2, 3, 4, 5]);
      expect(await values({ ...observed, lastN: 2 })).toEqual([5, 4]);
      expect(await values({ ...observed, lastN: 2 }, OTHER)).toEqual([7, 6]);
      expect(await values({ ...observed, lastN: 1 }, OTHER)).toEqual([7]);
    });

    it('has from inclusive and to exclusive (clause 4.11)', async () => {
      await fold([1, 2, 3, 4].map((n) => instance(n)));
      expect(await values({ ...observed, from: 200, to: 400 })).toEqual([2, 3]);
      expect(await values({ ...observed, from: 300 })).toEqual([3, 4]);
      expect(await values({ ...observed, to: 200 })).toEqual([1]);
      expect(await values({ ...observed, to: 400, lastN: 1 })).toEqual([3]);
      expect(await temporal().instances(ID, { ...observed, from: 9000 })).toEqual(nothing);
    });

    it.each(['modifiedAt', 'createdAt'] as const)(
      'judges and orders by %s when asked',
      async (timeproperty) => {
        await fold([1, 2, 3].map((n) => instance(n)));
        expect(await values({ timeproperty })).toEqual([3, 2, 1]);
        expect(await values({ timeproperty, lastN: 1 })).toEqual([1]);
        expect(await values({ timeproperty, from: 1098, to: 1099 })).toEqual([2]);
      },
    );

    it('leaves out instances without the time property when there is a bound', async () => {
      const { observedAt: _, ...unobserved } = instance(9);
      await fold([instance(1), unobserved, instance(2, { deletedAt: 700 })]);
      expect(await values({ ...observed, from: 0 })).toEqual([1, 2]);
      expect(await values({ timeproperty: 'deletedAt', from: 0 })).toEqual([2]);
      expect((await values(observed))?.length).toBe(3);
      expect((await values({ ...observed, lastN: 9 }))?.length).toBe(3);
      expect(await values({ ...observed, lastN: 2 })).toEqual([2, 1]);
    });

    it('selects Attributes and datasets, the default one by undefined', async () => {
      await fold([
        instance(1),
        instance(2, { datasetId: SECOND }),
        instance(3, { attribute: OTHER }),
        instance(4, { datasetId: 'urn:third' }),
      ]);
      const others = await temporal().instances(ID, { ...observed, attributes: [OTHER] });
      expect([...others.instances.keys()]).toEqual([OTHER]);
      const rest = await temporal().instances(ID, { ...observed, except: [OTHER] });
      expect([...rest.instances.keys()]).toEqual([LEVEL]);
      expect(await values({ ...observed, datasetIds: [undefined] })).toEqual([1]);
      expect(await values({ ...observed, datasetIds: [SECOND] })).toEqual([2]);
      expect(await values({ ...observed, datasetIds: [undefined, SECOND], lastN: 1 })).toEqual([2]);
      expect(await temporal().instances(ID, { ...observed, attributes: ['urn:none'] })).toEqual(nothing);
    });

    it('takes a folded instance once', async () => {
      await fold([instance(1)]);
      await fold([instance(1), instance(2)]);
      expect(await values(observed)).toEqual([1, 2]);
    });

    it('stays whole and in order when it is long, however it came', async () => {
      const shuffled = Array.from({ length: 101 }, (_, index) => (index * 37) % 101);
      for (const n of shuffled) {
        const rare = n % 50 === 0 ? [instance(n, { attribute: OTHER })] : [];
        await fold([instance(n), ...rare]);
      }
      await harness.reopen();
      const all = Array.from({ length: 101 }, (_, n) => n);
      expect(await values(observed)).toEqual(all);
      expect(await values({ timeproperty: 'modifiedAt' })).toEqual([...all].reverse());
      expect(await values({ ...observed, lastN: 3 })).toEqual([100, 99, 98]);
      expect(await values({ ...observed, lastN: 3, to: 5000 })).toEqual([49, 48, 47]);
      expect(await values({ timeproperty: 'modifiedAt', lastN: 2 })).toEqual([0, 1]);
      expect((await values({ timeproperty: 'createdAt', lastN: 2 }))?.length).toBe(2);
      expect(await values({ ...observed, from: 1000, to: 1300 })).toEqual([10, 11, 12]);
      expect(await values({ ...observed, lastN: 5 }, OTHER)).toEqual([100, 50, 0]);
      expect(await values({ ...observed, datasetIds: [SECOND] })).toBeUndefined();
      await temporal().append(entity, [instance(3, { instanceId: 'urn:again' })]);
      await fold([instance(5), instance(99)]);
      expect(await values(observed)).toEqual(all);
      expect(await values({ ...observed, lastN: 3 })).toEqual([100, 99, 98]);
    });

    it('keeps instances of one moment in the order of their changes', async () => {
      const at = (n: number) => instance(n, { observedAt: 7, modifiedAt: 1000 + n });
      await fold([at(2), at(1), at(3)]);
      expect(await values(observed)).toEqual([1, 2, 3]);
      expect(await values({ ...observed, lastN: 2 })).toEqual([3, 2]);
    });

    it('keeps instances of one moment that were provided in the order of their ids', async () => {
      const given = [4, 1, 5, 3, 2, 6].map((n, index) =>
        instance(n, { observedAt: 7, modifiedAt: 1000, instanceId: `urn:provided:${index}` }),
      );
      await temporal().append(entity, given);
      expect(await values(observed)).toEqual([4, 1, 5, 3, 2, 6]);
      expect(await values({ ...observed, lastN: 6 })).toEqual([6, 2, 3, 5, 1, 4]);
    });

    it('survives the deletion of the Entity, and says when that was', async () => {
      const gone = { ...entity, modifiedAt: 20, deletedAt: 20 };
      await fold([instance(1)]);
      await fold([instance(2, { deletedAt: 20 })], gone);
      expect(await temporal().getEntity(ID)).toEqual(gone);
      expect(await values(observed)).toEqual([1, 2]);
      const again = { ...entity, types: ['urn:again'], createdAt: 30, modifiedAt: 30 };
      await fold([], again);
      expect(await temporal().getEntity(ID)).toEqual({ ...again, formerTypes: [LAMP] });
    });

    it('is not put back by the folding of something older', async () => {
      const later = { ...entity, types: ['urn:later'], modifiedAt: 50 };
      await fold([], later);
      await fold([], entity);
      expect(await temporal().getEntity(ID)).toEqual(later);
    });

    it('folds history, deliveries and the records of many Entities at once', async () => {
      const ids = await createNotifying(harness.store.of(''), 50);
      const records = await harness.store.outbox.pending(100);
      const history = ids.map((id, n) => ({
        tenant: '',
        entity: { ...entity, id },
        instances: [instance(n, { entityId: id, attribute: OTHER })],
      }));
      await harness.store.outbox.fold(records, { history, deliveries: [] });
      for (const id of ids) {
        expect((await temporal().instances(id, observed)).instances.get(OTHER)).toHaveLength(1);
      }
    });
  });
}
