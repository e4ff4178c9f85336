import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../../broker/domain/entity.ts';
import { freshStore, type OpenStore } from './harness.ts';

export function documentContract(open: OpenStore): void {
  describe('documents', () => {
    const harness = freshStore(open);
    const documents = () => harness.store.documents;

    it('are created once, read, put, removed, also after opening again', async () => {
      expect(await documents().create('subscription', 'a', 'x', { n: 1 })).toBe(true);
      expect(await documents().create('subscription', 'a', 'x', { n: 2 })).toBe(false);
      await harness.reopen();
      expect(await documents().get('subscription', 'a', 'x')).toEqual({ n: 1 });
      await documents().put('subscription', 'a', 'x', { n: 3 });
      await documents().put('subscription', 'a', 'y', 'text');
      await harness.reopen();
      expect(await documents().get('subscription', 'a', 'x')).toEqual({ n: 3 });
      expect(await documents().get('subscription', 'a', 'y')).toBe('text');
      expect(await documents().remove('subscription', 'a', 'x')).toBe(true);
      expect(await documents().remove('subscription', 'a', 'x')).toBe(false);
      expect(await documents().get('subscription', 'a', 'x')).toBeUndefined();
    });

    it('are apart by kind, tenant and id, whatever the names', async () => {
      const names = ['', '$x', 'a.b', "'", '__proto__', 'ü', ' '];
      const pairs = names.flatMap((tenant) => names.map((id) => ({ tenant, id })));
      for (const { tenant, id } of pairs) await documents().put('k', tenant, id, { tenant, id });
      for (const { tenant, id } of pairs) {
        expect(await documents().get('k', tenant, id)).toEqual({ tenant, id });
      }
      expect(await documents().get('other', '', '')).toBeUndefined();
      expect(await documents().list('k')).toHaveLength(names.length ** 2);
    });

    it('are listed in order of creation, of one tenant or of all', async () => {
      for (const id of ['c', 'a', 'b']) await documents().create('k', id === 'a' ? 't' : '', id, id);
      await documents().put('k', '', 'c', 'again');
      expect(await documents().list('k')).toEqual([
        { tenant: '', id: 'c', body: 'again' },
        { tenant: 't', id: 'a', body: 'a' },
        { tenant: '', id: 'b', body: 'b' },
      ]);
      expect((await documents().list('k', 't')).map(({ id }) => id)).toEqual(['a']);
      expect(await documents().list('none')).toEqual([]);
    });

    it('count each of 50 parallel updates', async () => {
      await documents().create('k', '', 'x', { n: 0 });
      const increment = (body: unknown) => ({ n: ((body as JsonObject)['n'] as number) + 1 });
      await Promise.all(Array.from({ length: 50 }, () => documents().update('k', '', 'x', increment)));
      expect(await documents().get('k', '', 'x')).toEqual({ n: 50 });
      expect(await documents().update('k', '', 'x', increment)).toEqual({ n: 51 });
    });

    it('are not made by an update, and an update that throws writes nothing', async () => {
      expect(await documents().update('k', '', 'none', () => 1)).toBeUndefined();
      expect(await documents().get('k', '', 'none')).toBeUndefined();
      await documents().create('k', '', 'x', 1);
      const failing = documents().update('k', '', 'x', () => {
        throw new RangeError('refused');
      });
      await expect(failing).rejects.toThrow('refused');
      expect(await documents().get('k', '', 'x')).toBe(1);
    });

    it('are read in pages in order of creation, with their number in all', async () => {
      for (let n = 0; n < 7; n++) await documents().create('k', n === 3 ? 't' : '', `x${9 - n}`, n);
      await documents().put('k', '', 'x9', 'again');
      await documents().remove('k', '', 'x5');
      await documents().put('other', '', 'x', 1);
      const page = (offset: number, limit: number) => documents().page('k', '', { offset, limit });
      expect(await page(0, 2)).toEqual({
        rows: [
          { tenant: '', id: 'x9', body: 'again' },
          { tenant: '', id: 'x8', body: 1 },
        ],
        count: 5,
      });
      expect((await page(3, 9)).rows.map(({ id }) => id)).toEqual(['x4', 'x3']);
      expect(await page(5, 2)).toEqual({ rows: [], count: 5 });
      expect(await page(0, 0)).toEqual({ rows: [], count: 5 });
      expect(await documents().page('k', 'nobody', { offset: 0, limit: 1 })).toEqual({ rows: [], count: 0 });
    });

    it('are read many at once, those that are there', async () => {
      for (const id of ['a', 'b', 'c']) await documents().create('k', '', id, id);
      await documents().create('k', 't', 'd', 'd');
      await documents().remove('k', '', 'c');
      const found = await documents().getMany('k', '', ['b', 'none', 'c', 'd', 'a']);
      expect(new Map(found)).toEqual(
        new Map([
          ['a', 'a'],
          ['b', 'b'],
        ]),
      );
      expect((await documents().getMany('k', '', [])).size).toBe(0);
    });

    it('are followed: all at first, then whatever was written, changed and removed, no other kind', async () => {
      await documents().create('k', '', 'x', 1);
      await documents().create('k', 't', 'y', 1);
      await documents().create('k', '', 'old', 1);
      await documents().remove('k', '', 'old');
      const feed = documents().follow('k');
      const known = new Map<string, unknown>();
      const follow = async () => {
        const { present, gone, isWhole } = await feed.next();
        if (isWhole) known.clear();
        for (const { tenant, id } of gone) known.delete(`${tenant}/${id}`);
        for (const { tenant, id, body } of present) known.set(`${tenant}/${id}`, body);
        return Object.fromEntries(known);
      };
      expect(await follow()).toEqual({ '/x': 1, 't/y': 1 });
      await documents().create('k', '', 'z', 1);
      await documents().put('k', '', 'x', 2);
      await documents().put('other', '', 'x', 9);
      expect(await follow()).toEqual({ '/x': 2, 't/y': 1, '/z': 1 });
      await documents().update('k', '', 'z', () => 2);
      await documents().remove('k', 't', 'y');
      expect(await follow()).toEqual({ '/x': 2, '/z': 2 });
      await documents().remove('k', '', 'z');
      await documents().create('k', '', 'z', 3);
      expect(await follow()).toEqual({ '/x': 2, '/z': 3 });
      expect(await feed.next()).toEqual({ present: [], gone: [], isWhole: false });
    });

    it('are followed from nothing on', async () => {
      const feed = documents().follow('k');
      expect(await feed.next()).toEqual({ present: [], gone: [], isWhole: true });
      await documents().create('k', '', 'x', 1);
      expect((await feed.next()).present).toEqual([{ tenant: '', id: 'x', body: 1 }]);
    });

    it('move the revision of their kind, and no other, with every write', async () => {
      const seen: string[] = [];
      const note = async () => seen.push(await documents().revision('k'));
      await note();
      await documents().create('k', '', 'x', 1);
      await note();
      await documents().put('k', '', 'x', 2);
      await note();
      await documents().update('k', '', 'x', () => 3);
      await note();
      await documents().remove('k', '', 'x');
      await note();
      expect(new Set(seen).size).toBe(5);
      const last = await documents().revision('k');
      await documents().put('other', '', 'x', 1);
      await harness.reopen();
      expect(await documents().revision('k')).toBe(last);
    });
  });
}
