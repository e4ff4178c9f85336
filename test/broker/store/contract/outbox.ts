import { describe, expect, it } from '@jest/globals';
import { createNotifying, creating, deleting, foldAll, LEVEL, setting, TOLD } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const ID = 'urn:ngsi-ld:Lamp:1';

export function outboxContract(open: OpenStore): void {
  describe('change records', () => {
    const harness = freshStore(open);
    const tenant = () => harness.store.of('city');

    it.each(['in the same process', 'after opening again'])(
      'hold the whole change when somebody is notified, %s',
      async (when) => {
        const notify = ['urn:s:1', 'urn:s:2'];
        const made = await tenant().change(ID, creating(ID, {}, notify));
        const set = await tenant().change(
          ID,
          setting(() => 5, notify),
        );
        await tenant().change(ID, deleting(notify));
        if (when === 'after opening again') await harness.reopen();
        const records = await harness.store.outbox.pending(10);
        expect(records).toMatchObject([
          {
            tenant: 'city',
            notify,
            at: made.createdAt,
            change: { kind: 'created', entity: made, typesChanged: true },
          },
          {
            notify,
            at: set.modifiedAt,
            correlationId: `c-${set.modifiedAt}`,
            change: { kind: 'updated', entity: set, before: made, typesChanged: false },
          },
          { notify, change: { kind: 'deleted', before: set, attributes: [] } },
        ]);
        expect(records[0]?.change).not.toHaveProperty('before');
        expect(records[0]).not.toHaveProperty('correlationId');
        expect(records[0]?.change.attributes).toEqual([
          { attribute: LEVEL, kind: 'created', after: made.attributes[LEVEL]?.[0] },
        ]);
        expect(records[1]?.change.attributes).toEqual([
          {
            attribute: LEVEL,
            kind: 'updated',
            before: made.attributes[LEVEL]?.[0],
            after: set.attributes[LEVEL]?.[0],
          },
        ]);
        expect(records[2]?.change).not.toHaveProperty('entity');
      },
    );

    it('come in commit order within an Entity, with increasing stamps', async () => {
      await tenant().change(ID, creating(ID, {}, TOLD));
      const levels = Array.from({ length: 20 }, (_, index) => index);
      await Promise.all(
        levels.map((level) =>
          tenant().change(
            ID,
            setting(() => level, TOLD),
          ),
        ),
      );
      const records = await harness.store.outbox.pending(100);
      const stamps = records.map(({ stamp }) => stamp);
      expect(stamps).toEqual([...stamps].sort());
      expect(records.slice(1).map(({ change }) => change.attributes[0]?.after?.value)).toEqual(levels);
    });

    it('are given at most limit at a time, the oldest first, or those of one Entity', async () => {
      const ids = await createNotifying(tenant(), 5);
      expect(await harness.store.outbox.pending(2)).toHaveLength(2);
      expect((await harness.store.outbox.pending(1))[0]?.change.entity?.id).toBe(ids[0]);
      const third = { tenant: 'city', entityId: ids[3] as string };
      expect((await harness.store.outbox.pending(9, third)).map(({ change }) => change.entity?.id)).toEqual([
        ids[3],
      ]);
      expect(await harness.store.outbox.pending(9, { ...third, tenant: '' })).toEqual([]);
    });

    it('are gone after they are folded, and stay while they are not', async () => {
      await createNotifying(tenant(), 5);
      const some = await harness.store.outbox.pending(3);
      await harness.store.outbox.fold(some, { history: [], deliveries: [] });
      await harness.reopen();
      expect(await harness.store.outbox.pending(9)).toHaveLength(2);
      await foldAll(harness.store);
      await harness.reopen();
      expect(await harness.store.outbox.pending(9)).toEqual([]);
    });

    it('fold again without effect', async () => {
      await createNotifying(tenant(), 2);
      const records = await foldAll(harness.store);
      await harness.store.outbox.fold(records, { history: [], deliveries: [] });
      expect(await harness.store.outbox.pending(9)).toEqual([]);
    });

    it('are announced to every listener after a commit', async () => {
      const first = new Promise<void>((resolve) => {
        harness.store.outbox.onCommitted(resolve);
      });
      const second = new Promise<void>((resolve) => {
        harness.store.outbox.onCommitted(resolve);
      });
      await tenant().change(ID, creating(ID, {}, TOLD));
      await Promise.all([first, second]);
      expect(await harness.store.outbox.pending(9)).toHaveLength(1);
    });
  });
}
