import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { DocumentChanges } from '../../../../broker/store/documents.ts';
import { openMongoStore } from '../../../../broker/store/mongo/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { START } from '../contract/harness.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';

const MINUTE = 60_000_000;
const nothing = { present: [], gone: [], isWhole: false };
const idsIn = ({ present }: DocumentChanges) => present.map(({ id }) => id).sort();

describeWith('mongodb', () => {
  let url: string;
  let times: { one: number; other: number };
  let one: Store;
  let other: Store;
  const open = (whose: 'one' | 'other') =>
    openMongoStore({ url, now: () => times[whose], cellsOf: () => [], coreContextVersion: 'v1.9' });

  beforeEach(async () => {
    url = freshUrl();
    times = { one: START, other: START };
    one = await open('one');
    other = await open('other');
  });
  afterEach(async () => {
    await Promise.all([one.close(), other.close()]);
    await dropDatabase(url);
  });

  async function writeMany(store: Store, count: number): Promise<void> {
    for (let n = 0; n < count; n++) await store.documents.create('k', '', `many-${n}`, n);
  }

  it('a feed gives what others wrote and nothing else, each write once', async () => {
    await writeMany(one, 30);
    const feed = one.documents.follow('k');
    expect(await feed.next()).toMatchObject({ isWhole: true });
    for (let round = 0; round < 5; round++) {
      times.one += 400_000;
      times.other += 400_000;
      await other.documents.put('k', '', 'many-7', `again ${round}`);
      await other.documents.create('k', '', `new-${round}`, round);
      await other.documents.remove('k', '', `many-${20 + round}`);
      const { present, gone, isWhole } = await feed.next();
      expect(isWhole).toBe(false);
      expect(present.map(({ id, body }) => [id, body]).sort()).toEqual([
        ['many-7', `again ${round}`],
        [`new-${round}`, round],
      ]);
      expect(gone).toEqual([{ tenant: '', id: `many-${20 + round}` }]);
      expect(await feed.next()).toEqual(nothing);
    }
  });

  it('a feed misses no write of a process whose clock is an hour behind', async () => {
    times.other -= 60 * MINUTE;
    const [feed, others] = [one.documents.follow('k'), other.documents.follow('k')];
    await feed.next();
    await one.documents.create('k', '', 'a', 1);
    await feed.next();
    await others.next();
    await other.documents.create('k', '', 'b', 1);
    await other.documents.remove('k', '', 'a');
    const changes = await feed.next();
    expect(idsIn(changes)).toEqual(['b']);
    expect(changes.gone).toEqual([{ tenant: '', id: 'a' }]);
  });

  it('a feed misses no write that becomes visible after later ones', async () => {
    const feed = one.documents.follow('k');
    await one.documents.create('k', '', 'a', 1);
    await feed.next();
    // It has not looked for half a minute of the other one's time: its stamps are earlier.
    times.other -= MINUTE / 2;
    await other.documents.create('k', '', 'late', 1);
    expect(idsIn(await feed.next())).toEqual(['late']);
  });

  it('a feed that rests long sees the next write all the same', async () => {
    await writeMany(one, 5);
    const feed = one.documents.follow('k');
    await feed.next();
    for (let passed = 0; passed < 5; passed++) {
      times.one += MINUTE;
      times.other += MINUTE;
      expect(await feed.next()).toEqual(nothing);
    }
    await other.documents.put('k', '', 'many-1', 2);
    expect((await feed.next()).present).toEqual([{ tenant: '', id: 'many-1', body: 2 }]);
  });

  it('a feed tells everything again after ten minutes, and when it could not look for longer', async () => {
    await writeMany(one, 1200);
    const feed = one.documents.follow('k');
    await feed.next();
    times.one += 10 * MINUTE + 1;
    const again = await feed.next();
    expect(again.isWhole).toBe(true);
    expect(again.present).toHaveLength(1200);
    expect(again.present.map(({ body }) => body)).toEqual(Array.from({ length: 1200 }, (_, n) => n));
    expect(await feed.next()).toEqual(nothing);
  });
});
