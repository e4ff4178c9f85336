import { describe, expect, it } from '@jest/globals';
import type {
  HistoryEntity,
  HistoryInstance,
  HistoryPage,
  HistoryQuery,
} from '../../../../broker/store/temporal-store.ts';
import { LAMP, LEVEL, property } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const OTHER = 'https://example.org/other';
const RARE = 'https://example.org/rare';
const NOTE = 'https://example.org/note';
const entity: HistoryEntity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };
const observed: HistoryQuery = { timeproperty: 'observedAt' };

/** An instance of this value, written at a moment of that number, too. */
function instance(attribute: string, value: number, observedAt: number | undefined): HistoryInstance {
  const when = observedAt === undefined ? {} : { observedAt };
  return {
    instanceId: `urn:ngsi-ld:Instance:${attribute}-${String(value).padStart(4, '0')}`,
    entityId: ID,
    attribute,
    kind: 'Property',
    createdAt: 1,
    modifiedAt: 1000 + value,
    attributeInstance: property(value, 1000 + value, when),
    ...when,
  };
}

/** As many instances, the first at `from`, one each ten microseconds. */
function series(attribute: string, count: number, from: number): readonly HistoryInstance[] {
  return Array.from({ length: count }, (_, n) => instance(attribute, n, from + 10 * n));
}

/** The same with so much text beside its value. */
function large(small: HistoryInstance, characters: number): HistoryInstance {
  const { attributeInstance } = small;
  const note = [property('x'.repeat(characters), attributeInstance.modifiedAt)];
  return { ...small, attributeInstance: { ...attributeInstance, subAttributes: { [NOTE]: note } } };
}

/** Where a walk goes on. */
function behind(
  shown: readonly HistoryInstance[],
  direction: 'forwards' | 'backwards',
): Pick<HistoryQuery, 'from' | 'to'> {
  const times = shown.map(({ observedAt = 0 }) => observedAt);
  return direction === 'forwards' ? { from: Math.max(...times) + 1 } : { to: Math.min(...times) };
}

const valuesOf = (page: HistoryPage, attribute: string) =>
  page.instances.get(attribute)?.map((found) => found.attributeInstance.value);
const laterOf = (page: HistoryPage) =>
  [...page.later].map(([attribute, { attributeInstance }]) => [attribute, attributeInstance.value]);

export function historyPageContract(open: OpenStore): void {
  describe('pages of a history (clause 6.3.10)', () => {
    const harness = freshStore(open);
    const read = (query: HistoryQuery) => harness.store.of('').temporal.instances(ID, query);
    const fold = async (...groups: readonly (readonly HistoryInstance[])[]) => {
      for (const instances of groups) {
        await harness.store.outbox.fold([], {
          history: [{ tenant: '', entity, instances }],
          deliveries: [],
        });
      }
    };

    it('are whole where all fits', async () => {
      await fold([...series(LEVEL, 2, 100), ...series(OTHER, 2, 100)]);
      for (const query of [observed, { ...observed, lastN: 5 }]) {
        const all = await read(query);
        expect(await read({ ...query, limit: 4 })).toEqual(all);
        expect(all).toMatchObject({ isWhole: true, later: new Map() });
      }
    });

    it('are known to have something without being read', async () => {
      const [year1, year9999] = [-62_135_596_800_000_000, 253_402_300_799_000_000];
      const { temporal } = harness.store.of('');
      const within = async (query: Omit<HistoryQuery, 'timeproperty'>, most?: number) =>
        [...(await temporal.attributesWithin(ID, { ...observed, ...query }, most))].sort();
      expect(await within({})).toEqual([]);
      await fold(...series(LEVEL, 50, 100).map((one) => [one]), [
        instance(OTHER, 1, undefined),
        instance(RARE, 2, year1),
        instance(RARE, 3, year9999),
      ]);
      expect(await within({})).toEqual([LEVEL, OTHER, RARE].sort());
      expect(await within({ attributes: [OTHER, LEVEL], except: [LEVEL] })).toEqual([OTHER]);
      expect(await within({ from: year1 - 1 })).toEqual([LEVEL, RARE].sort());
      expect(await within({ from: 101, to: 110 })).toEqual([]);
      expect(await within({ from: 590 })).toEqual([LEVEL, RARE].sort());
      expect(await within({ from: 591, to: year9999 })).toEqual([]);
      expect(await within({ to: 100 })).toEqual([RARE]);
      expect(await within({ to: 101, except: [RARE] }, 1)).toEqual([LEVEL]);
      expect(await within({ datasetIds: ['urn:ngsi-ld:Dataset:none'] })).toEqual([]);
    });

    it('are in order of time, what has none first, in the years 1 and 9999 as well', async () => {
      const [year1, year9999] = [-62_135_596_800_000_000, 253_402_300_799_000_000];
      const times = [year9999, 5, undefined, year1, year1 + 1_000_000];
      const instances = times.map((time, number) => instance(LEVEL, number, time));
      const rest = Array.from({ length: 40 }, (_, number) => instance(LEVEL, 10 + number, year1 - 1_000_000));
      await fold(...[...instances, ...rest].map((one) => [one]), rest);
      const first = await read({ ...observed, limit: 100 });
      const values = valuesOf(first, LEVEL) ?? [];
      expect([values[0], values.slice(-4)]).toEqual([2, [3, 4, 1, 0]]);
      expect(valuesOf(await read({ ...observed, lastN: 2 }), LEVEL)).toEqual([0, 1]);
      expect(valuesOf(await read({ ...observed, from: year1, to: 5 }), LEVEL)).toEqual([3, 4]);
      expect(valuesOf(await read({ ...observed, from: year9999 }), LEVEL)).toEqual([0]);
    });

    it('have by createdAt, which is one for all, what was written last first with lastN', async () => {
      // What is written later is of earlier times.
      const written = Array.from({ length: 60 }, (_, n) => large(instance(LEVEL, n, 1000 - n), 1000));
      for (const one of written) await fold([one]);
      const created: HistoryQuery = { timeproperty: 'createdAt', attributes: [LEVEL] };
      for (const lastN of [1, 4, 40]) {
        const last = Array.from({ length: lastN }, (_, n) => 59 - n);
        expect(valuesOf(await read({ ...created, lastN }), LEVEL)).toEqual(last);
      }
    });

    it('end at one moment for all Attributes, and tell of those that come later', async () => {
      await fold([...series(LEVEL, 4, 100), ...series(OTHER, 4, 105), ...series(RARE, 2, 900)]);
      const page = await read({ ...observed, limit: 5 });
      expect(valuesOf(page, LEVEL)).toEqual([0, 1, 2]);
      expect(valuesOf(page, OTHER)).toEqual([0, 1]);
      expect([laterOf(page), page.isWhole]).toEqual([[[RARE, 0]], false]);
    });

    it('come newest first with lastN, which counts for each Attribute before them', async () => {
      await fold([...series(LEVEL, 4, 100), ...series(OTHER, 4, 105), ...series(RARE, 2, 10)]);
      const page = await read({ ...observed, lastN: 3, limit: 5 });
      expect(valuesOf(page, LEVEL)).toEqual([3, 2]);
      expect(valuesOf(page, OTHER)).toEqual([3, 2, 1]);
      expect([laterOf(page), page.isWhole]).toEqual([[[RARE, 1]], false]);
      expect(valuesOf(await read({ ...observed, lastN: 2, limit: 6 }), LEVEL)).toEqual([3, 2]);
      expect((await read({ ...observed, lastN: 2, limit: 6 })).isWhole).toBe(true);
    });

    it('part no instances of one moment', async () => {
      await fold([...series(LEVEL, 3, 100), ...series(OTHER, 3, 100)]);
      const forwards = await read({ ...observed, limit: 3 });
      expect([valuesOf(forwards, LEVEL), valuesOf(forwards, OTHER)]).toEqual([[0], [0]]);
      const backwards = await read({ ...observed, lastN: 9, limit: 5 });
      expect([valuesOf(backwards, LEVEL), valuesOf(backwards, OTHER)]).toEqual([
        [2, 1],
        [2, 1],
      ]);
    });

    it('hold as much as fits of a moment that is more than a page', async () => {
      const moment = Array.from({ length: 5 }, (_, n) => instance(LEVEL, n, 100));
      await fold([...moment, ...series(OTHER, 2, 200)]);
      const page = await read({ ...observed, limit: 3 });
      expect([valuesOf(page, LEVEL), laterOf(page)]).toEqual([[0, 1, 2], [[OTHER, 0]]]);
    });

    it('hold no more text than is asked for, and one instance at least', async () => {
      const few = series(LEVEL, 9, 100).map((one) => large(one, 10_000));
      await fold(...few.map((one) => [one]), series(OTHER, 9, 105), series(RARE, 1, 900));
      const page = await read({ ...observed, limit: 100, weight: 35_000 });
      expect([valuesOf(page, LEVEL), valuesOf(page, OTHER)]).toEqual([
        [0, 1, 2],
        [0, 1, 2],
      ]);
      expect([laterOf(page), page.isWhole, page.isCut]).toEqual([[[RARE, 0]], false, false]);
      const newest = await read({ ...observed, lastN: 9, attributes: [LEVEL], limit: 100, weight: 1 });
      expect([valuesOf(newest, LEVEL), newest.isWhole]).toEqual([[8], false]);
      const last = await read({ ...observed, lastN: 1, attributes: [LEVEL], limit: 100, weight: 1 });
      expect([valuesOf(last, LEVEL), last.isWhole]).toEqual([[8], true]);
      const all = await read({ ...observed, attributes: [LEVEL], limit: 9, weight: 1_000_000 });
      expect([valuesOf(all, LEVEL)?.length, all.isWhole]).toEqual([9, true]);
    });

    it('tell of a moment that has more text than a page', async () => {
      const moment = Array.from({ length: 5 }, (_, n) => large(instance(LEVEL, n, 100), 10_000));
      await fold([...moment, ...series(OTHER, 2, 200)]);
      const page = await read({ ...observed, weight: 25_000 });
      expect([valuesOf(page, LEVEL), laterOf(page), page.isCut]).toEqual([[0, 1], [[OTHER, 0]], true]);
    });

    it('begin with what has no time where no bound leaves it out', async () => {
      const timeless = [instance(OTHER, 7, undefined), instance(OTHER, 8, undefined)];
      await fold([...series(LEVEL, 3, 100), ...timeless]);
      const page = await read({ ...observed, limit: 3 });
      expect([valuesOf(page, OTHER), valuesOf(page, LEVEL)]).toEqual([[7, 8], [0]]);
      expect(valuesOf(await read({ ...observed, limit: 3, from: 0 }), OTHER)).toBeUndefined();
      const newest = await read({ ...observed, lastN: 9, limit: 3 });
      expect([valuesOf(newest, LEVEL), laterOf(newest)]).toEqual([[2, 1, 0], [[OTHER, 8]]]);
    });

    it.each([
      ['forwards', { limit: 20 }, 20],
      ['backwards', { limit: 20 }, 20],
      ['forwards', { weight: 30_000 }, 40],
      ['backwards', { weight: 30_000 }, 40],
    ] as const)('lead through all of a long history, %s, by %p', async (direction, size, most) => {
      const isForwards = direction === 'forwards';
      const order = isForwards ? {} : { lastN: 1000 };
      const all = [...series(LEVEL, 150, 100), ...series(OTHER, 150, 5), ...series(RARE, 3, 700)];
      const sized = all.map((one, n) => large(one, (n * 53) % 4000));
      const written = sized.map((_, n) => sized[(n * 37) % all.length] as HistoryInstance);
      await fold(...written.map((one) => [one]));
      const met: string[] = [];
      let bounds: Pick<HistoryQuery, 'from' | 'to'> = isForwards ? { from: 0 } : { to: 10_000 };
      for (let isWhole = false; !isWhole; ) {
        const page = await read({ ...observed, ...bounds, ...size, ...order });
        const shown = [...page.instances.values()].flat();
        expect(shown.length).toBeGreaterThan(0);
        expect(shown.length).toBeLessThanOrEqual(most);
        met.push(...shown.map(({ instanceId }) => instanceId));
        bounds = behind(shown, direction);
        isWhole = page.isWhole;
      }
      expect(met).toHaveLength(all.length);
      expect(new Set(met)).toEqual(new Set(all.map(({ instanceId }) => instanceId)));
    });

    it('go by any time property, and hold only what is asked for', async () => {
      await fold([...series(LEVEL, 4, 100), ...series(OTHER, 4, 100)]);
      const page = await read({ timeproperty: 'modifiedAt', except: [OTHER], limit: 2 });
      expect([valuesOf(page, LEVEL), page.later.size, page.isWhole]).toEqual([[0, 1], 0, false]);
      const created = await read({ timeproperty: 'createdAt', attributes: [LEVEL], limit: 2 });
      expect(created.instances.get(LEVEL)).toHaveLength(2);
      expect(await read({ ...observed, datasetIds: ['urn:none'], limit: 1 })).toMatchObject({
        isWhole: true,
      });
    });
  });
}
