import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openMongoStore } from '../../../../broker/store/mongo/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { connectMongo } from '../../../../runtime/mongo/connect.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { BIN, createMany, creating, LAMP, LEVEL } from '../contract/entities.ts';
import { START } from '../contract/harness.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';

describeWith('mongodb', () => {
  let url: string;
  const open = (): Promise<Store> =>
    openMongoStore({ url, now: () => START, cellsOf: () => [], coreContextVersion: 'v1.9' });
  beforeEach(() => {
    url = freshUrl();
  });
  afterEach(() => dropDatabase(url));

  /** As the database was before there were shapes. */
  async function forgetShapes(): Promise<void> {
    const { database, close } = await connectMongo({ url, defaultDatabase: '' });
    await database.collection('entities').updateMany({}, { $unset: { shape: '' } });
    await database.collection('shapes').deleteMany({});
    await database
      .collection<{ readonly _id: string }>('meta')
      .updateOne({ _id: 'schema' }, { $set: { version: 1 } });
    await close();
  }

  it('gives shapes to the Entities of a database from before there were any', async () => {
    const before = await open();
    await createMany(before.of(''), 3, (index) => ({ types: index > 0 ? [LAMP] : [LAMP, BIN] }));
    await before.of('a|b').change('urn:x:1', creating('urn:x:1'));
    const census = await before.of('').census();
    await before.close();
    await forgetShapes();
    const after = await open();
    expect(await after.of('').census()).toEqual(census);
    expect(await after.of('').attributeCount(LEVEL)).toBe(3);
    expect(await after.of('a|b').attributeCount(LEVEL)).toBe(1);
    await after.close();
  });
});
