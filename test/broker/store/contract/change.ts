import { describe, expect, it } from '@jest/globals';
import type { Entity, Micros } from '../../../../broker/domain/entity.ts';
import {
  changing,
  createMany,
  creating,
  deleting,
  entityAt,
  LEVEL,
  property,
  setting,
  TOLD,
  typeCounts,
} from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const ID = 'urn:ngsi-ld:Lamp:1';

export function changeContract(open: OpenStore): void {
  describe('change', () => {
    const harness = freshStore(open);
    const tenant = () => harness.store.of('');

    it('gives undefined for an Entity that does not exist, and keeps what decide made of it', async () => {
      let seen: Entity | undefined | null = null;
      const entity = await tenant().change(ID, (current, now) => {
        seen = current;
        return creating(ID)(current, now);
      });
      expect(seen).toBeUndefined();
      expect(await tenant().get(ID)).toEqual(entity);
    });

    it('writes nothing when decide makes no change, and still answers', async () => {
      expect(await tenant().change(ID, () => ({ answer: 42 }))).toBe(42);
      expect(await tenant().get(ID)).toBeUndefined();
      expect(await harness.store.outbox.pending(10)).toEqual([]);
    });

    it('updates and deletes what is there', async () => {
      await tenant().change(ID, creating(ID));
      const updated = await tenant().change(
        ID,
        setting(() => 7),
      );
      expect(await tenant().get(ID)).toEqual(updated);
      await tenant().change(ID, deleting());
      expect(await tenant().get(ID)).toBeUndefined();
      await expect(tenant().change(ID, deleting())).rejects.toMatchObject({ type: 'ResourceNotFound' });
    });

    it('creates again what was deleted', async () => {
      await tenant().change(ID, creating(ID));
      await tenant().change(ID, deleting());
      const again = await tenant().change(ID, creating(ID));
      expect(await tenant().get(ID)).toEqual(again);
    });

    it('counts each of 100 parallel increments of one Entity', async () => {
      await tenant().change(ID, creating(ID));
      await Promise.all(
        Array.from({ length: 100 }, () =>
          tenant().change(
            ID,
            setting((level) => level + 1, TOLD),
          ),
        ),
      );
      expect((await tenant().get(ID))?.attributes[LEVEL]?.[0]?.value).toBe(100);
      const records = await harness.store.outbox.pending(1000, { tenant: '', entityId: ID });
      // A driver may have records of what nobody is told, too.
      expect(records.filter(({ notify }) => notify.length > 0)).toHaveLength(100);
    });

    it('rejects only the call whose decide throws', async () => {
      const failing = tenant().change(ID, () => {
        throw new RangeError('refused');
      });
      const [first, second] = await Promise.allSettled([failing, tenant().change(ID, creating(ID))]);
      expect(first).toMatchObject({ status: 'rejected', reason: new RangeError('refused') });
      expect(second.status).toBe('fulfilled');
      expect(await tenant().get(ID)).toBeDefined();
    });

    it('lets calls of one turn on one id see each other, deletion and creation too', async () => {
      const calls = [
        tenant().change(ID, creating(ID)),
        tenant().change(
          ID,
          setting(() => 1),
        ),
        tenant().change(ID, deleting()),
        tenant().change(ID, creating(ID, { types: ['https://example.org/Second'] })),
        tenant().change(
          ID,
          setting(() => 2),
        ),
      ];
      const last = (await Promise.all(calls))[4];
      expect(await tenant().get(ID)).toEqual(last);
      expect(last?.types).toEqual(['https://example.org/Second']);
      expect(await tenant().count({ kind: 'type', type: 'https://example.org/Second' })).toBe(1);
    });

    it('gives each change of one Entity a greater now, though the clock stands still or goes back', async () => {
      const times: Micros[] = [];
      const note = (_: Entity | undefined, now: Micros) => {
        times.push(now);
      };
      for (let round = 0; round < 3; round++) {
        await tenant().change(ID, (current, now) => {
          note(current, now);
          return current ? deleting()(current) : creating(ID)(current, now);
        });
        harness.advance(-1_000_000);
        await harness.reopen();
      }
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(new Set(times).size).toBe(3);
    });

    it('never gives a stamp twice, though an Entity is deleted and the store opened again', async () => {
      const stamps = new Set<string>();
      for (let round = 0; round < 3; round++) {
        await tenant().change(ID, creating(ID, {}, TOLD));
        await tenant().change(ID, deleting(TOLD));
        for (const record of await harness.store.outbox.pending(10)) stamps.add(record.stamp);
        await harness.store.outbox.fold(await harness.store.outbox.pending(10), {
          history: [],
          deliveries: [],
        });
        await harness.reopen();
      }
      expect(stamps.size).toBe(6);
    });

    it('hides an Entity from its expiresAt on, from readers and from decide (clause 4.5.2)', async () => {
      const expiresAt = harness.time() + 1000;
      await tenant().change(ID, creating(ID, { expiresAt }));
      expect(await tenant().get(ID)).toBeDefined();
      harness.advance(2000);
      expect(await tenant().get(ID)).toBeUndefined();
      await expect(tenant().change(ID, deleting())).rejects.toMatchObject({ type: 'ResourceNotFound' });
      const again = await tenant().change(ID, creating(ID));
      expect(await tenant().get(ID)).toEqual(again);
      expect(await tenant().count({ kind: 'anything' })).toBe(1);
    });

    it('changes many large Entities that are asked for in one turn', async () => {
      const ids = Array.from({ length: 12 }, (_, n) => `urn:ngsi-ld:Lamp:large${n}`);
      const large = {
        attributes: { [LEVEL]: [property(0, harness.time(), { unitCode: 'x'.repeat(2_000_000) })] },
      };
      for (const id of ids) await tenant().change(id, creating(id, large));
      const changed = await Promise.all(
        ids.map((id, n) =>
          tenant().change(
            id,
            setting(() => n),
          ),
        ),
      );
      expect(changed.map(({ attributes }) => attributes[LEVEL]?.[0]?.value)).toEqual(ids.map((_, n) => n));
      const stored = await tenant().getMany(ids);
      expect(ids.map((id) => stored.get(id)?.attributes[LEVEL]?.[0]?.value)).toEqual(ids.map((_, n) => n));
    });

    it('refuses an Entity over 4 MB with EntityTooLarge and writes nothing of it', async () => {
      const big = 'x'.repeat(4 * 1024 * 1024);
      const now = harness.time();
      const attributes = { [LEVEL]: [property(big, now)] };
      const neighbour = tenant().change('urn:x:2', creating('urn:x:2', {}, TOLD));
      await expect(tenant().change(ID, creating(ID, { attributes }))).rejects.toMatchObject({
        type: 'EntityTooLarge',
      });
      await neighbour;
      expect(await tenant().get(ID)).toBeUndefined();
      expect(await tenant().get('urn:x:2')).toBeDefined();
      expect(await harness.store.outbox.pending(10)).toHaveLength(1);
    });

    it('keeps an Entity just under 4 MB whole, letters beyond ASCII counted as bytes', async () => {
      const text = 'é'.repeat(2_090_000);
      const attributes = { [LEVEL]: [property(text, harness.time())] };
      const entity = await tenant().change(ID, creating(ID, { attributes }));
      expect(await tenant().get(ID)).toEqual(entity);
      const over = { [LEVEL]: [property('é'.repeat(2_100_000), harness.time())] };
      await expect(
        tenant().change('urn:x:2', creating('urn:x:2', { attributes: over })),
      ).rejects.toMatchObject({ type: 'EntityTooLarge' });
    });

    it('gives back numbers, times and unicode as they were', async () => {
      const now = harness.time();
      const values = [0.1, -0, 1e-300, 9_007_199_254_740_991, 'ü\u0000\u2028𝄞', null, [[]], { a: { b: 1 } }];
      const entity = entityAt(ID, now, { attributes: { [LEVEL]: [property(values, now)] } });
      await tenant().change(ID, creating(ID, entity));
      expect(await tenant().get(ID)).toEqual(JSON.parse(JSON.stringify(entity)));
    });

    it('leaves what others hold unchanged: an Entity read before is not touched by a change', async () => {
      await tenant().change(ID, creating(ID));
      const before = await tenant().get(ID);
      const copy = JSON.stringify(before);
      await tenant().change(
        ID,
        setting(() => 9),
      );
      expect(JSON.stringify(before)).toBe(copy);
    });

    it('moves the counts of types with every create, change of types and deletion', async () => {
      const ids = await createMany(tenant(), 3, (index) => ({
        types: index ? ['urn:A'] : ['urn:A', 'urn:B'],
      }));
      expect(await typeCounts(tenant())).toEqual(
        new Map([
          ['urn:A', 3],
          ['urn:B', 1],
        ]),
      );
      await tenant().change(ids[1] as string, changing({ types: ['urn:C'] }));
      await tenant().change(ids[0] as string, deleting());
      expect(await typeCounts(tenant())).toEqual(
        new Map([
          ['urn:A', 1],
          ['urn:C', 1],
        ]),
      );
    });

    it('leaves expired Entities out of the counts of types', async () => {
      await createMany(tenant(), 2, (index) =>
        index ? {} : { expiresAt: harness.time() + 10, types: ['urn:X'] },
      );
      harness.advance(10);
      expect((await typeCounts(tenant())).get('urn:X')).toBeUndefined();
      expect((await typeCounts(tenant())).size).toBe(1);
    });
  });
}
