import { describe, expect, it } from '@jest/globals';
import { parseDuration } from '../../../../broker/domain/duration.ts';
import type { Micros } from '../../../../broker/domain/entity.ts';
import { createTemporalEntityService } from '../../../../broker/services/temporal-entities.ts';
import type { TemporalView } from '../../../../broker/services/temporal-view.ts';
import { DAY, HOUR } from '../../../../broker/store/roll-ups.ts';
import type { Store } from '../../../../broker/store/store.ts';
import type { HistoryInstance, TemporalStore } from '../../../../broker/store/temporal-store.ts';
import { openStoreAt } from '../../notifications/notifying-broker.ts';

const ID = 'urn:ngsi-ld:Meter:1';
const FLOW = 'urn:v:flow';
const START: Micros = Date.UTC(2026, 0, 30) * 1000;
const COUNT = 2400;
const entity = { id: ID, types: ['urn:v:Meter'], scopes: [], createdAt: 1, modifiedAt: 1 };
const all = Array.from({ length: COUNT }, (_, n): HistoryInstance => {
  const said = { observedAt: START + n * 60_000_000, createdAt: 1, modifiedAt: 1 };
  return {
    ...{ instanceId: `urn:ngsi-ld:Instance:${n}`, entityId: ID, attribute: FLOW, kind: 'Property', ...said },
    attributeInstance: { kind: 'Property', value: 1, ...said },
  };
});

/** A store in which `between` is called behind each read of a history. */
function disturbed(store: Store, between: (temporal: TemporalStore) => Promise<void>): Pick<Store, 'of'> {
  const after = async <T>(temporal: TemporalStore, reading: Promise<T>): Promise<T> => {
    const found = await reading;
    await between(temporal);
    return found;
  };
  return {
    of: (tenant) => {
      const { temporal, ...rest } = store.of(tenant);
      const { rollUps } = temporal;
      return {
        ...rest,
        temporal: {
          ...temporal,
          instances: (id, query) => after(temporal, temporal.instances(id, query)),
          rollUps: {
            ...rollUps,
            attributes: (id) => after(temporal, rollUps.attributes(id)),
            read: (id, query) => after(temporal, rollUps.read(id, query)),
          },
        },
      };
    },
  };
}

/** What an answer counts by the hour and altogether, while `steps` of retention are done from the nth read on. */
async function countMeanwhile(nth: number, lastN?: number): Promise<readonly number[]> {
  const store = openStoreAt(':memory:', () => START + 10 * DAY);
  let reads = 0;
  const cutoffs = { raw: START + DAY, hourly: START + 12 * HOUR, daily: START };
  const between = async ({ rollUps }: TemporalStore): Promise<void> => {
    // It waits for who was disturbed, so nobody waits for it.
    if (++reads >= nth) rollUps.retain(ID, () => cutoffs).catch(() => undefined);
  };
  try {
    await store.of('').temporal.append(entity, all);
    const service = createTemporalEntityService({ store: disturbed(store, between), pageSize: 1000 });
    const duration = parseDuration('P1D');
    const view = {
      ...{ form: 'normalized', sysAttrs: false, query: { timeproperty: 'observedAt' } },
      aggregation: { methods: ['totalCount'], ...(duration && { duration }) },
      ...(lastN !== undefined && { lastN }),
    } as unknown as TemporalView;
    const scope = { tenant: '', context: { compact: (name: string) => name } } as never;
    const { body } = await service.retrieveTemporalEntity(ID, view, scope);
    const { totalCount } = body[FLOW] as unknown as { totalCount: readonly [number][] };
    return totalCount.map(([count]) => count);
  } finally {
    await store.close();
  }
}

describe('aggregated values that are asked for while values are rolled up', () => {
  it.each(Array.from({ length: 8 }, (_, n) => n + 1))(
    'count each once, when that begins behind read %i',
    async (nth) => {
      expect(await countMeanwhile(nth)).toEqual([1440, 960]);
      expect(await countMeanwhile(nth, 10_000)).toEqual([1440, 960]);
    },
  );
});
