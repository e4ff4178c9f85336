import { describe, expect, it } from '@jest/globals';
import type { Micros } from '../../../../broker/domain/entity.ts';
import { HistoryKeeper } from '../../../../broker/services/retention/history-keeper.ts';
import { HOUR } from '../../../../broker/store/roll-ups.ts';
import { notifyingBroker } from '../../notifications/notifying-broker.ts';

const HISTORIES = 400;
const EACH = 3;
const VALUE = 'https://uri.etsi.org/ngsi-ld/default-context/level';
const TYPE = 'https://uri.etsi.org/ngsi-ld/default-context/Lamp';
const idOf = (n: number) => `urn:ngsi-ld:Lamp:${n}`;

/** A broker with many histories, all of which are due, and what keeps them. */
async function withHistories(onStep: (steps: number) => void = () => {}) {
  const broker = await notifyingBroker();
  const { store, clock, admin } = broker;
  const { temporal } = store.of('');
  const old: Micros = clock.now() - 100 * HOUR;
  for (let n = 0; n < HISTORIES; n++) {
    const entity = { id: idOf(n), types: [TYPE], scopes: [], createdAt: 1, modifiedAt: 1 };
    const instances = Array.from({ length: EACH }, (_, value) => {
      const said = { observedAt: old + value * 60_000_000, createdAt: 1, modifiedAt: 1 };
      return {
        ...{ instanceId: `urn:ngsi-ld:Instance:${n}-${value}`, entityId: idOf(n), attribute: VALUE, ...said },
        ...{ kind: 'Property' as const, attributeInstance: { kind: 'Property' as const, value, ...said } },
      };
    });
    await temporal.append(entity, instances);
  }
  let steps = 0;
  const keeper = new HistoryKeeper({
    ...{ store, now: clock.now, isOwner: () => true, fallback: {} },
    ...{ timers: { after: () => () => {} }, log: { warn: () => {} } },
    onStep: () => onStep(++steps),
    pause: () => new Promise(setImmediate),
  });
  await admin.put('/history-policies/all').send({ keepRaw: 'P1D', keepHourly: 'P1Y' });
  const counted = async () => {
    let [raw, rolledUp] = [0, 0];
    for (let n = 0; n < HISTORIES; n++) {
      const { instances } = await temporal.instances(idOf(n), { timeproperty: 'observedAt' });
      raw += instances.get(VALUE)?.length ?? 0;
      const query = { attribute: VALUE, order: 'oldest first', limit: 10 } as const;
      const { rollUps } = await temporal.rollUps.read(idOf(n), query);
      for (const { summary } of rollUps) rolledUp += summary.number?.count ?? 0;
    }
    return { raw, rolledUp };
  };
  return { broker, keeper, counted, stepsDone: () => steps };
}

describe('histories that are kept within their policies while they are used', () => {
  it('are written to and read between the steps', async () => {
    const { broker, keeper, counted, stepsDone } = await withHistories();
    let isOver = false;
    const passing = keeper.look().then(() => {
      isOver = true;
    });
    const { api } = broker;
    for (let n = 0; n < 20; n++) {
      const before = stepsDone();
      const id = idOf(HISTORIES - 1 - n);
      const level = [{ type: 'Property', value: 9, observedAt: '2026-06-01T11:59:00Z' }];
      expect((await api.post('/temporal/entities').send({ id, type: 'Lamp', level })).status).toBe(204);
      const { body } = await api.get(
        `/temporal/entities/${id}?attrs=level&format=aggregatedValues&aggrMethods=totalCount`,
      );
      expect(body.level.totalCount[0][0]).toBe(EACH + 1);
      // A request is answered before many of them are done, whatever there is to do.
      expect(stepsDone() - before).toBeLessThan(HISTORIES / 4);
    }
    expect(isOver).toBe(false);
    await passing;
    expect(await counted()).toEqual({ raw: 20, rolledUp: HISTORIES * EACH });
  });

  it('stay as they are from the moment on at which the policy is removed', async () => {
    let removing: Promise<unknown> = Promise.resolve();
    const { broker, keeper, counted, stepsDone } = await withHistories((steps) => {
      broker.clock.advance(20_000);
      if (steps === 100) removing = broker.store.documents.remove('historyPolicy', '', 'all');
    });
    await keeper.look();
    await removing;
    expect(stepsDone()).toBeGreaterThanOrEqual(100);
    // It looks for it once a second.
    expect(stepsDone()).toBeLessThanOrEqual(160);
    const rolledUp = stepsDone() * EACH;
    expect(await counted()).toEqual({ raw: HISTORIES * EACH - rolledUp, rolledUp });
    await keeper.look();
    expect(await counted()).toEqual({ raw: HISTORIES * EACH - rolledUp, rolledUp });
  });
});
