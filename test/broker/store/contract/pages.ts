import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../../broker/domain/query/condition.ts';
import type { FindPage, TenantStore } from '../../../../broker/store/store.ts';
import { BIN, changing, createMany, creating, deleting, LAMP, setting } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

/** Ids of everything that `find` gives. */
export async function idsOf(
  tenant: TenantStore,
  condition: Condition,
  page?: FindPage,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const entities of tenant.find(condition, page)) ids.push(...entities.map(({ id }) => id));
  return ids;
}

export function pageContract(open: OpenStore): void {
  describe('find, in pages', () => {
    const harness = freshStore(open);
    const tenant = () => harness.store.of('');

    it('gives nothing from an empty store', async () => {
      expect(await idsOf(tenant(), { kind: 'anything' })).toEqual([]);
      expect(await idsOf(tenant(), { kind: 'type', type: LAMP })).toEqual([]);
    });

    it('gives every Entity once, in creation order, over many pages', async () => {
      const ids = await createMany(tenant(), 1203);
      expect(await idsOf(tenant(), { kind: 'anything' })).toEqual(ids);
      expect(await idsOf(tenant(), { kind: 'type', type: LAMP }, { limit: 1 })).toEqual(ids);
    });

    it('keeps the creation order through updates, and puts what is created again last', async () => {
      const [first, second, third] = (await createMany(tenant(), 3)) as [string, string, string];
      await tenant().change(
        first,
        setting(() => 5),
      );
      await tenant().change(second, deleting());
      await tenant().change(second, creating(second));
      expect(await idsOf(tenant(), { kind: 'anything' })).toEqual([first, third, second]);
    });

    it('skips offset Entities when the condition is exact', async () => {
      const ids = await createMany(tenant(), 30, (index) => ({ types: [index % 3 ? LAMP : BIN] }));
      const bins = ids.filter((_, index) => index % 3 === 0);
      const condition: Condition = { kind: 'type', type: BIN };
      expect(await idsOf(tenant(), condition, { offset: 4, limit: 3 })).toEqual(bins.slice(4));
      expect(await idsOf(tenant(), condition, { offset: 100 })).toEqual([]);
      expect(await idsOf(tenant(), { kind: 'anything' }, { offset: 28 })).toEqual(ids.slice(28));
    });

    it('neither repeats nor skips an Entity when others are created or changed between two pages', async () => {
      const ids = await createMany(tenant(), 40);
      const seen: string[] = [];
      for await (const page of tenant().find({ kind: 'type', type: LAMP }, { limit: 2 })) {
        seen.push(...page.map(({ id }) => id));
        if (seen.length < 30) {
          const id = `urn:new:${seen.length}`;
          await tenant().change(id, creating(id));
          await tenant().change(
            ids[0] as string,
            setting((level) => level + 1),
          );
        }
      }
      expect(seen.slice(0, 40)).toEqual(ids);
      expect(new Set(seen).size).toBe(seen.length);
    });

    it('stops reading when the reader stops', async () => {
      await createMany(tenant(), 50);
      for await (const page of tenant().find({ kind: 'anything' }, { limit: 1 })) {
        expect(page.length).toBeGreaterThan(0);
        break;
      }
      await tenant().change('urn:after', creating('urn:after'));
      expect(await tenant().count({ kind: 'anything' })).toBe(51);
    });

    it('leaves expired Entities out of pages and counts', async () => {
      const expiresAt = harness.time() + 1000;
      const ids = await createMany(tenant(), 10, (index) => (index % 2 ? { expiresAt } : {}));
      harness.advance(1001);
      const alive = ids.filter((_, index) => index % 2 === 0);
      expect(await idsOf(tenant(), { kind: 'type', type: LAMP })).toEqual(alive);
      expect(await idsOf(tenant(), { kind: 'ids', ids })).toEqual(alive);
      expect(await tenant().count({ kind: 'type', type: LAMP })).toBe(5);
      expect(await tenant().count({ kind: 'anything' })).toBe(5);
      expect(await tenant().count({ kind: 'ids', ids })).toBe(5);
    });

    it('shows an Entity again whose expiresAt was taken off in time', async () => {
      const ids = await createMany(tenant(), 1, () => ({ expiresAt: harness.time() + 1000 }));
      await tenant().change(ids[0] as string, changing({ expiresAt: harness.time() + 9000 }));
      harness.advance(5000);
      expect(await idsOf(tenant(), { kind: 'anything' })).toEqual(ids);
    });
  });
}
