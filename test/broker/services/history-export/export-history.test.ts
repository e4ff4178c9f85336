import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Micros } from '../../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../../broker/domain/errors.ts';
import { parseEntityQuery } from '../../../../broker/domain/query/parse-entity-query.ts';
import { createContexts } from '../../../../broker/jsonld/contexts.ts';
import {
  createHistoryExportService,
  type ExportRequest,
  type HistoryExportService,
} from '../../../../broker/services/history-export/export-history.ts';
import type { Texts } from '../../../../broker/services/history-export/export-slots.ts';
import type { Store } from '../../../../broker/store/store.ts';
import type { HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import { memoryStore } from '../../store/memory-store.ts';

const { core: context } = createContexts({
  download: { fetch: () => Promise.reject(new Error('no network')), timeLimitMs: 1000, maxBytes: 1000 },
  now: () => 0,
});
const scope = { tenant: '', context };
const request: ExportRequest = {
  query: parseEntityQuery({ type: 'Sensor' }, context),
  view: { query: { timeproperty: 'observedAt', from: 0 }, form: 'normalized', sysAttrs: true },
  shape: 'long',
  format: 'ndjson',
  geoproperty: context.expand('location'),
};

function instanceOf(entityId: string, n: number): HistoryInstance {
  const times = { createdAt: 1 as Micros, modifiedAt: n, observedAt: n };
  return {
    ...{ instanceId: `urn:ngsi-ld:Instance:${entityId}${n}`, entityId, attribute: context.expand('level') },
    ...{ kind: 'Property', ...times, attributeInstance: { kind: 'Property', value: n, ...times } },
  };
}

let store: Store;
/** Reads of instances so far. */
let reads = 0;
let isBroken = false;

beforeAll(async () => {
  store = memoryStore();
  const { temporal } = store.of('');
  for (const id of ['urn:e:1', 'urn:e:2', 'urn:e:3']) {
    const entity = { id, types: [context.expand('Sensor')], scopes: [], createdAt: 1, modifiedAt: 1 };
    await temporal.append(
      entity,
      Array.from({ length: 5000 }, (_, n) => instanceOf(id, n + 1)),
    );
  }
});
afterAll(() => store.close());

function serviceOf(limit: number): HistoryExportService {
  const watched: Pick<Store, 'of'> = {
    of: (tenant) => {
      const { temporal } = store.of(tenant);
      const instances: typeof temporal.instances = async (id, query) => {
        reads += 1;
        if (isBroken) throw new NgsiLdError('Unavailable', 'the disk fails');
        return temporal.instances(id, query);
      };
      const candidates: typeof temporal.candidates = async (query) => {
        if (isBroken) throw new NgsiLdError('Unavailable', 'the disk fails');
        return temporal.candidates(query);
      };
      return { ...store.of(tenant), temporal: { ...temporal, instances, candidates } };
    },
  };
  return createHistoryExportService({ store: watched, limit });
}

/** An export that has begun. */
async function begun(service: HistoryExportService, tenant = ''): Promise<Texts> {
  const outcome = await service.exportHistory(request, { ...scope, tenant });
  if (typeof outcome === 'string') throw new Error(`refused: ${outcome}`);
  return outcome.texts;
}

describe('an export', () => {
  it('has every instance once, in texts that do not grow with the history', async () => {
    const values: number[] = [];
    let longest = 0;
    for await (const text of await begun(serviceOf(1))) {
      longest = Math.max(longest, text.length);
      for (const line of text.split('\n').filter((line) => line !== ''))
        values.push(JSON.parse(line).level[0].value);
    }
    const one = Array.from({ length: 5000 }, (_, n) => n + 1);
    expect(values).toEqual([...one, ...one, ...one]);
    expect(longest).toBeLessThan(34 * 1024);
  });

  it('reads only for the text that is asked for', async () => {
    const texts = await begun(serviceOf(1));
    await texts.next();
    const before = reads;
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    expect(reads).toBe(before);
    await texts.return();
  });

  it('reads no more once it is given up, even while it looks for what to give', async () => {
    const texts = await begun(serviceOf(1));
    const next = texts.next();
    await texts.return();
    const before = reads;
    await expect(next).rejects.toThrow('given up');
    expect(await texts.next()).toEqual({ done: true, value: undefined });
    expect(reads).toBe(before);
  });

  it('is refused where there are as many as there may be, until one of them ends', async () => {
    const service = serviceOf(2);
    const [one, other] = [await begun(service), await begun(service, 'b')];
    expect(await service.exportHistory(request, { ...scope, tenant: 'c' })).toBe('process');
    await one.return();
    const third = await begun(service, 'c');
    await third.return();
    for await (const _ of other) expect(reads).toBeGreaterThan(0);
    expect(await Promise.all(['', 'b'].map((tenant) => begun(service, tenant)))).toHaveLength(2);
  });

  it('is refused to a tenant that has its share, and not to the others', async () => {
    const service = serviceOf(8);
    const running: Texts[] = [];
    const until = async (tenant: string) => {
      for (;;) {
        const outcome = await service.exportHistory(request, { ...scope, tenant });
        if (typeof outcome === 'string') return outcome;
        running.push(outcome.texts);
      }
    };
    const counts: number[] = [];
    for (const tenant of ['a', 'b', 'c', 'd', 'e']) {
      const before = running.length;
      await until(tenant);
      counts.push(running.length - before);
    }
    expect(counts).toEqual([4, 2, 1, 1, 0]);
    await Promise.all(running.map((texts) => texts.return()));
    expect(await until('a')).toBe('tenant');
  });

  it('is refused while the store is away, and fails when it goes away, without keeping its place', async () => {
    const service = serviceOf(1);
    isBroken = true;
    await expect(service.exportHistory(request, scope)).rejects.toThrow('the disk fails');
    isBroken = false;
    const texts = await begun(service);
    await texts.next();
    isBroken = true;
    const rest = async () => {
      for await (const _ of texts) expect(reads).toBeGreaterThan(0);
    };
    await expect(rest()).rejects.toThrow('the disk fails');
    isBroken = false;
    await (await begun(service)).return();
  });
});
