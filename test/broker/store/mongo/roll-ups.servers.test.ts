import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Cutoffs } from '../../../../broker/domain/retention/history-policy.ts';
import type { HistoryDocument } from '../../../../broker/store/mongo/history-document.ts';
import { openStoreOn } from '../../../../broker/store/mongo/open.ts';
import type { RollUpDocument } from '../../../../broker/store/mongo/roll-up-document.ts';
import { DAY, HOUR } from '../../../../broker/store/roll-ups.ts';
import type { HistoryInstance, Store, TemporalStore } from '../../../../broker/store/store.ts';
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
