import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openMongoStore } from '../../../../broker/store/mongo/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { connectMongo } from '../../../../runtime/mongo/connect.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { BIN, LAMP } from '../contract/entities.ts';
import { START } from '../contract/harness.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';

const historyOf = (n: number, type: string) => ({
  id: `urn:x:${n}`,
  types: [type],
  scopes: [],
  createdAt: 1000 - n,
  modifiedAt: 2000,
});

describeWith('mongodb', () => {
  let url: string;
  const open = (): Promise<Store> =>
    openMongoStore({ url, now: () => START, cellsOf: () => [], coreContextVersion: 'v1.9' });
  beforeEach(() => {
    url = freshUrl();
  });
  afterEach(() => dropDatabase(url));

  /** As the database was before candidates could be asked for. */
  async function forgetPlaces(): Promise<void> {
    const { database, close } = await connectMongo({ url, defaultDatabase: '' });
    await database.collection('historyEntities').updateMany({}, { $unset: { place: '', found: '' } });
    await database
      .collection<{ readonly _id: string }>('meta')
      .updateOne({ _id: 'schema' }, { $set: { version: 5 } });
    await close();
  }

  it('gives places and types to the histories of a database from before there were any', async () => {
    const before = await open();
    for (const n of [1, 2, 3]) {
      const history = [{ tenant: 'a|b', entity: historyOf(n, n === 2 ? BIN : LAMP), instances: [] }];
      await before.outbox.fold([], { history, deliveries: [] });
    }
    await before.of('a|b').temporal.append(historyOf(3, BIN), []);
    await before.close();
    await forgetPlaces();
    const after = await open();
    const found = async (types?: readonly string[]) => {
      const query = { limit: 10, ...(types && { types }) };
      return (await after.of('a|b').temporal.candidates(query)).entities.map(({ id }) => id);
    };
    expect(await found()).toEqual(['urn:x:3', 'urn:x:2', 'urn:x:1']);
    expect(await found([BIN])).toEqual(['urn:x:3', 'urn:x:2']);
    expect(await found([LAMP])).toEqual(['urn:x:3', 'urn:x:1']);
    await after.of('a|b').temporal.append(historyOf(9, LAMP), []);
    expect(await found()).toEqual(['urn:x:3', 'urn:x:2', 'urn:x:1', 'urn:x:9']);
    await after.close();
  });
});
