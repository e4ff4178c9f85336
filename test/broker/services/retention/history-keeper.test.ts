import { describe, expect, it } from '@jest/globals';
import { HistoryKeeper } from '../../../../broker/services/retention/history-keeper.ts';
import { startRetention } from '../../../../broker/services/retention/start.ts';
import { HOUR } from '../../../../broker/store/roll-ups.ts';
import { createMetrics } from '../../../../runtime/metrics.ts';
import { notifyingBroker } from '../../notifications/notifying-broker.ts';

const idOf = (n: number) => `urn:ngsi-ld:Lamp:${n}`;

/** Histories of Lamps, some of which cannot be rolled up. */
async function withBroken(lamps: number, broken: readonly number[]) {
  const { store, clock, api } = await notifyingBroker();
  for (let n = 0; n < lamps; n++)
    await api.post('/temporal/entities').send({
      ...{ id: idOf(n), type: 'Lamp' },
      level: [{ type: 'Property', value: n, observedAt: '2026-05-01T00:00:00Z' }],
    });
  const isBroken = new Set(broken.map(idOf));
  const { temporal } = store.of('');
  const rollUps: typeof temporal.rollUps = {
    ...temporal.rollUps,
    retain: (id, cutoffsOf) =>
      isBroken.has(id) ? Promise.reject(new Error('torn')) : temporal.rollUps.retain(id, cutoffsOf),
  };
  const logged: object[] = [];
  const keeper = new HistoryKeeper({
    store: {
      documents: store.documents,
      tenants: () => store.tenants(),
      of: (tenant) => ({ ...store.of(tenant), temporal: { ...temporal, rollUps } }),
    },
    ...{ fallback: { keepRaw: 'P1D' }, now: clock.now, isOwner: () => true, onStep: () => {} },
    timers: { after: () => () => {} },
    log: { warn: (fields) => logged.push(fields) },
    pause: () => Promise.resolve(),
  });
  const isThere = async (n: number) =>
    (await temporal.instances(idOf(n), { timeproperty: 'observedAt' })).instances.size > 0;
  return { keeper, clock, logged, isBroken, isThere };
}

describe('what keeps histories within their policies', () => {
  it('goes on behind one that fails, tells of it, and tries again with the next hour', async () => {
    const { keeper, clock, logged, isBroken, isThere } = await withBroken(3, [1]);
    await keeper.look();
    expect([await isThere(0), await isThere(1), await isThere(2)]).toEqual([false, true, false]);
    expect(logged).toEqual([{ err: new Error('torn'), entities: [{ tenant: '', entity: idOf(1) }] }]);
    clock.advance(HOUR / 2);
    await keeper.look();
    const lag = keeper.lag();
    expect(lag).toBeGreaterThanOrEqual(1800);
    isBroken.clear();
    clock.advance(HOUR);
    await keeper.look();
    expect([await isThere(1), logged.length]).toEqual([false, 1]);
    expect(keeper.lag()).toBeLessThan(1);
  });

  it('ends a pass in which many fail, which is tried again at once', async () => {
    const { keeper, isBroken, isThere } = await withBroken(
      12,
      Array.from({ length: 12 }, (_, n) => n),
    );
    await expect(keeper.look()).rejects.toThrow('torn');
    isBroken.clear();
    await keeper.look();
    expect(await isThere(11)).toBe(false);
  });

  it('keeps for ever what HISTORY_KEEP keeps for longer than durations reach', async () => {
    const { store, clock, api } = await notifyingBroker();
    await api.post('/temporal/entities').send({
      ...{ id: idOf(1), type: 'Lamp' },
      level: [{ type: 'Property', value: 1, observedAt: '0001-01-01T00:00:00Z' }],
    });
    const logged: object[] = [];
    const keeper = startRetention({
      ...{ store, now: clock.now, log: { warn: (fields) => logged.push(fields) }, owns: () => true },
      metrics: createMetrics({ withDefaults: false }),
      keptFor: 99_999_999 * 86_400_000,
    });
    await keeper.look();
    await keeper.stop();
    const { instances } = await store.of('').temporal.instances(idOf(1), { timeproperty: 'observedAt' });
    expect([instances.size, logged]).toEqual([1, []]);
  });
});
