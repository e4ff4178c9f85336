import { describe, expect, it } from '@jest/globals';
import type {
  HistoryEntity,
  HistoryInstance,
  TimeProperty,
} from '../../../../broker/store/temporal-store.ts';
import { LAMP, LEVEL, property } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const SECOND = 'urn:ngsi-ld:Dataset:second';
const OTHER = 'https://example.org/other';
const entity: HistoryEntity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };
/** More than any driver keeps in one piece. */
const MANY = 150;

function instance(n: number, members: Partial<HistoryInstance> = {}): HistoryInstance {
  const { attribute = LEVEL, datasetId } = members;
  const said = { observedAt: n * 100, ...(datasetId !== undefined && { datasetId }) };
  return {
    instanceId: idOf(n, attribute),
    entityId: ID,
    attribute,
    kind: 'Property',
    observedAt: n * 100,
    createdAt: 1,
    modifiedAt: n,
    attributeInstance: { ...property(n, 1, said), modifiedAt: n },
    ...members,
  };
}

function idOf(n: number, attribute = LEVEL): string {
  return `urn:ngsi-ld:Instance:${attribute === LEVEL ? 'level' : 'other'}-${n}`;
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** What takes away from the history, or changes what is in it. */
export function historyEditContract(open: OpenStore): void {
  describe('edits of the history', () => {
    const harness = freshStore(open);
    const temporal = () => harness.store.of('').temporal;
    const fold = (instances: readonly HistoryInstance[], of: HistoryEntity = entity, tenant = '') =>
      harness.store.outbox.fold([], { history: [{ tenant, entity: of, instances }], deliveries: [] });
    const values = async (attribute = LEVEL, timeproperty: TimeProperty = 'modifiedAt', from?: number) =>
      (await temporal().instances(ID, { timeproperty, ...(from !== undefined && { from }) })).instances
        .get(attribute)
        ?.map((found) => found.attributeInstance.value);

    /** Level 0 to 149, every third one of the second dataset, and some of another Attribute between them. */
    const foldMany = async () => {
      for (const n of numbers(MANY)) {
        const other = n % 10 === 0 ? [instance(n, { attribute: OTHER })] : [];
        await fold([instance(n, n % 3 === 0 ? { datasetId: SECOND } : {}), ...other]);
      }
    };

    describe('of a whole Entity', () => {
      it('leave nothing of it, and say whether there was something', async () => {
        await foldMany();
        expect(await temporal().removeEntity(ID)).toBe(true);
        expect(await temporal().getEntity(ID)).toBeUndefined();
        expect(await values()).toBeUndefined();
        await harness.reopen();
        expect(await temporal().getEntity(ID)).toBeUndefined();
        expect(await temporal().removeEntity(ID)).toBe(false);
      });

      it('leave the same id of another tenant, and what is like it', async () => {
        const like = { ...entity, id: `${ID}0` };
        await fold([instance(1)], entity, 'city');
        await fold([instance(1, { entityId: like.id })], like);
        expect(await temporal().removeEntity(ID)).toBe(false);
        await fold([instance(1)]);
        expect(await temporal().removeEntity(ID)).toBe(true);
        expect(await harness.store.of('city').temporal.getEntity(ID)).toEqual(entity);
        expect(await temporal().getEntity(like.id)).toEqual(like);
      });

      it('let the history begin again with what comes next', async () => {
        await temporal().append({ ...entity, types: ['urn:added'] }, [instance(1)]);
        await temporal().removeEntity(ID);
        const again = { ...entity, modifiedAt: 5 };
        await fold([instance(9)], again);
        expect(await temporal().getEntity(ID)).toEqual(again);
        expect(await values()).toEqual([9]);
        await temporal().removeEntity(ID);
        await temporal().append(entity, [instance(1)]);
        expect(await values()).toEqual([1]);
      });
    });

    describe('of an Attribute', () => {
      it('take away those without a datasetId', async () => {
        await foldMany();
        expect(await temporal().removeAttribute(ID, LEVEL, {})).toBe(true);
        expect(await values()).toEqual(numbers(MANY).filter((n) => n % 3 === 0));
        expect(await values(OTHER)).toHaveLength(15);
        expect(await temporal().removeAttribute(ID, LEVEL, {})).toBe(false);
      });

      it('take away those of one dataset', async () => {
        await foldMany();
        expect(await temporal().removeAttribute(ID, LEVEL, { datasetId: SECOND })).toBe(true);
        await harness.reopen();
        expect(await values()).toEqual(numbers(MANY).filter((n) => n % 3 !== 0));
        expect(await temporal().removeAttribute(ID, LEVEL, { datasetId: SECOND })).toBe(false);
        expect(await temporal().removeAttribute(ID, OTHER, { datasetId: SECOND })).toBe(false);
        expect(await values(OTHER)).toHaveLength(15);
      });

      it('find no dataset whose name is like another', async () => {
        await fold([
          instance(1, { instanceId: 'urn:1', datasetId: 'urn:a_b' }),
          instance(2, { instanceId: 'urn:2', datasetId: 'urn:a%' }),
        ]);
        await foldMany();
        const datasetIds = ['urn:a.b', 'urn:A_B', 'urn:a', `urn:${'a'.repeat(60_000)}`];
        for (const datasetId of datasetIds)
          expect(await temporal().removeAttribute(ID, LEVEL, { datasetId })).toBe(false);
        expect(await temporal().removeAttribute(ID, LEVEL, { datasetId: 'urn:a%' })).toBe(true);
        expect(await values()).toHaveLength(MANY + 1);
      });

      it('take away all, and leave the Entity and the rest', async () => {
        await foldMany();
        expect(await temporal().removeAttribute(ID, LEVEL, 'all')).toBe(true);
        expect(await values()).toBeUndefined();
        expect(await values(OTHER)).toHaveLength(15);
        expect(await temporal().getEntity(ID)).toEqual(entity);
        expect(await temporal().removeAttribute(ID, LEVEL, 'all')).toBe(false);
        expect(await temporal().removeAttribute('urn:none', LEVEL, 'all')).toBe(false);
        await fold([instance(1)]);
        expect(await values()).toEqual([1]);
      });
    });

    describe('of one instance', () => {
      it.each([0, 70, 149])('take away number %i of many', async (gone) => {
        await foldMany();
        expect(await temporal().removeInstance(ID, LEVEL, idOf(gone))).toBe(true);
        expect(await values()).toEqual(numbers(MANY).filter((n) => n !== gone));
        expect(await temporal().removeInstance(ID, LEVEL, idOf(gone))).toBe(false);
        expect(await temporal().getEntity(ID)).toEqual(entity);
      });

      it('take away the last one of an Attribute', async () => {
        await fold([instance(1)]);
        expect(await temporal().removeInstance(ID, LEVEL, idOf(1))).toBe(true);
        expect(await values()).toBeUndefined();
        expect(await temporal().getEntity(ID)).toEqual(entity);
      });

      it.each([0, 70, 149])('put another one in the place of number %i', async (changed) => {
        await foldMany();
        await temporal().append(entity, [instance(500)]);
        const olds: HistoryInstance[] = [];
        const replaced = await temporal().replaceInstance(ID, LEVEL, idOf(changed), (old) => {
          olds.push(old);
          const { datasetId: _, ...rest } = instance(changed);
          return { ...rest, observedAt: 90_000, modifiedAt: 1000, attributeInstance: property('new', 1000) };
        });
        expect(replaced).toBe(true);
        expect(olds.at(-1)).toEqual(instance(changed, changed % 3 === 0 ? { datasetId: SECOND } : {}));
        const others = [...numbers(MANY), 500].filter((n) => n !== changed);
        expect(await values()).toEqual([...others, 'new']);
        expect(await values(LEVEL, 'observedAt')).toEqual([...others, 'new']);
        expect(await values(LEVEL, 'observedAt', 80_000)).toEqual(['new']);
        await harness.reopen();
        expect(await values(LEVEL, 'observedAt', 80_000)).toEqual(['new']);
      });

      it.each([
        ['with wildcards', 'urn:%_%:*?_'],
        ['of every script', 'urn:ngsi-ld:Instance:ü\u{1f514}"\\'],
        ['very long', `urn:x:${'\u{1f514}'.repeat(1000)}`],
      ])('take one with an id %s', async (_, instanceId) => {
        await fold([instance(1), instance(2, { instanceId }), instance(3)]);
        await foldMany();
        for (const other of [`${instanceId}0`, `urn:x:${'y'.repeat(60_000)}`])
          expect(await temporal().removeInstance(ID, LEVEL, other)).toBe(false);
        expect(await temporal().replaceInstance(ID, LEVEL, instanceId, (old) => old)).toBe(true);
        expect(await temporal().removeInstance(ID, LEVEL, instanceId)).toBe(true);
        expect(await temporal().removeInstance(ID, LEVEL, instanceId)).toBe(false);
      });

      it('take a provisioned one too, and let it be provided again', async () => {
        await temporal().append(entity, [instance(1), instance(2)]);
        expect(await temporal().removeInstance(ID, LEVEL, idOf(1))).toBe(true);
        expect(await values()).toEqual([2]);
        await temporal().append(entity, [instance(1), instance(2)]);
        expect(await values()).toEqual([1, 2]);
      });

      it('know a replaced one by what it says now', async () => {
        await temporal().append(entity, [instance(1)]);
        await temporal().replaceInstance(ID, LEVEL, idOf(1), (old) => ({
          ...instance(2),
          instanceId: old.instanceId,
        }));
        await temporal().append(entity, [instance(2)]);
        expect(await values()).toEqual([2]);
        await temporal().append(entity, [{ ...instance(1), instanceId: idOf(7) }]);
        expect(await values()).toEqual([1, 2]);
      });

      it('are refused with what the change throws, and then nothing is written', async () => {
        await foldMany();
        const change = () => {
          throw new RangeError('not so');
        };
        await expect(temporal().replaceInstance(ID, LEVEL, idOf(70), change)).rejects.toThrow('not so');
        expect(await values()).toEqual(numbers(MANY));
      });

      it('are refused with more than an instance may have, and then nothing is written', async () => {
        await temporal().append(entity, [instance(1)]);
        const large = { ...property('x'.repeat(4 * 1024 * 1024), 1), modifiedAt: 2 };
        const change = (old: HistoryInstance) => ({ ...old, attributeInstance: large });
        const refused = { type: 'EntityTooLarge', message: expect.stringContaining(LEVEL) };
        await expect(temporal().replaceInstance(ID, LEVEL, idOf(1), change)).rejects.toMatchObject(refused);
        const unknown = { ...entity, id: 'urn:ngsi-ld:Lamp:2' };
        const given = [instance(3), instance(2, { attributeInstance: large })];
        await expect(temporal().append(unknown, given)).rejects.toMatchObject(refused);
        expect(await values()).toEqual([1]);
        expect(await temporal().getEntity(unknown.id)).toBeUndefined();
      });

      it('find nothing under another Attribute, Entity or tenant', async () => {
        await fold([instance(1), instance(1, { attribute: OTHER })]);
        const never = () => {
          throw new RangeError('nothing is to be changed');
        };
        expect(await temporal().removeInstance(ID, OTHER, idOf(1))).toBe(false);
        expect(await temporal().replaceInstance(ID, OTHER, idOf(1), never)).toBe(false);
        expect(await temporal().replaceInstance('urn:none', LEVEL, idOf(1), never)).toBe(false);
        expect(await harness.store.of('city').temporal.removeInstance(ID, LEVEL, idOf(1))).toBe(false);
        expect(await values()).toEqual([1]);
      });
    });
  });
}
