import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Cutoffs } from '../../../../broker/domain/retention/history-policy.ts';
import { openStoreOn } from '../../../../broker/store/mongo/open.ts';
import { DAY, HOUR } from '../../../../broker/store/roll-ups.ts';
import type { Store } from '../../../../broker/store/store.ts';
import type { HistoryInstance, TemporalStore } from '../../../../broker/store/temporal-store.ts';
import { connectMongo } from '../../../../runtime/mongo/connect.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { LAMP, LEVEL, property } from '../contract/entities.ts';
import { START } from '../contract/harness.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';
import { type Barrier, barrier, type Hook, hooked } from './hooked-connection.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const FIRST_DAY = Math.floor(START / DAY) * DAY - 10 * DAY;
const MINUTE = HOUR / 60;
const entity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };
const hourly: Cutoffs = { raw: FIRST_DAY + DAY, hourly: FIRST_DAY };
const daily: Cutoffs = { raw: FIRST_DAY + DAY, daily: FIRST_DAY };
const none: Cutoffs = { raw: FIRST_DAY + DAY };
/** It goes to the hour that there is already. */
const SECOND = 'urn:ngsi-ld:Instance:2';

function instance(value: number): HistoryInstance {
  const said = { observedAt: FIRST_DAY + value * MINUTE, createdAt: 1, modifiedAt: 1 };
  return {
    ...{ instanceId: `urn:ngsi-ld:Instance:${value}`, entityId: ID, attribute: LEVEL, kind: 'Property' },
    ...said,
    attributeInstance: property(value, 1, said),
  };
}

describeWith('mongodb', () => {
  let url: string;
  let time: number;
  let stores: Store[];
  let held: Barrier;

  beforeEach(() => {
    time = START;
    url = freshUrl();
    stores = [];
    held = barrier();
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await dropDatabase(url);
  });

  async function open(hooks: Readonly<Record<string, Hook>> = {}): Promise<TemporalStore> {
    const connection = hooked(await connectMongo({ url, defaultDatabase: '' }), hooks);
    const options = { now: () => time, cellsOf: () => [], coreContextVersion: 'v1.9' };
    const store = await openStoreOn(connection, options);
    stores.push(store);
    return store.of('').temporal;
  }
  const once = (): Hook => (calls) => (calls === 0 ? held.pass() : undefined);
  async function retain(store: TemporalStore, cutoffs: Cutoffs): Promise<void> {
    while (!(await store.rollUps.retain(ID, () => cutoffs)).isDone);
  }
  const edited = (store: TemporalStore, observedAt = FIRST_DAY + 2 * MINUTE) =>
    store.replaceInstance(ID, LEVEL, SECOND, (old) => ({
      ...old,
      ...{ observedAt, modifiedAt: time, attributeInstance: property(200, time, { observedAt }) },
    }));
  /** What is there of it, in hours or days, and as instances. */
  async function found(store: TemporalStore) {
    const page = { attribute: LEVEL, order: 'oldest first', limit: 1000 } as const;
    const { rollUps } = await store.rollUps.read(ID, page);
    const { instances } = await store.instances(ID, { timeproperty: 'observedAt' });
    return {
      rolledUp: rollUps.map(({ summary }) => summary.number?.sum),
      raw: (instances.get(LEVEL) ?? []).map(({ attributeInstance }) => attributeInstance.value),
    };
  }
  /** The instance 1 in an hour, and 2 about to become part of it. */
  async function prepare(store: TemporalStore): Promise<void> {
    await store.append(entity, [instance(1)]);
    await retain(store, hourly);
    await store.append(entity, [instance(2)]);
  }

  describe('an instance that is about to be rolled up', () => {
    it('is edited, and rolled up as it is then', async () => {
      const other = await open();
      await prepare(other);
      const keeper = await open({ 'rollUps.replaceOne': once() });
      const retaining = retain(keeper, hourly);
      await held.reached;
      expect(await edited(other)).toBe(true);
      held.open();
      await retaining;
      expect(await found(other)).toEqual({ rolledUp: [1], raw: [200] });
      time += HOUR + 1;
      await retain(keeper, hourly);
      expect(await found(other)).toEqual({ rolledUp: [201], raw: [] });
    });

    it('is taken away, and is in no hour', async () => {
      const other = await open();
      await prepare(other);
      const keeper = await open({ 'rollUps.replaceOne': once() });
      const retaining = retain(keeper, hourly);
      await held.reached;
      expect(await other.removeInstance(ID, LEVEL, SECOND)).toBe(true);
      held.open();
      await retaining;
      expect(await found(other)).toEqual({ rolledUp: [1], raw: [] });
    });

    it.each([
      ['edited', edited],
      ['taken away', (store: TemporalStore) => store.removeInstance(ID, LEVEL, SECOND)],
    ])('is not %s any more by one who read it before it was rolled up', async (_, edit) => {
      const keeper = await open();
      await prepare(keeper);
      const other = await open({ 'instances.updateOne': once() });
      const editing = edit(other);
      await held.reached;
      const deleting = barrier();
      const slow = await open({
        'instances.deleteMany': (calls) => (calls === 0 ? deleting.pass() : undefined),
      });
      const retaining = retain(slow, hourly);
      await deleting.reached;
      held.open();
      expect(await editing).toBe(false);
      deleting.open();
      await retaining;
      expect(await found(keeper)).toEqual({ rolledUp: [3], raw: [] });
    });

    it('is edited after one ended who was about to roll it up', async () => {
      const other = await open();
      await prepare(other);
      const keeper = await open({
        'rollUps.replaceOne': () => {
          throw new Error('the process ends');
        },
      });
      await expect(retain(keeper, hourly)).rejects.toThrow('ends');
      expect(await found(other)).toEqual({ rolledUp: [1], raw: [2] });
      expect(await edited(other)).toBe(true);
      time += HOUR + 1;
      await retain(other, hourly);
      expect(await found(other)).toEqual({ rolledUp: [201], raw: [] });
    });

    it('goes to one of an hour and a day, by the policies of two processes', async () => {
      const other = await open();
      await other.append(entity, [instance(1)]);
      const keeper = await open({ 'rollUps.replaceOne': once() });
      const retaining = retain(keeper, { ...hourly, ...daily });
      await held.reached;
      await retain(other, daily);
      held.open();
      await retaining;
      expect(await found(other)).toEqual({ rolledUp: [1], raw: [] });
    });

    it('shows no hour before something is in it', async () => {
      const other = await open();
      await other.append(entity, [instance(1)]);
      const keeper = await open({ 'rollUps.replaceOne': once() });
      const retaining = retain(keeper, hourly);
      await held.reached;
      expect([await other.rollUps.isAny(), await other.rollUps.attributes(ID)]).toEqual([false, []]);
      expect(await found(other)).toEqual({ rolledUp: [], raw: [1] });
      held.open();
      await retaining;
      expect([await other.rollUps.isAny(), await other.rollUps.attributes(ID)]).toEqual([true, [LEVEL]]);
    });
  });

  it('drops no instance that is edited to be a newer one', async () => {
    const other = await open();
    await other.append(entity, [instance(2)]);
    const keeper = await open({ 'instances.deleteMany': once() });
    const retaining = retain(keeper, none);
    await held.reached;
    expect(await edited(other, START)).toBe(true);
    held.open();
    await retaining;
    expect(await found(other)).toEqual({ rolledUp: [], raw: [200] });
  });
});
