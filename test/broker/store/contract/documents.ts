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
