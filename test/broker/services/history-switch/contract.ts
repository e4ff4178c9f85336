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
  const parts = { store, match: () => [], history: history.keeping };
  const change = (id: string, decide: Decide, tenant = '') =>
    changeEntity(parts, { tenant, correlationId: 'c' }, id, (current, now) => {
      const { answer, change: made } = decide(current, now);
      return { answer, change: made as Change | undefined };
    });
  return { history, change, relay };
}

const range = (length: number): readonly number[] => Array.from({ length }, (_, n) => n);
const id = (n: number): string => `urn:ngsi-ld:Lamp:${n}`;
/** Takes the name away. */
const withoutName: Decide = (current, now) => {
  const { [NAME]: gone = [], ...attributes } = (current as Entity).attributes;
  const change: Change = {
    ...{ kind: 'updated', before: current as Entity, typesChanged: false, scopesChanged: false },
    entity: { ...(current as Entity), modifiedAt: now, attributes },
    attributes: gone.map((before) => ({ attribute: NAME, kind: 'deleted', before })),
  };
  return { answer: undefined, change };
};
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

    const entityOf = (entityId: string) => harness.store.of('').temporal.getEntity(entityId);
    /** Rolls up what is older than a day, until nothing is left to do. */
    const rollUp = async (entityId: string): Promise<void> => {
      const { rollUps } = harness.store.of('').temporal;
      const cutoffs = { raw: harness.time() - DAY, hourly: START - DAY };
      for (;;) if ((await rollUps.retain(entityId, () => cutoffs)).isDone) return;
    };
    const countOf = async (entityId: string): Promise<number> => {
      const { rollUps } = harness.store.of('').temporal;
      const page = await rollUps.read(entityId, { attribute: LEVEL, order: 'oldest first', limit: 100 });
      const counts = page.rollUps.flatMap(({ summary }) => Object.values(summary).map(({ count }) => count));
      return counts.reduce((sum, count) => sum + count, 0);
    };
    const lacking = async (): Promise<Json | undefined> => {
      const [row] = await harness.store.documents.list('history-switch');
      return (row?.body as { readonly lacking: Json } | undefined)?.lacking;
    };

    it('stands where it always did without a setting', async () => {
      const { history, change } = await start(harness.store, 'all');
      history.start();
      expect(await harness.store.documents.list('history-switch')).toEqual([]);
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
      await Promise.all(range(250).map((n) => off.change(id(n), creating(id(n)))));
      await off.change(id(1), creating(id(1), { scopes: ['/A'], types: [BIN] }), 'city');
      const on = await start(harness.store, 'all');
      on.history.start();
      await on.history.idle();
      on.relay.start();
      await on.relay.idle();
      const ids = new Set<string>();
      await Promise.all(
        range(25).map(async (n) => {
          const all = await harness.store
            .of('')
            .temporal.instances(id(10 * n), { timeproperty: 'modifiedAt' });
          const instances = [...all.instances.values()].flat();
          expect(instances).toMatchObject([{ attribute: LEVEL, attributeInstance: { value: 0 } }]);
          for (const { instanceId } of instances) ids.add(instanceId);
        }),
      );
      expect(ids.size).toBe(25);
      expect(await valuesOf(id(1), LEVEL, 'city')).toEqual([0]);
      expect(await valuesOf(id(1), '@scope', 'city')).toEqual([['/A']]);
      const { entities } = await harness.store.of('').temporal.candidates({ limit: 1000 });
      expect(entities).toHaveLength(250);
      expect((await harness.store.of('').get(id(1)))?.recorded).toBeUndefined();
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
      await Promise.all(range(250).map((n) => off.change(id(n), creating(id(n)))));
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
      expect(await lacking()).toEqual('all');
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

    it('gives no history again what came to it and is there no more', async () => {
      const first = await start(harness.store, 'all');
      await first.change(id(1), creating(id(1), named('one')));
      await first.change(id(2), creating(id(2)));
      harness.advance(2 * DAY);
      const { temporal } = harness.store.of('');
      const cutoffs = { raw: START + DAY, hourly: START - DAY };
      expect(await temporal.rollUps.retain(id(1), () => cutoffs)).toMatchObject({ rolledUp: 2 });
      expect(await temporal.removeEntity(id(2))).toBe(true);
      const off = await start(harness.store, []);
      await off.change(
        id(1),
        setting(() => 1),
      );
      harness.advance(DAY);
      const on = await start(harness.store, 'all');
      on.history.start();
      await on.history.idle();
      expect([await valuesOf(id(1)), await valuesOf(id(1), NAME)]).toEqual([[1], []]);
      expect(await temporal.getEntity(id(2))).toBeUndefined();
    });

    it('tries again where the store was away', async () => {
      const off = await start(harness.store, []);
      await off.change(id(1), creating(id(1)));
      let failures = 0;
      const store: Store = Object.create(harness.store, {
        tenants: {
          value: async () => {
            failures += 1;
            if (failures === 1) throw new Error('away');
            return harness.store.tenants();
          },
        },
      });
      const on = await start(store, 'all');
      on.history.start();
      await on.history.idle();
      expect(await valuesOf(id(1))).toEqual([0]);
    });

    it('counts nothing twice that was given, rolled up, and is looked for again', async () => {
      const off = await start(harness.store, []);
      await off.change(id(1), creating(id(1), named('one')));
      // It ends before it can say that it came to its end.
      let isOpen = false;
      const put: Store['documents']['put'] = async (...given) => {
        if (!isOpen) return harness.store.documents.put(...given);
        void on.history.stop();
        throw new Error('away');
      };
      const documents = Object.create(harness.store.documents, { put: { value: put } });
      const on = await start(Object.create(harness.store, { documents: { value: documents } }), 'all', {
        now: () => (isOpen ? START + DAY : START),
      });
      isOpen = true;
      on.history.start();
      await on.history.idle();
      expect(await lacking()).toBe('all');
      expect(await valuesOf(id(1))).toEqual([0]);
      await start(harness.store, []);
      harness.advance(2 * DAY);
      await rollUp(id(1));
      expect([await valuesOf(id(1)), await countOf(id(1))]).toEqual([[], 1]);
      for (const kept of ['all', [], [LAMP], 'all'] as const) {
        const again = await start(harness.store, kept);
        again.history.start();
        await again.history.idle();
        await rollUp(id(1));
      }
      expect([await valuesOf(id(1)), await countOf(id(1))]).toEqual([[], 1]);
    });

    it('has what an Entity was each time that it is on again, and nothing of what came between', async () => {
      let value = 0;
      const setLevel = () => setting(() => value++);
      for (let round = 0; round < 3; round += 1) {
        const on = await start(harness.store, 'all');
        on.history.start();
        await on.history.idle();
        if (round === 0) await on.change(id(1), creating(id(1), named('one')));
        else await on.change(id(1), setLevel());
        const off = await start(harness.store, []);
        for (let times = 0; times < 3; times += 1) await off.change(id(1), setLevel());
      }
      const last = await start(harness.store, 'all');
      await last.change(id(1), setLevel());
      // Created with 0; 0 to 2 while off, 3 while on, 4 to 6 while off, 7 while on, 8 to 10 while off, 11 while on.
      expect(await valuesOf(id(1))).toEqual([0, 2, 3, 6, 7, 10, 11]);
      expect(await valuesOf(id(1), NAME)).toEqual(['one']);
    });

    it('tells of the end of what it has also while it is off, and of nothing else', async () => {
      const on = await start(harness.store, 'all');
      for (const n of [1, 2, 3]) await on.change(id(n), creating(id(n), { ...named('one'), scopes: ['/A'] }));
      const off = await start(harness.store, []);
      await off.change(id(1), changing({ scopes: ['/B'] }));
      await off.change(
        id(1),
        setting(() => 1),
      );
      await off.change(id(1), withoutName);
      const { modifiedAt } = (await harness.store.of('').get(id(1))) as Entity;
      await off.change(id(2), deleting());
      await off.change(id(4), creating(id(4)));
      await off.change(id(4), deleting());
      harness.advance(5);
      await off.change(id(3), changing({ expiresAt: harness.time() + 5 }));
      harness.advance(10);
      expect(await valuesOf(id(1))).toEqual([0]);
      expect(await valuesOf(id(1), NAME)).toEqual(['one', 'urn:ngsi-ld:null']);
      expect(await entityOf(id(1))).toMatchObject({ scopes: ['/A'], modifiedAt });
      expect(await valuesOf(id(2), '@scope')).toEqual([['/A'], []]);
      expect([(await entityOf(id(2)))?.deletedAt, (await entityOf(id(3)))?.deletedAt]).toEqual([
        expect.any(Number),
        harness.time() - 5,
      ]);
      expect(await entityOf(id(4))).toBeUndefined();
    });

    it('knows an Entity again that was deleted and made anew while it was off', async () => {
      const on = await start(harness.store, 'all');
      await on.change(id(1), creating(id(1), named('one')));
      const off = await start(harness.store, []);
      await off.change(id(1), deleting());
      await off.change(id(1), creating(id(1), { types: [BIN], scopes: ['/B'] }));
      await off.change(
        id(1),
        setting(() => 1),
      );
      const again = await start(harness.store, 'all');
      again.history.start();
      await again.history.idle();
      expect(await valuesOf(id(1))).toEqual([0, 1]);
      expect(await valuesOf(id(1), '@scope')).toEqual([['/B']]);
      const known = await entityOf(id(1));
      expect(known).toMatchObject({ types: [BIN], formerTypes: [LAMP] });
      expect(known?.deletedAt).toBeUndefined();
    });

    it('tells what an Entity is, though something older was provided for it while it was off', async () => {
      const off = await start(harness.store, []);
      await off.change(id(1), creating(id(1), { types: [BIN], scopes: ['/B'] }));
      harness.advance(1000);
      const at = harness.time();
      const provided = { id: id(1), types: [LAMP], scopes: [], createdAt: at, modifiedAt: at };
      await harness.store.of('').temporal.append(provided, []);
      const { createdAt, modifiedAt } = (await harness.store.of('').get(id(1))) as Entity;
      harness.advance(1000);
      const on = await start(harness.store, 'all');
      on.history.start();
      await on.history.idle();
      const known = { types: [BIN, LAMP], scopes: ['/B'], createdAt, modifiedAt };
      expect(await entityOf(id(1))).toMatchObject(known);
    });

    it('gives each Entity its turn once, whatever else changes it at that time', async () => {
      const off = await start(harness.store, []);
      const ids = range(60).map(id);
      await Promise.all(ids.map((one) => off.change(one, creating(one, { scopes: ['/A'] }))));
      const on = await start(harness.store, 'all');
      on.history.start();
      const changes = ids.map(async (one, n) => {
        await Promise.resolve();
        if (n % 3 === 0)
          await on.change(
            one,
            setting(() => 1),
          );
        if (n % 3 === 1) await on.change(one, deleting());
      });
      await Promise.all([...changes, on.history.idle()]);
      for (const [n, one] of ids.entries()) {
        expect([n, await valuesOf(one)]).toEqual([n, n % 3 === 0 ? [0, 1] : [0]]);
        expect(await valuesOf(one, '@scope')).toEqual(n % 3 === 1 ? [['/A'], []] : [['/A']]);
      }
    });

    it('changes nothing that is told of an Entity when it gives its history what that lacks', async () => {
      const off = await start(harness.store, []);
      await off.change(id(1), creating(id(1)));
      const { recorded, ...before } = (await harness.store.of('').get(id(1))) as Entity;
      expect(recorded).toEqual({ until: 0, types: [], scopes: [] });
      harness.advance(1000);
      const on = await start(harness.store, 'all');
      on.history.start();
      await on.history.idle();
      expect(await harness.store.of('').get(id(1))).toEqual(before);
    });

    it('looks again with each start within a day, for what a process left that was not restarted yet', async () => {
      const left = await start(harness.store, []);
      await left.change(id(1), creating(id(1)));
      const first = await start(harness.store, 'all');
      first.history.start();
      await first.history.idle();
      await left.change(
        id(1),
        setting(() => 1),
      );
      expect(await valuesOf(id(1))).toEqual([0]);
      const second = await start(harness.store, 'all', { now: () => START + DAY - 1 });
      second.history.start();
      await second.history.idle();
      expect([await valuesOf(id(1)), await lacking()]).toEqual([[0, 1], 'all']);
      const next = await start(harness.store, 'all', { now: () => START + DAY });
      next.history.start();
      await next.history.idle();
      expect([await valuesOf(id(1)), await lacking()]).toEqual([[0, 1], []]);
    });

    it('is right where processes with other settings change the same Entity', async () => {
      const on = await start(harness.store, 'all');
      const off = await start(harness.store, []);
      await off.change(id(1), creating(id(1)));
      for (const value of [1, 2, 3, 4]) {
        const { change } = value % 2 === 0 ? on : off;
        await change(
          id(1),
          setting(() => value),
        );
      }
      expect(await valuesOf(id(1))).toEqual([1, 2, 3, 4]);
    });
  });
}
