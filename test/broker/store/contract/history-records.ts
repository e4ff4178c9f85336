import { describe, expect, it } from '@jest/globals';
import { creating, deleting, LEVEL, setting } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const ID = 'urn:ngsi-ld:Lamp:1';

/** Of a driver that leaves it to the relay to make the history of changes. */
export function historyRecordContract(open: OpenStore): void {
  describe('change records that notify nobody', () => {
    const harness = freshStore(open);
    const tenant = () => harness.store.of('city');

    it('hold what the history needs, also after opening again', async () => {
      const made = await tenant().change(ID, creating(ID, { scopes: ['/Geel'] }));
      const set = await tenant().change(
        ID,
        setting(() => 5),
      );
      await tenant().change(ID, deleting());
      await harness.reopen();
      const [first, second, third] = await harness.store.outbox.pending(10);
      expect(first?.change.attributes).toMatchObject([
        { attribute: LEVEL, kind: 'created', after: made.attributes[LEVEL]?.[0] },
      ]);
      expect(first?.change.entity).toMatchObject({ id: ID, types: made.types, scopes: ['/Geel'] });
      expect(second?.change.attributes).toMatchObject([
        { attribute: LEVEL, kind: 'updated', after: set.attributes[LEVEL]?.[0] },
      ]);
      expect(second?.change.entity).toMatchObject({ id: ID, modifiedAt: set.modifiedAt });
      expect(third?.change).toMatchObject({ kind: 'deleted', before: { id: ID, types: made.types } });
      expect(third?.notify).toEqual([]);
    });

    it('tell of the end of an Entity by its expiresAt, behind what came before', async () => {
      const expiresAt = harness.time() + 10;
      await tenant().change(ID, creating(ID, { scopes: ['/A'], expiresAt }));
      await tenant().change(
        ID,
        setting(() => 5),
      );
      harness.advance(20);
      await expect(tenant().change(ID, deleting())).rejects.toThrow();
      const records = await harness.store.outbox.pending(10);
      expect(records.map(({ change, notify }) => [change.kind, notify])).toEqual([
        ['created', []],
        ['updated', []],
        ['deleted', []],
      ]);
      expect(records.at(-1)).toMatchObject({ at: expiresAt, change: { before: { id: ID, scopes: ['/A'] } } });
      const stamps = records.map(({ stamp }) => stamp);
      expect([...stamps].sort()).toEqual(stamps);
    });
  });
}
