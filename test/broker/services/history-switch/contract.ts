import { describe, expect, it } from '@jest/globals';
import type { Change } from '../../../../broker/domain/change/changes.ts';
import type { Entity, Json, Micros } from '../../../../broker/domain/entity.ts';
import { Relay } from '../../../../broker/notifications/relay.ts';
import { changeEntity } from '../../../../broker/services/change-entity.ts';
import {
  type HistorySwitch,
  type HistorySwitchParts,
  openHistorySwitch,
} from '../../../../broker/services/history-switch/history-switch.ts';
import type { KeptTypes } from '../../../../broker/services/history-switch/keeping.ts';
import { isBeingFilled } from '../../../../broker/services/history-switch/switch-state.ts';
import { DAY } from '../../../../broker/store/roll-ups.ts';
import type { Decision, Store } from '../../../../broker/store/store.ts';
import {
  BIN,
  changing,
  creating,
  deleting,
  LAMP,
  LEVEL,
  property,
  setting,
} from '../../store/contract/entities.ts';
import { freshStore, type OpenStore, START } from '../../store/contract/harness.ts';

const NAME = 'https://example.org/name';
const log = { info: () => {}, warn: () => {} };

type Decide = (current: Entity | undefined, now: Micros) => Decision<unknown>;

/** A broker's write path with a history switch, as far as it matters here. */
async function start(store: Store, kept: KeptTypes, more: Partial<HistorySwitchParts> = {}) {
  const relay = new Relay({
    outbox: store.outbox,
    onDeliveries: () => {},
    log: { ...log, error: () => {}, debug: () => {} } as unknown as ConstructorParameters<
      typeof Relay
    >[0]['log'],
    timers: { after: () => () => {} },
  });
  store.setDrain((tenant, id) => relay.drain(tenant, id));
  const history: HistorySwitch = await openHistorySwitch({
    ...{ store, kept, log, now: () => START, pause: async () => undefined },
    ...more,
  });
  const parts = { store, match: () => [], ...(history.keeping && { history: history.keeping }) };
  const change = (id: string, decide: Decide, tenant = '') =>
    changeEntity(parts, { tenant, correlationId: 'c' }, id, (current, now) => {
      const { answer, change: made } = decide(current, now);
      return { answer, change: made as Change | undefined };
    });
  return { history, change, relay };
}

const id = (n: number): string => `urn:ngsi-ld:Lamp:${n}`;
const named = (name: string): Partial<Entity> => ({
  attributes: { [LEVEL]: [property(0, START)], [NAME]: [property(name, START)] },
});

export function historySwitchContract(driver: string, open: OpenStore): void {
  describe(`the history switch on ${driver}`, () => {
    const harness = freshStore(open);
    /** The values of an Attribute in the history, by when they were written, each once by its id. */
    const valuesOf = async (entityId: string, attribute = LEVEL, tenant = ''): Promise<readonly Json[]> => {
      const query = { timeproperty: 'modifiedAt', attributes: [attribute] } as const;
      const { instances } = await harness.store.of(tenant).temporal.instances(entityId, query);
      return (instances.get(attribute) ?? []).map(({ attributeInstance }) => attributeInstance.value);
    };

    it('stands where it always did without a setting', async () => {
      const { history, change } = await start(harness.store, 'all');
      expect(history.keeping).toBeUndefined();
      await change(id(1), creating(id(1)));
      expect(await valuesOf(id(1))).toEqual([0]);
    });

    it('keeps nothing while it is off', async () => {
      const { change } = await start(harness.store, []);
      await change(id(1), creating(id(1)));
      await change(
        id(1),
        setting(() => 1),
      );
      expect(await harness.store.outbox.pending(10)).toEqual([]);
      expect(await valuesOf(id(1))).toEqual([]);
    });

    it('begins with what was there when it is switched on, once, in every tenant', async () => {
      const off = await start(harness.store, []);
      await harness.store.createTenant('city');
      for (let n = 0; n < 250; n += 1) await off.change(id(n), creating(id(n)));
      await off.change(id(1), creating(id(1), { scopes: ['/A'], types: [BIN] }), 'city');
      const on = await start(harness.store, 'all');
      on.history.start();
      await on.history.idle();
      const ids = new Set<string>();
      for (let n = 0; n < 250; n += 1) {
        const all = await harness.store.of('').temporal.instances(id(n), { timeproperty: 'modifiedAt' });
        const instances = [...all.instances.values()].flat();
        expect(instances).toMatchObject([{ attribute: LEVEL, attributeInstance: { value: 0 } }]);
        for (const { instanceId } of instances) ids.add(instanceId);
      }
      expect(ids.size).toBe(250);
      expect(await valuesOf(id(1), LEVEL, 'city')).toEqual([0]);
      expect(await valuesOf(id(1), '@scope', 'city')).toEqual([['/A']]);
      const { entities } = await harness.store.of('').temporal.candidates({ limit: 1000 });
      expect(entities).toHaveLength(250);
      const again = await start(harness.store, 'all');
      expect(again.history.keeping).toBeUndefined();
    });

    it('records what an Entity was before its next change', async () => {
      const off = await start(harness.store, []);
      await off.change(id(1), creating(id(1), named('one')));
      await off.change(id(2), creating(id(2)));
      const on = await start(harness.store, 'all');
      // The back-fill has not begun yet.
      await Promise.all(
        [5, 6].map((value) =>
          on.change(
            id(1),
            setting(() => value),
          ),
        ),
      );
      await on.change(id(2), deleting());
      await on.change(id(3), creating(id(3)));
      expect(await valuesOf(id(1))).toEqual([0, 5, 6]);
      expect(await valuesOf(id(1), NAME)).toEqual(['one']);
      expect(await valuesOf(id(2))).toEqual([0]);
      expect((await harness.store.of('').temporal.getEntity(id(2)))?.deletedAt).toBeDefined();
      on.history.start();
      await on.history.idle();
      expect(await valuesOf(id(1))).toEqual([0, 5, 6]);
      expect(await valuesOf(id(1), NAME)).toEqual(['one']);
      expect(await valuesOf(id(3))).toEqual([0]);
    });

    it('goes on where it was ended, and gives nothing twice', async () => {
      const off = await start(harness.store, []);
      for (let n = 0; n < 250; n += 1) await off.change(id(n), creating(id(n)));
      let pauses = 0;
      const on: Awaited<ReturnType<typeof start>> = await start(harness.store, 'all', {
        pause: async () => {
          pauses += 1;
          if (pauses === 1) void on.history.stop();
        },
      });
      on.history.start();
      await on.history.stop();
      await on.change(
        id(0),
        setting(() => 1),
      );
      expect(await valuesOf(id(249))).toEqual([]);
      await harness.reopen();
      const later = await start(harness.store, 'all');
      expect(later.history.keeping).toBeDefined();
      await later.change(
        id(249),
        setting(() => 1),
      );
      later.history.start();
      await later.history.idle();
      expect(await valuesOf(id(0))).toEqual([0, 1]);
      expect(await valuesOf(id(100))).toEqual([0]);
      expect(await valuesOf(id(249))).toEqual([0, 1]);
    });

    it('takes no Entity for what it was before a change that came meanwhile', async () => {
      const first = await start(harness.store, 'all');
      for (let n = 0; n < 150; n += 1) await first.change(id(n), creating(id(n), { scopes: ['/A'] }));
      await start(harness.store, []);
      let pauses = 0;
      const on: Awaited<ReturnType<typeof start>> = await start(harness.store, 'all', {
        pause: async () => {
          pauses += 1;
          if (pauses > 1) return;
          for (let n = 0; n < 150; n += 1) await on.change(id(n), changing({ scopes: ['/B'] }));
        },
      });
      on.history.start();
      await on.history.idle();
      for (const n of [0, 149]) expect(await valuesOf(id(n), '@scope')).toEqual([['/A'], ['/B']]);
    });

    it('adds only what was missed when it was off for a while', async () => {
      const first = await start(harness.store, 'all');
      await first.change(id(1), creating(id(1), named('one')));
      await first.change(
        id(1),
        setting(() => 1),
      );
      const off = await start(harness.store, []);
      for (const value of [2, 0])
        await off.change(
          id(1),
          setting(() => value),
        );
      await off.change(id(1), changing({ scopes: ['/B'] }));
      const on = await start(harness.store, 'all');
      on.history.start();
      await on.history.idle();
      expect(await valuesOf(id(1))).toEqual([0, 1, 0]);
      expect(await valuesOf(id(1), NAME)).toEqual(['one']);
      expect(await valuesOf(id(1), '@scope')).toEqual([['/B']]);
    });

    it('can be on for some types', async () => {
      const some = await start(harness.store, [LAMP]);
      await some.change(id(1), creating(id(1)));
      await some.change(id(2), creating(id(2), { types: [BIN] }));
      expect([await valuesOf(id(1)), await valuesOf(id(2))]).toEqual([[0], []]);
      const more = await start(harness.store, [LAMP, BIN]);
      more.history.start();
      await more.history.idle();
      expect([await valuesOf(id(1)), await valuesOf(id(2))]).toEqual([[0], [0]]);
    });

    it('begins with what an Entity was when that gets a type later whose history is kept, once', async () => {
      const some = await start(harness.store, [LAMP]);
      await some.change(id(1), creating(id(1), { ...named('one'), types: [BIN], scopes: ['/A'] }));
      await some.change(
        id(1),
        setting(() => 1),
      );
      expect(await valuesOf(id(1))).toEqual([]);
      // What comes behind it in one turn stays behind it.
      const both = [changing({ types: [BIN, LAMP] }), setting((before) => before + 1)];
      await Promise.all(both.map((decide) => some.change(id(1), decide)));
      expect(await valuesOf(id(1))).toEqual([1, 2]);
      expect(await valuesOf(id(1), NAME)).toEqual(['one']);
      expect(await valuesOf(id(1), '@scope')).toEqual([['/A']]);
      expect(await valuesOf(id(1), '@type')).toEqual([[BIN, LAMP]]);
    });

    it('adds what was missed between two times of a kept type', async () => {
      const some = await start(harness.store, [LAMP]);
      await some.change(id(1), creating(id(1), named('one')));
      await some.change(id(1), changing({ types: [BIN] }));
      await some.change(
        id(1),
        setting(() => 1),
      );
      await some.change(id(1), changing({ types: [LAMP] }));
      await some.change(id(1), changing({ types: [BIN] }));
      // What was taken away of what it had does not come back.
      await harness.store.of('').temporal.removeAttribute(id(1), NAME, 'all');
      await some.change(id(1), changing({ types: [LAMP] }));
      expect(await valuesOf(id(1))).toEqual([0, 1]);
      expect(await valuesOf(id(1), NAME)).toEqual([]);
      expect(await valuesOf(id(1), '@type')).toEqual([[BIN], [LAMP], [BIN], [LAMP]]);
    });

    it('changes nothing of an Entity whose history cannot begin, and goes on with the next change', async () => {
      let isAway = true;
      const outbox = Object.create(harness.store.outbox, {
        fold: {
          value: (...given: Parameters<Store['outbox']['fold']>) =>
            isAway ? Promise.reject(new Error('away')) : harness.store.outbox.fold(...given),
        },
      });
      const store: Store = Object.create(harness.store, { outbox: { value: outbox } });
      const some = await start(store, [LAMP]);
      await some.change(id(1), creating(id(1), { types: [BIN] }));
      await expect(some.change(id(1), changing({ types: [LAMP] }))).rejects.toThrow('away');
      expect((await harness.store.of('').get(id(1)))?.types).toEqual([BIN]);
      isAway = false;
      await some.change(id(1), changing({ types: [LAMP] }));
      expect(await valuesOf(id(1))).toEqual([0]);
    });

    it('gives nothing twice where more change than are remembered', async () => {
      const first = await start(harness.store, 'all');
      for (let n = 0; n < 120; n += 1) await first.change(id(n), creating(id(n), { scopes: ['/A'] }));
      const off = await start(harness.store, []);
      for (let n = 0; n < 120; n += 1) await off.change(id(n), changing({ scopes: ['/B'] }));
      let pauses = 0;
      const on: Awaited<ReturnType<typeof start>> = await start(harness.store, 'all', {
        remembered: 10,
        pause: async () => {
          pauses += 1;
          if (pauses > 1) return;
          for (const n of [0, 1, 99, 100, 118, 119, ...Array.from({ length: 20 }, (_, other) => 10 + other)])
            await on.change(id(n), changing({ scopes: ['/C'] }));
        },
      });
      for (let n = 0; n < 40; n += 1)
        await on.change(
          id(n),
          setting(() => 1),
        );
      on.history.start();
      await on.history.idle();
      expect(await valuesOf(id(0), '@scope')).toEqual([['/A'], ['/B'], ['/C']]);
      expect(await valuesOf(id(119), '@scope')).toEqual([['/A'], ['/B'], ['/C']]);
      expect(await valuesOf(id(50), '@scope')).toEqual([['/A'], ['/B']]);
      expect(await valuesOf(id(39))).toEqual([0, 1]);
      expect(await valuesOf(id(60))).toEqual([0]);
    });

    it('gives no history again what came to it and is there no more', async () => {
      const first = await start(harness.store, 'all', { now: harness.time });
      await first.change(id(1), creating(id(1), named('one')));
      await first.change(id(2), creating(id(2)));
      harness.advance(2 * DAY);
      const { temporal } = harness.store.of('');
      const cutoffs = { raw: START + DAY, hourly: START - DAY };
      expect(await temporal.rollUps.retain(id(1), () => cutoffs)).toMatchObject({ rolledUp: 2 });
      expect(await temporal.removeEntity(id(2))).toBe(true);
      const off = await start(harness.store, [], { now: harness.time });
      await off.change(
        id(1),
        setting(() => 1),
      );
      harness.advance(DAY);
      const on = await start(harness.store, 'all', { now: harness.time });
      on.history.start();
      await on.history.idle();
      expect([await valuesOf(id(1)), await valuesOf(id(1), NAME)]).toEqual([[1], []]);
      expect(await temporal.getEntity(id(2))).toBeUndefined();
    });

    it('lets nothing be rolled up while histories may be looked through for what they lack', async () => {
      const { documents } = harness.store;
      const isFilled = async () => !(await isBeingFilled(documents, harness.time()));
      expect(await isFilled()).toBe(true);
      const off = await start(harness.store, [], { now: harness.time });
      await off.change(id(1), creating(id(1)));
      const on = await start(harness.store, 'all', { now: harness.time });
      expect(await isFilled()).toBe(false);
      on.history.start();
      await on.history.idle();
      harness.advance(DAY / 24 - 1);
      expect(await isFilled()).toBe(false);
      harness.advance(1);
      expect(await isFilled()).toBe(true);
    });

    it('tries again where the store was away', async () => {
      const off = await start(harness.store, []);
      await off.change(id(1), creating(id(1)));
      let failures = 0;
      const outbox = Object.create(harness.store.outbox, {
        fold: {
          value: async (...given: Parameters<Store['outbox']['fold']>) => {
            failures += 1;
            if (failures === 1) throw new Error('away');
            return harness.store.outbox.fold(...given);
          },
        },
      });
      const store: Store = Object.create(harness.store, { outbox: { value: outbox } });
      const on = await start(harness.store, 'all', { store });
      await expect(
        on.change(
          id(1),
          setting(() => 1),
        ),
      ).rejects.toThrow('away');
      expect(await valuesOf(id(1))).toEqual([]);
      await on.change(
        id(1),
        setting(() => 1),
      );
      expect(await valuesOf(id(1))).toEqual([0, 1]);
    });
  });
}
