import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { openMongoStore } from '../../../../broker/store/mongo/open.ts';
import { StartError } from '../../../../runtime/start-error.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { freePort } from '../../../support/free-port.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';

const open = (url: string) =>
  openMongoStore({ url, now: () => 1, cellsOf: () => [], coreContextVersion: 'v1.9' });

describeWith('mongodb', () => {
  let url: string;
  beforeEach(() => {
    url = freshUrl();
  });
  afterEach(() => dropDatabase(url));

  async function writeSchema(schema: { readonly format: string; readonly version: number }): Promise<void> {
    const client = await new MongoClient(url).connect();
    await client
      .db()
      .collection<{ readonly _id: string }>('meta')
      .replaceOne({ _id: 'schema' }, schema, { upsert: true });
    await client.close();
  }

  it('opens what it made, by several processes at once', async () => {
    const stores = await Promise.all([open(url), open(url), open(url)]);
    await stores[0]?.createTenant('city');
    await Promise.all(stores.map((store) => store.close()));
    const again = await open(url);
    expect(await again.tenants()).toEqual(['city']);
    await again.close();
  });

  it('records in a new database the schema and the core @context, and keeps them', async () => {
    for (const version of ['v1.9', 'v2.0']) {
      await (
        await openMongoStore({ url, now: () => 1, cellsOf: () => [], coreContextVersion: version })
      ).close();
    }
    const client = await new MongoClient(url).connect();
    const [meta] = await client.db().collection('meta').find().toArray();
    await client.close();
    expect(meta).toMatchObject({ format: 'carillon-broker', version: 8, coreContextVersion: 'v1.9' });
  });

  it('gives the instances of a database of an earlier release an order within a moment', async () => {
    await writeSchema({ format: 'carillon-broker', version: 7 });
    const client = await new MongoClient(url).connect();
    const instances = client.db().collection('instances');
    await instances.createIndex({ entity: 1, attribute: 1, observedAt: 1, _id: 1 }, { name: 'observed' });
    await Promise.all((await Promise.all([open(url), open(url)])).map((store) => store.close()));
    const names = (await instances.indexes()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['byObserved', 'byModified', 'byCreated', 'byDeleted']));
    expect(names).not.toContain('observed');
    await client.close();
  });

  it.each([
    [{ format: 'something-else', version: 1 }, 'something-else'],
    [{ format: 'carillon-broker', version: 999 }, 'newer release'],
  ])('refuses a database of another program or a newer release: %j', async (schema, word) => {
    await writeSchema(schema);
    await expect(open(url)).rejects.toThrow(word);
    await expect(open(url)).rejects.toBeInstanceOf(StartError);
  });

  it('refuses to start without a server, without showing the password', async () => {
    const refused = await open(`mongodb://me:secret@127.0.0.1:${await freePort()}/city`).catch(
      (error) => error,
    );
    expect(refused).toBeInstanceOf(StartError);
    expect(refused.message).toContain('no server answers');
    expect(refused.message).not.toContain('secret');
  });

  it.each(['mongodb://', 'mongodb://127.0.0.1/?w=nonsense&nonsense=1', 'mongodb://127.0.0.1:port/x'])(
    'refuses the URL %s',
    async (wrong) => {
      await expect(open(wrong)).rejects.toBeInstanceOf(StartError);
    },
  );
});
