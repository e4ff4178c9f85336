import { describe, expect, it } from '@jest/globals';
import type { Entity, Micros } from '../../../../broker/domain/entity.ts';
import { foldRecords } from '../../../../broker/notifications/fold-records.ts';
import type { Decision } from '../../../../broker/store/store.ts';
import { createNotifying, creating, deleting, setting } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const ID = 'urn:ngsi-ld:Lamp:1';

type Decide<T> = (current: Entity | undefined, now: Micros) => Decision<T>;

/** The same, without a history. */
function unrecorded<T>(decide: Decide<T>): Decide<T> {
  return (current, now) => ({ ...decide(current, now), isHistory: false });
}

export function noHistoryContract(open: OpenStore): void {
  describe('changes that go into no history', () => {
    const harness = freshStore(open);
    const tenant = () => harness.store.of('city');
    const pending = () => harness.store.outbox.pending(1000);

    it('leave no change record, and are kept', async () => {
      await tenant().change(ID, unrecorded(creating(ID)));
      const sets = Array.from({ length: 200 }, (_, n) => unrecorded(setting(() => n)));
      await Promise.all(sets.map((set) => tenant().change(ID, set)));
      expect(await pending()).toEqual([]);
      await harness.reopen();
      expect(await tenant().get(ID)).toMatchObject({
        attributes: { 'https://example.org/level': [{ value: 199 }] },
      });
      expect(await tenant().temporal.getEntity(ID)).toBeUndefined();
    });

    it('keep times growing and places in the order of creation, deletions included', async () => {
      await createNotifying(tenant(), 2);
      const made = await tenant().change(ID, unrecorded(creating(ID)));
      await tenant().change(ID, unrecorded(deleting()));
      expect(await tenant().get(ID)).toBeUndefined();
      const again = await tenant().change(ID, unrecorded(creating(ID)));
      expect(again.createdAt).toBeGreaterThan(made.createdAt + 1);
      const found: string[] = [];
      for await (const page of tenant().find({ kind: 'anything' })) found.push(...page.map(({ id }) => id));
      expect(found.at(-1)).toBe(ID);
      expect(await tenant().count({ kind: 'anything' })).toBe(3);
      expect(await pending()).toHaveLength(2);
    });

    it.each(['in the same process', 'after opening again'])(
      'leave one where they notify somebody, of which nothing goes into the history, %s',
      async (when) => {
        await tenant().change(ID, unrecorded(creating(ID, {}, ['urn:s:1'])));
        if (when === 'after opening again') await harness.reopen();
        const records = await pending();
        expect(records).toMatchObject([{ isHistory: false, notify: ['urn:s:1'] }]);
        const rows = foldRecords(records);
        expect(rows).toMatchObject({
          history: [],
          deliveries: [{ subscriptionId: 'urn:s:1', entityId: ID, change: { entity: { id: ID } } }],
        });
        await harness.store.outbox.fold(records, rows);
        expect(await pending()).toEqual([]);
        expect(await tenant().temporal.getEntity(ID)).toBeUndefined();
      },
    );

    it('stand between others that go into it', async () => {
      await tenant().change(ID, creating(ID));
      await tenant().change(ID, unrecorded(setting(() => 1)));
      const last = await tenant().change(
        ID,
        setting((before) => before + 1),
      );
      const records = await pending();
      await harness.store.outbox.fold(records, foldRecords(records));
      const { instances } = await tenant().temporal.instances(ID, { timeproperty: 'modifiedAt' });
      const values = [...instances.values()].flat().map(({ attributeInstance: { value } }) => value);
      expect(values).toEqual([0, 2]);
      expect(await tenant().get(ID)).toEqual(last);
    });
  });
}
