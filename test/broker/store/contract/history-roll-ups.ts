import { describe, expect, it } from '@jest/globals';
import type { Summary } from '../../../../broker/domain/aggregation/summary.ts';
import { draftSummary } from '../../../../broker/domain/aggregation/summary-draft.ts';
import type { Cutoffs } from '../../../../broker/domain/retention/history-policy.ts';
import { DAY, HOUR, type RollUp, type RollUpQuery } from '../../../../broker/store/roll-ups.ts';
import type { HistoryEntity, HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import { LAMP, LEVEL, property } from './entities.ts';
import { freshStore, type OpenStore, START } from './harness.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const SECOND = 'urn:ngsi-ld:Dataset:second';
const OTHER = 'https://example.org/other';
/** A day that begins before all that the tests' clock tells. */
const FIRST_DAY = Math.floor(START / DAY) * DAY - 10 * DAY;
const MINUTE = HOUR / 60;
const entity: HistoryEntity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };

/** One that was observed so many minutes after the first day began. */
function instance(n: number, members: Partial<HistoryInstance> = {}): HistoryInstance {
  const { attribute = LEVEL, datasetId, observedAt = FIRST_DAY + n * MINUTE } = members;
  const said = { observedAt, ...(datasetId !== undefined && { datasetId }) };
  return {
    instanceId: `urn:ngsi-ld:Instance:${attribute === LEVEL ? 'level' : 'other'}-${n}`,
    entityId: ID,
    attribute,
    kind: 'Property',
    observedAt,
    createdAt: 1,
    modifiedAt: FIRST_DAY + n,
    attributeInstance: { ...property(n, 1, said), modifiedAt: FIRST_DAY + n },
    ...members,
  };
}

function summaryOf(...values: readonly number[]): Summary {
  const draft = draftSummary();
  for (const value of values) draft.add(property(value, 1));
  return draft.result();
}

const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, n) => from + n * step);

/** What is rolled up, what is dropped, and what goes with it. */
export function historyRollUpContract(open: OpenStore): void {
  describe('roll-ups of the history', () => {
    const harness = freshStore(open);
    const temporal = () => harness.store.of('').temporal;
    const fold = (instances: readonly HistoryInstance[]) =>
      harness.store.outbox.fold([], { history: [{ tenant: '', entity, instances }], deliveries: [] });
    const foldEach = async (all: readonly HistoryInstance[]) => {
      for (const one of all) await fold([one]);
    };
    const retain = async (cutoffs: Cutoffs, only?: string) => {
      let [rolledUp, dropped] = [0, 0];
      for (;;) {
        const step = await temporal().rollUps.retain(ID, (attribute) =>
          only === undefined || attribute === only ? cutoffs : undefined,
        );
        rolledUp += step.rolledUp;
        dropped += step.dropped;
        if (step.isDone) return { rolledUp, dropped };
      }
    };
    const read = async (more: Partial<RollUpQuery> = {}): Promise<readonly RollUp[]> =>
      (
        await temporal().rollUps.read(ID, {
          attribute: LEVEL,
          order: 'oldest first',
          limit: 1000,
          ...more,
        })
      ).rollUps;
    const values = async (attribute = LEVEL) =>
      (await temporal().instances(ID, { timeproperty: 'observedAt' })).instances
        .get(attribute)
        ?.map(({ attributeInstance }) => attributeInstance.value);
    const counts = async () =>
      (await read()).map(({ start, end, summary }) => [
        (start - FIRST_DAY) / HOUR,
        (end - start) / HOUR,
        Object.values(summary).reduce((all, { count }) => all + count, 0),
      ]);

    it('take the place of instances before the cutoff, by the hour', async () => {
      await foldEach(range(0, 150).map((n) => instance(n)));
      const hourly = { raw: FIRST_DAY + 2 * HOUR, hourly: FIRST_DAY };
      expect(await temporal().rollUps.isAny()).toBe(false);
      expect(await retain(hourly)).toEqual({ rolledUp: 120, dropped: 0 });
      expect(await temporal().rollUps.isAny()).toBe(true);
      expect(await values()).toEqual(range(120, 150));
      expect(await read()).toEqual([
        expect.objectContaining({ time: 'observedAt', start: FIRST_DAY, end: FIRST_DAY + HOUR }),
        expect.objectContaining({ start: FIRST_DAY + HOUR, end: FIRST_DAY + 2 * HOUR }),
      ]);
      expect((await read())[0]?.summary.number).toMatchObject({
        count: 60,
        sum: 1770,
        min: { measure: 0 },
        max: { measure: 59 },
      });
      expect(await temporal().rollUps.attributes(ID)).toEqual([LEVEL]);
      expect(await retain(hourly)).toEqual({ rolledUp: 0, dropped: 0 });
      await harness.reopen();
      expect(await counts()).toEqual([
        [0, 1, 60],
        [1, 1, 60],
      ]);
    });

    it('take in what comes late', async () => {
      await foldEach([instance(1), instance(2)]);
      const hourly = { raw: FIRST_DAY + 2 * HOUR, hourly: FIRST_DAY };
      await retain(hourly);
      await fold([instance(3)]);
      expect(await values()).toEqual([3]);
      expect(await retain(hourly)).toEqual({ rolledUp: 1, dropped: 0 });
      expect((await read()).map(({ summary }) => summary)).toEqual([summaryOf(1, 2, 3)]);
      expect(await values()).toBeUndefined();
    });

    it('become days, and go', async () => {
      await foldEach(range(0, 48 * 60, 30).map((n) => instance(n)));
      const end = FIRST_DAY + 2 * DAY;
      await retain({ raw: end, hourly: FIRST_DAY });
      expect(await counts()).toHaveLength(48);
      await retain({ raw: end, hourly: FIRST_DAY + DAY, daily: FIRST_DAY });
      expect(await counts()).toEqual([[0, 24, 48], ...range(24, 48).map((hour) => [hour, 1, 2])]);
      await retain({ raw: end, hourly: end, daily: FIRST_DAY + DAY });
      expect(await counts()).toEqual([[24, 24, 48]]);
      await retain({ raw: end });
      expect(await counts()).toEqual([]);
    });

    it('are of the first times that there are, too', async () => {
      const yearOne = Date.parse('0001-01-01T00:00:00Z') * 1000;
      const early = { observedAt: yearOne + 90 * MINUTE };
      const all = [instance(1, early), instance(2, { ...early, datasetId: SECOND })];
      await foldEach(all);
      const ages = { raw: FIRST_DAY, hourly: yearOne };
      expect(await retain(ages)).toEqual({ rolledUp: 2, dropped: 0 });
      expect(await temporal().removeAttribute(ID, LEVEL, { datasetId: SECOND })).toBe(true);
      expect(await read()).toEqual([
        expect.objectContaining({ start: yearOne + HOUR, end: yearOne + 2 * HOUR, summary: summaryOf(1) }),
      ]);
      await retain({ ...ages, hourly: FIRST_DAY, daily: yearOne });
      expect(await read()).toEqual([expect.objectContaining({ start: yearOne, end: yearOne + DAY })]);
      await retain({ raw: FIRST_DAY });
      expect(await read()).toEqual([]);
    });

    it('are not made where nothing is to be kept, nor of deletions', async () => {
      await foldEach([...range(0, 100).map((n) => instance(n)), instance(200, { deletedAt: FIRST_DAY + 1 })]);
      const raw = FIRST_DAY + HOUR;
      expect(await retain({ raw })).toEqual({ rolledUp: 0, dropped: 60 });
      expect(await values()).toHaveLength(41);
      expect(await retain({ raw: FIRST_DAY + DAY, hourly: FIRST_DAY })).toEqual({ rolledUp: 40, dropped: 1 });
      expect(await counts()).toEqual([[1, 1, 40]]);
    });

    it('leave the times of what is gone with the Entity, for as long as it has that Attribute', async () => {
      const gone = async () => (await temporal().getEntity(ID))?.gone;
      const span = (first: number, last: number) => ({ first: FIRST_DAY + first, last: FIRST_DAY + last });
      const created = { first: 1, last: 1 };
      await foldEach([...range(0, 180, 20).map((n) => instance(n)), instance(30, { attribute: OTHER })]);
      expect(await gone()).toBeUndefined();
      await retain({ raw: FIRST_DAY + HOUR, hourly: FIRST_DAY }, LEVEL);
      const rolledUp = { observedAt: span(0, 40 * MINUTE), createdAt: created, modifiedAt: span(0, 40) };
      expect(await gone()).toEqual({ [LEVEL]: { rolledUp } });
      await retain({ raw: FIRST_DAY + HOUR }, OTHER);
      const other = span(30 * MINUTE, 30 * MINUTE);
      const dropped = { observedAt: other, createdAt: created, modifiedAt: span(30, 30) };
      await harness.reopen();
      expect(await gone()).toEqual({ [LEVEL]: { rolledUp }, [OTHER]: { dropped } });
      const page = await temporal().candidates({ limit: 9 });
      expect(page.entities.map((one) => one.gone)).toEqual([await gone()]);
      await retain({ raw: FIRST_DAY + 2 * HOUR, hourly: FIRST_DAY + DAY }, LEVEL);
      const hours = { observedAt: span(0, 100 * MINUTE), createdAt: created, modifiedAt: span(60, 100) };
      expect(await gone()).toEqual({
        [LEVEL]: { rolledUp, dropped: { ...hours, observedAt: span(0, 100 * MINUTE) } },
        [OTHER]: { dropped },
      });
      await temporal().removeAttribute(ID, LEVEL, 'all');
      expect(await gone()).toEqual({ [OTHER]: { dropped } });
      await temporal().removeEntity(ID);
      await fold([instance(1)]);
      expect(await gone()).toBeUndefined();
    });

    it('are of each dataset, and of what lacks observedAt by modifiedAt', async () => {
      const { observedAt: _, ...timeless } = instance(7);
      await foldEach([instance(1), instance(2, { datasetId: SECOND }), timeless]);
      await retain({ raw: FIRST_DAY + HOUR, hourly: FIRST_DAY });
      const found = (await read()).map(({ time, datasetId, summary }) => [time, datasetId, summary]);
      expect(found).toHaveLength(3);
      expect(found).toEqual(
        expect.arrayContaining([
          ['observedAt', undefined, summaryOf(1)],
          ['observedAt', SECOND, summaryOf(2)],
          ['modifiedAt', undefined, summaryOf(7)],
        ]),
      );
    });

    it('leave Attributes without cutoffs, types and scopes', async () => {
      const scope = instance(1, { attribute: '@scope' });
      await foldEach([instance(1), instance(2, { attribute: OTHER }), scope]);
      await retain({ raw: FIRST_DAY + HOUR, hourly: FIRST_DAY }, LEVEL);
      expect(await temporal().rollUps.attributes(ID)).toEqual([LEVEL]);
      expect(await values(OTHER)).toEqual([2]);
      await retain({ raw: FIRST_DAY + HOUR });
      expect(await values(OTHER)).toBeUndefined();
      expect(await values('@scope')).toEqual([1]);
    });

    it('are read by interval, from both ends, page by page', async () => {
      await foldEach(range(0, 6 * 60, 20).map((n) => instance(n)));
      await retain({ raw: FIRST_DAY + DAY, hourly: FIRST_DAY });
      const hours = (found: readonly RollUp[]) => found.map(({ start }) => (start - FIRST_DAY) / HOUR);
      const bounds = { from: FIRST_DAY + 1.5 * HOUR, to: FIRST_DAY + 4 * HOUR };
      expect(hours(await read(bounds))).toEqual([1, 2, 3]);
      expect(hours(await read({ ...bounds, order: 'newest first' }))).toEqual([3, 2, 1]);
      const query = { attribute: LEVEL, order: 'newest first', limit: 4 } as const;
      const page = await temporal().rollUps.read(ID, query);
      expect(hours(page.rollUps)).toEqual([5, 4, 3, 2]);
      const { next } = page;
      const rest = await temporal().rollUps.read(ID, { ...query, ...(next && { after: next }) });
      expect(hours(rest.rollUps)).toEqual([1, 0]);
      expect(rest.next).toBeUndefined();
    });

    it('are read with their instances at one moment, and who makes them waits for who reads again', async () => {
      await foldEach(range(0, 180).map((n) => instance(n)));
      const hourly = (hours: number) => ({ raw: FIRST_DAY + hours * HOUR, hourly: FIRST_DAY });
      const rolledUp = async () => (await counts()).reduce((all, [, , count = 0]) => all + count, 0);
      let reads = 0;
      let later: Promise<unknown> = Promise.resolve();
      const found = await temporal().rollUps.steadily(ID, {}, async () => {
        reads++;
        const older = await rolledUp();
        if (reads === 1) await retain(hourly(1));
        if (reads === 2) later = retain(hourly(2));
        const newer = (await values())?.length ?? 0;
        return [older, newer];
      });
      expect([reads, found]).toEqual([2, [60, 120]]);
      await later;
      expect(await rolledUp()).toBe(120);
    });

    it('are read once while those of another Entity are made', async () => {
      await foldEach(range(0, 90).map((n) => instance(n)));
      let reads = 0;
      await temporal().rollUps.steadily('urn:ngsi-ld:Lamp:2', {}, async () => {
        reads++;
        await retain({ raw: FIRST_DAY + HOUR, hourly: FIRST_DAY });
      });
      expect(reads).toBe(1);
    });

    it('go with the Attribute, the dataset or the Entity that is taken away', async () => {
      const all = [instance(1), instance(2, { datasetId: SECOND }), instance(3, { attribute: OTHER })];
      await foldEach(all);
      await retain({ raw: FIRST_DAY + DAY, hourly: FIRST_DAY });
      expect(await temporal().removeAttribute(ID, LEVEL, { datasetId: SECOND })).toBe(true);
      expect((await read()).map(({ summary }) => summary)).toEqual([summaryOf(1)]);
      expect(await temporal().removeAttribute(ID, LEVEL, 'all')).toBe(true);
      expect(await read()).toEqual([]);
      expect(await temporal().removeAttribute(ID, LEVEL, 'all')).toBe(false);
      expect(await read({ attribute: OTHER })).toHaveLength(1);
      expect(await temporal().removeEntity(ID)).toBe(true);
      expect(await read({ attribute: OTHER })).toEqual([]);
      await foldEach(all);
      expect(await read({ attribute: OTHER })).toEqual([]);
    });
  });
}
