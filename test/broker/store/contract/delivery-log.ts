import { describe, expect, it } from '@jest/globals';
import type { Delivery } from '../../../../broker/store/delivery.ts';
import type { ChangeRecord } from '../../../../broker/store/outbox.ts';
import { creating, setting } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const ONE = 'urn:ngsi-ld:Subscription:1';
const OTHER = 'urn:ngsi-ld:Subscription:2';

function deliveriesOf(record: ChangeRecord): readonly Delivery[] {
  const { tenant, stamp, at, change, notify } = record;
  const entityId = change.entity?.id ?? '';
  return notify.map((subscriptionId) => ({
    ...{ id: `${stamp}/${subscriptionId}`, tenant, subscriptionId, entityId },
    ...{ order: stamp, at, change },
  }));
}

export function deliveryLogContract(open: OpenStore): void {
  describe('the log of deliveries', () => {
    const harness = freshStore(open);
    const log = () => harness.store.deliveryLog;
    const ofOne = { tenant: '', subscriptionId: ONE };

    /** Creates Entities by these names, which notify the Subscriptions; gives the records. */
    async function commit(names: readonly string[], notify = [ONE]): Promise<readonly ChangeRecord[]> {
      for (const name of names) {
        const id = `urn:x:${name}`;
        await harness.store.of('').change(id, creating(id, {}, notify));
      }
      return harness.store.outbox.pending(1000);
    }
    const fold = (records: readonly ChangeRecord[]) =>
      harness.store.outbox.fold(records, { history: [], deliveries: records.flatMap(deliveriesOf) });
    const deliver = async (names: readonly string[], notify?: string[]) => fold(await commit(names, notify));

    /** What comes behind the position now, read in pages. */
    async function behind(after: string, { of = ofOne, limit = 100 } = {}): Promise<readonly string[]> {
      const upTo = await log().end();
      const names: string[] = [];
      for (let position = after; position !== upTo; ) {
        const page = await log().read(of, { after: position, upTo }, limit);
        expect(page.deliveries.length).toBeLessThanOrEqual(limit);
        names.push(...page.deliveries.map(({ delivery }) => delivery.entityId.slice('urn:x:'.length)));
        ({ position } = page);
      }
      return names;
    }

    it('is empty at first, and begins where somebody looks', async () => {
      const start = await log().end();
      expect(log().has(start)).toBe(true);
      expect(await log().arrivals(start, 10)).toEqual({ of: [], position: start });
      expect(await behind(start)).toEqual([]);
      await deliver(['a', 'b']);
      expect(await behind(start)).toEqual(['a', 'b']);
      expect(await behind(await log().end())).toEqual([]);
    });

    it('goes on behind each delivery, page by page', async () => {
      const after = await log().end();
      await deliver(['a', 'b', 'c', 'd', 'e']);
      expect(await behind(after, { limit: 2 })).toEqual(['a', 'b', 'c', 'd', 'e']);
      const { deliveries } = await log().read(ofOne, { after, upTo: await log().end() }, 10);
      const rests = await Promise.all(deliveries.map(({ position }) => behind(position)));
      expect(rests).toEqual([['b', 'c', 'd', 'e'], ['c', 'd', 'e'], ['d', 'e'], ['e'], []]);
      expect(deliveries.every(({ position }) => log().has(position))).toBe(true);
    });

    it('tells whose deliveries came, and reads those of one Subscription alone', async () => {
      const after = await log().end();
      await deliver(['a'], [ONE, OTHER]);
      await deliver(['b'], [OTHER]);
      const { of, position } = await log().arrivals(after, 100);
      expect(of.map(({ subscriptionId }) => subscriptionId).sort()).toEqual([ONE, OTHER]);
      expect((await log().arrivals(position, 100)).of).toEqual([]);
      expect(await behind(after)).toEqual(['a']);
      expect(await behind(after, { of: { tenant: '', subscriptionId: OTHER } })).toEqual(['a', 'b']);
      expect(await behind(after, { of: { tenant: 'city', subscriptionId: ONE } })).toEqual([]);
    });

    it('tells of all that came, a part at a time', async () => {
      let { position } = await log().arrivals(await log().end(), 1);
      await deliver(['a', 'b', 'c']);
      const told: string[] = [];
      for (;;) {
        const next = await log().arrivals(position, 1);
        if (next.position === position) break;
        told.push(...next.of.map(({ subscriptionId }) => subscriptionId));
        ({ position } = next);
      }
      expect(told).toEqual([ONE, ONE, ONE]);
      expect(position).toBe((await log().arrivals(position, 1)).position);
    });

    it('shows deliveries whatever became of them, also after opening again', async () => {
      const after = await log().end();
      await deliver(['delivered', 'dead', 'tried', 'waiting']);
      const [delivered, dead, tried] = await harness.store.outbox.deliveries('', ONE, 10);
      await harness.store.outbox.settle([
        { delivery: delivered as Delivery, outcome: { kind: 'delivered' } },
        { delivery: dead as Delivery, outcome: { kind: 'dead', error: 'HTTP 400' } },
        { delivery: tried as Delivery, outcome: { kind: 'retry', dueAt: harness.time(), error: 'HTTP 503' } },
      ]);
      await harness.reopen();
      expect(await behind(after)).toEqual(['delivered', 'dead', 'tried', 'waiting']);
    });

    it('puts what is folded later behind what was seen, though it was committed sooner', async () => {
      const records = await commit(['first', 'second', 'third']);
      const after = await log().end();
      await fold(records.slice(1));
      const seen = await log().end();
      expect(await behind(after)).toEqual(['second', 'third']);
      await fold(records.slice(0, 1));
      expect(await behind(seen)).toEqual(['first']);
    });

    it('has each delivery once, though it was folded twice', async () => {
      const after = await log().end();
      const records = await commit(['a', 'b']);
      await fold(records);
      const seen = await log().end();
      await fold(records);
      expect(await behind(after)).toEqual(['a', 'b']);
      expect(await behind(seen)).toEqual([]);
    });

    it('gives no position twice, though what was last in it was taken away', async () => {
      await deliver(['a', 'b']);
      const { position } = await log().arrivals(await log().end(), 10);
      await harness.store.outbox.dropDeliveries('', ONE);
      await harness.reopen();
      expect(log().has(position)).toBe(true);
      await deliver(['c']);
      expect(await behind(position)).toEqual(['c']);
    });

    it('keeps commit order within an Entity', async () => {
      const after = await log().end();
      await deliver(['a']);
      for (let round = 0; round < 3; round++) {
        await harness.store.of('').change(
          'urn:x:a',
          setting((level) => level + 1, [ONE]),
        );
        await fold(await harness.store.outbox.pending(10));
      }
      const { deliveries } = await log().read(ofOne, { after, upTo: await log().end() }, 10);
      const orders = deliveries.map(({ delivery }) => delivery.order);
      expect(orders).toHaveLength(4);
      expect(orders).toEqual([...orders].sort());
    });

    it('keeps what was delivered for its time at least', async () => {
      const after = await log().end();
      await deliver(['a']);
      const [delivery] = await harness.store.outbox.deliveries('', ONE, 1);
      await harness.store.outbox.settle([{ delivery: delivery as Delivery, outcome: { kind: 'delivered' } }]);
      harness.advance(log().keptFor - 1);
      await harness.store.outbox.settle([]);
      await deliver(['b']);
      expect(await behind(after)).toEqual(['a', 'b']);
    });

    it.each(['x', '-1', '99999999999999999', '1.5', 'zzzzzzzzzz-00000000000000'])(
      '%j is no position of it',
      (text) => {
        expect(log().has(text)).toBe(false);
      },
    );
  });
}
