import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Cutoffs } from '../../../../broker/domain/retention/history-policy.ts';
import type {
  HistoryDocument,
  HistoryEntityDocument,
} from '../../../../broker/store/mongo/history-document.ts';
import { holdHours, mergeRollUp } from '../../../../broker/store/mongo/merge-roll-up.ts';
import { openStoreOn } from '../../../../broker/store/mongo/open.ts';
import type { RollUpDocument } from '../../../../broker/store/mongo/roll-up-document.ts';
import { DAY, HOUR } from '../../../../broker/store/roll-ups.ts';
import type { Store } from '../../../../broker/store/store.ts';
import type { HistoryInstance, TemporalStore } from '../../../../broker/store/temporal-store.ts';
import { connectMongo, type MongoConnection } from '../../../../runtime/mongo/connect.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { LAMP, LEVEL, property } from '../contract/entities.ts';
import { START } from '../contract/harness.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const FIRST_DAY = Math.floor(START / DAY) * DAY - 10 * DAY;
const MINUTE = HOUR / 60;
const entity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };
const hourly: Cutoffs = { raw: FIRST_DAY + DAY, hourly: FIRST_DAY };
const daily: Cutoffs = { raw: FIRST_DAY + DAY, hourly: FIRST_DAY + DAY, daily: FIRST_DAY };

function instance(n: number): HistoryInstance {
  const said = { observedAt: FIRST_DAY + n * MINUTE, createdAt: 1, modifiedAt: 1 };
  return {
    ...{ instanceId: `urn:ngsi-ld:Instance:${n}`, entityId: ID, attribute: LEVEL, kind: 'Property' },
    ...said,
    attributeInstance: property(n, 1, said),
  };
}

/** Of the first hour. */
const late = { ...instance(0), instanceId: 'urn:ngsi-ld:Instance:late', attributeInstance: property(9, 1) };

describeWith('mongodb', () => {
  let url: string;
  let time: number;
  let connections: MongoConnection[];
  let stores: Store[];

  beforeEach(async () => {
    time = START;
    url = freshUrl();
    connections = [];
    stores = [];
    for (let n = 0; n < 2; n++) {
      const connection = await connectMongo({ url, defaultDatabase: '' });
      connections.push(connection);
      const options = { now: () => time, cellsOf: () => [], coreContextVersion: 'v1.9' };
      stores.push(await openStoreOn(connection, options));
    }
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await dropDatabase(url);
  });

  const temporal = (index = 0): TemporalStore => (stores[index] as Store).of('').temporal;
  const collection = <T extends { readonly _id: string }>(name: string) =>
    (connections[0] as MongoConnection).database.collection<T>(name);
  const provide = (count: number) =>
    temporal().append(
      entity,
      Array.from({ length: count }, (_, n) => instance(n)),
    );
  const retain = async (cutoffs: Cutoffs, index = 0): Promise<number> => {
    let rolledUp = 0;
    for (;;) {
      const step = await temporal(index).rollUps.retain(ID, () => cutoffs);
      rolledUp += step.rolledUp;
      if (step.isDone) return rolledUp;
    }
  };
  const counts = async () => {
    const query = { attribute: LEVEL, order: 'oldest first', limit: 1000 } as const;
    const { rollUps } = await temporal().rollUps.read(ID, query);
    return rollUps.map(({ summary }) => summary.number?.count);
  };
  const collections = () => ({
    instances: collection<HistoryDocument>('instances'),
    historyEntities: collection<HistoryEntityDocument>('historyEntities'),
    rollUps: collection<RollUpDocument>('rollUps'),
  });
  const hours = () => collections().rollUps.find().sort({ start: 1 }).toArray();
  const raw = async () =>
    (await temporal().instances(ID, { timeproperty: 'observedAt' })).instances.get(LEVEL)?.length ?? 0;

  it('hides what is part of a roll-up already, and deletes it with the next step', async () => {
    await provide(90);
    const rows = await collection<HistoryDocument>('instances').find().toArray();
    await retain(hourly);
    expect(await counts()).toEqual([60, 30]);
    // As one leaves it that ends before it deletes.
    const [first] = await collection<RollUpDocument>('rollUps').find().sort({ start: 1 }).toArray();
    const taken = rows.filter(({ observedAt = 0 }) => observedAt < FIRST_DAY + HOUR);
    await collection<HistoryDocument>('instances').insertMany(taken);
    await collection<RollUpDocument>('rollUps').updateOne(
      { _id: first?._id ?? '' },
      { $set: { unfinished: first?.entity ?? '', taken: taken.map(({ _id }) => _id) } },
    );
    expect(await raw()).toBe(0);
    expect(await temporal().removeInstance(ID, LEVEL, instance(0).instanceId)).toBe(false);
    expect(await temporal().replaceInstance(ID, LEVEL, instance(1).instanceId, (old) => old)).toBe(false);
    expect(await retain(hourly)).toBe(0);
    expect(await counts()).toEqual([60, 30]);
    expect(await collection('instances').countDocuments()).toBe(0);
    expect(await collection('rollUps').countDocuments({ unfinished: { $exists: true } })).toBe(0);
  });

  it('adds nothing twice though several processes do it at the same time', async () => {
    await provide(1200);
    const rolledUp = await Promise.all([retain(hourly, 0), retain(hourly, 1), retain(hourly, 1)]);
    expect(await raw()).toBe(0);
    expect(await counts()).toEqual(Array.from({ length: 20 }, () => 60));
    expect(rolledUp.reduce((all, one) => all + one)).toBeGreaterThanOrEqual(1200);
    await Promise.all([retain(daily, 0), retain(daily, 1)]);
    expect(await counts()).toEqual([1200]);
  });

  it('makes no hour part of a day that others have added to since it was read', async () => {
    await provide(90);
    await retain(hourly);
    const asRead = await hours();
    await temporal().append(entity, [late]);
    expect(await retain(hourly, 1)).toBe(1);
    expect((await holdHours(collections(), asRead, time)).map(({ start }) => start)).toEqual([
      FIRST_DAY + HOUR,
    ]);
    await retain(daily);
    expect(await counts()).toEqual([91]);
  });

  it('adds nothing to an hour that others make part of a day, which they have an hour for', async () => {
    await provide(90);
    await retain(hourly);
    expect(await holdHours(collections(), await hours(), time)).toHaveLength(2);
    await temporal().append(entity, [late]);
    expect([await retain(hourly, 1), await raw(), await counts()]).toEqual([0, 1, [60, 30]]);
    time += HOUR;
    expect([await retain(hourly, 1), await raw()]).toEqual([0, 1]);
    time += 1;
    expect([await retain(hourly, 1), await raw(), await counts()]).toEqual([1, 0, [61, 30]]);
    await retain(daily);
    expect(await counts()).toEqual([91]);
  });

  it('goes on with hours that somebody left while they became part of a day', async () => {
    await provide(90);
    await retain(hourly);
    await holdHours(collections(), await hours(), time);
    await temporal().append(entity, [late]);
    await retain(daily, 1);
    expect([await counts(), await raw()]).toEqual([[91], 0]);
  });

  it('deletes what is in an hour before nothing tells of it any more', async () => {
    await provide(60);
    const rows = await collection<HistoryDocument>('instances').find().toArray();
    await retain(hourly);
    const [hour] = await hours();
    await collection<HistoryDocument>('instances').insertMany(rows);
    const unfinished = { unfinished: hour?.entity ?? '', taken: rows.map(({ _id }) => _id) };
    const asRead = { ...(hour as RollUpDocument), ...unfinished };
    await collection<RollUpDocument>('rollUps').updateOne({ _id: asRead._id }, { $set: unfinished });
    await holdHours(collections(), [asRead], time);
    expect(await collection('instances').countDocuments()).toBe(0);
  });

  it('rolls up no instance as it was before it was edited', async () => {
    await provide(1);
    const [row] = await collection<HistoryDocument>('instances').find().toArray();
    await temporal().replaceInstance(ID, LEVEL, 'urn:ngsi-ld:Instance:0', (old) => ({
      ...old,
      attributeInstance: property(7, 1),
    }));
    const name = { entity: row?.entity ?? '', attribute: LEVEL, datasetId: '', type: 'Property' as const };
    const outcome = await mergeRollUp(collections(), {
      name: { ...name, start: FIRST_DAY, unit: HOUR },
      ...{ instances: [instance(0)], series: [], taken: [{ _id: row?._id ?? '' }], takenHours: [] },
      ...{ leftBefore: 0, era: undefined, removals: undefined },
    });
    expect([outcome, await counts()]).toEqual(['left', []]);
    expect(await retain(hourly)).toBe(1);
    const [hour] = await hours();
    expect(JSON.parse(hour?.summary ?? '{}')).toMatchObject({ number: { count: 1, sum: 7 } });
  });

  it('leaves instances of the last hour, of which some may be folded late', async () => {
    time = FIRST_DAY + DAY;
    const late = { ...instance(1), modifiedAt: time - HOUR + 1 };
    await (stores[0] as Store).outbox.fold([], {
      history: [{ tenant: '', entity, instances: [late] }],
      deliveries: [],
    });
    expect(await retain(hourly)).toBe(0);
    time += 2;
    expect(await retain(hourly)).toBe(1);
  });
});
