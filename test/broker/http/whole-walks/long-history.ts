import { formatDateTime } from '../../../../broker/domain/date-time.ts';
import type { JsonObject } from '../../../../broker/domain/entity.ts';
import type { HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import type { BrokerUnderTest } from '../broker-under-test.ts';

export const PUMPS = ['urn:ngsi-ld:Pump:1', 'urn:ngsi-ld:Pump:2'] as const;
/** The instances that are provided. */
export const PROVIDED = 5000;
/** The instances that Pumps have by being created and changed: few enough to have one `createdAt`. */
export const CHANGES = 60;
const AT_ONCE = 50;
const MICROS_PER_MINUTE = 60_000_000;
const minute = (n: number): string => formatDateTime(Date.UTC(2026, 3, 1) * 1000 + MICROS_PER_MINUTE * n);

/**
 * Gives both Pumps a history: `flow` in three datasets, `level` and `state`, out of order, some at the same time, with deletions,
 * and some without `observedAt`; and a `pressure` that changes.
 */
export async function makeHistory({ api, clock }: BrokerUnderTest): Promise<void> {
  for (const id of PUMPS) {
    await api
      .post('/entities')
      .send({ id, type: 'Pump', pressure: pressureAt(0) })
      .expect(201);
    for (let n = 1; n < CHANGES; n++) {
      clock.advance(MICROS_PER_MINUTE);
      await api
        .patch(`/entities/${id}/attrs`)
        .send({ pressure: pressureAt(n) })
        .expect(204);
    }
  }
  for (let from = 0; from < PROVIDED; from += AT_ONCE) {
    clock.advance(MICROS_PER_MINUTE);
    const id = from % 200 < 150 ? PUMPS[0] : PUMPS[1];
    const attributes = { flow: [] as JsonObject[], level: [] as JsonObject[], state: [] as JsonObject[] };
    for (let n = from; n < from + AT_ONCE; n++) attributes[seriesOf(n)].push(instance(n));
    await api.post(`/temporal/entities/${id}/attrs`).send(attributes).expect(204);
  }
}

const pressureAt = (n: number): JsonObject => ({
  type: 'Property',
  value: n,
  observedAt: minute(n * 40),
});

function seriesOf(n: number): 'flow' | 'level' | 'state' {
  if (n % 5 === 4) return 'state';
  return n % 5 === 3 ? 'level' : 'flow';
}

function instance(n: number): JsonObject {
  const datasetId = { 1: 'urn:ngsi-ld:Dataset:a', 2: 'urn:ngsi-ld:Dataset:b' }[n % 5];
  return {
    type: 'Property',
    // One in ten is a deletion; it has a time of its own, or it would be a repetition of another.
    value: n % 10 === 7 ? 'urn:ngsi-ld:null' : n,
    ...(datasetId !== undefined && { datasetId }),
    ...(n % 100 !== 9 && { observedAt: minute(n % 10 === 7 ? 10_000 + n : (n * 7919) % 2503) }),
  };
}

/** All that the store has of both, in no order. */
export async function allInstances({ store }: BrokerUnderTest): Promise<readonly HistoryInstance[]> {
  const { temporal } = store.of('');
  const pages = await Promise.all(
    PUMPS.map((id) => temporal.instances(id, { timeproperty: 'createdAt', except: ['@type'] })),
  );
  return pages.flatMap(({ instances }) => [...instances.values()].flat());
}
