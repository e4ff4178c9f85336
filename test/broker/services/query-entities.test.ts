import { describe, expect, it } from '@jest/globals';
import type { Entity, Json } from '../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import type { Condition } from '../../../broker/domain/query/condition.ts';
import { parseEntityQuery } from '../../../broker/domain/query/parse-entity-query.ts';
import type { Context } from '../../../broker/jsonld/context.ts';
import { createEntityQueryService } from '../../../broker/services/query-entities.ts';
import type { Store, TenantStore } from '../../../broker/store/store.ts';
import { vocabulary } from '../../support/vocabulary.ts';

const NUMBER = vocabulary.expand('number');
const context: Context = { ...vocabulary, reference: [] };
const view = { isGeoJson: false, form: 'simplified' } as const;

function entity(number: number, given: Json = number): Entity {
  const value = { kind: 'Property', value: given, createdAt: 1, modifiedAt: 1 } as const;
  return {
    id: `urn:ngsi-ld:Room:${number}`,
    types: [vocabulary.expand('Room')],
    scopes: [],
    createdAt: 1,
    modifiedAt: 1,
    attributes: { [NUMBER]: [value] },
  };
}

/** A store of 100 Entities in pages of ten, which tells how many it has given; each has a text of so many characters, or a number. */
function countingStore({ isExact, text = 0 }: { readonly isExact: boolean; readonly text?: number }) {
  const given = text > 0 ? 'x'.repeat(text) : undefined;
  const entities = Array.from({ length: 100 }, (_, number) => entity(number, given));
  const calls = { pages: 0, limits: [] as (number | undefined)[] };
  const tenant: Pick<TenantStore, 'find' | 'count' | 'isExact'> = {
    async *find(_condition: Condition, { offset = 0, limit } = {}) {
      calls.limits.push(limit);
      for (let at = offset; at < entities.length; at += 10) {
        calls.pages++;
        yield entities.slice(at, at + 10);
      }
    },
    count: async () => entities.length,
    isExact: () => isExact,
  };
  const store = { of: () => tenant as TenantStore } satisfies Pick<Store, 'of'>;
  return { service: createEntityQueryService({ store, now: () => 2 }), calls, tenant };
}

const byType = parseEntityQuery({ type: 'Room' }, vocabulary);
const byNumber = parseEntityQuery({ type: 'Room', q: 'number>=25' }, vocabulary);
const scope = { tenant: '', context };

describe('queryEntities', () => {
  it('refuses a page with more text than an answer can have, and says what to do', async () => {
    const { service, calls } = countingStore({ isExact: true, text: 2_000_000 });
    const query = (limit: number) =>
      service.queryEntities(byType, { offset: 0, limit, count: false }, view, scope);
    await expect(query(70)).rejects.toEqual(
      new NgsiLdError(
        'TooManyResults',
        'The Entities of this page have more than 128 MB together: ask for fewer at once (limit), or for less of them (attrs, pick, omit).',
      ),
    );
    expect((await query(60)).body).toHaveLength(60);
    calls.pages = 0;
    await expect(query(100)).rejects.toThrow('128 MB');
    expect(calls.pages).toBe(7);
  });

  it.each([
    { order: 'an order', asked: { order: { terms: [] } } },
    { order: 'the order of creation', asked: {} },
  ])('refuses it also where it joins, or has $order, as soon as that is known', async ({ asked }) => {
    const { service, calls } = countingStore({ isExact: true, text: 2_000_000 });
    const joined = { ...view, join: { kind: 'flat', level: 1 } } as const;
    for (const shown of [view, joined]) {
      calls.pages = 0;
      const page = { offset: 0, limit: 100, count: false, ...asked };
      await expect(service.queryEntities(byType, page, shown, scope)).rejects.toThrow('128 MB');
      // With an order all are looked at before.
      expect(calls.pages).toBe('order' in asked ? 17 : 7);
    }
  });

  it('gathers large pages at the same time as far as there is room, and all of them in the end', async () => {
    const { service, calls } = countingStore({ isExact: true, text: 2_000_000 });
    const query = (limit: number) =>
      service.queryEntities(byType, { offset: 0, limit, count: false }, view, scope);
    const first = query(60);
    const others = [query(60), query(100), query(50)].map((other) => other.catch((error) => error.type));
    const small = query(5);
    expect((await first).body).toHaveLength(60);
    // Of the others what came before there was no room for more; a small page waits for nobody.
    expect(calls.pages).toBeLessThan(21);
    expect((await small).body).toHaveLength(5);
    const met = await Promise.all(others);
    expect(met.map((page) => page.body?.length ?? page)).toEqual([60, 'TooManyResults', 50]);
    expect((await query(60)).body).toHaveLength(60);
  });

  it('reads no more pages than it needs when it filters itself', async () => {
    const { service, calls } = countingStore({ isExact: true });
    const { body, count } = await service.queryEntities(
      byNumber,
      { offset: 1, limit: 2, count: false },
      view,
      scope,
    );
    expect(body).toMatchObject([{ number: 26 }, { number: 27 }]);
    expect(count).toBeGreaterThan(3);
    expect(calls).toEqual({ pages: 3, limits: [4] });
  });

  it('goes through all when the number of all is asked for', async () => {
    const { service, calls } = countingStore({ isExact: true });
    const { body, count } = await service.queryEntities(
      byNumber,
      { offset: 70, limit: 20, count: true },
      view,
      scope,
    );
    expect(body).toHaveLength(5);
    expect(count).toBe(75);
    expect(calls.pages).toBe(10);
  });

  it('leaves pages and number to a store that judges exactly', async () => {
    const { service, calls } = countingStore({ isExact: true });
    const page = await service.queryEntities(byType, { offset: 90, limit: 5, count: true }, view, scope);
    expect(page).toMatchObject({ count: 100, body: [{ number: 90 }, {}, {}, {}, { number: 94 }] });
    const next = await service.queryEntities(byType, { offset: 90, limit: 5, count: false }, view, scope);
    expect(next.count).toBe(96);
    expect(next.body).toHaveLength(5);
    expect(calls).toEqual({ pages: 2, limits: [5, 6] });
  });

  it('judges itself what the store does not judge exactly', async () => {
    const { service, calls } = countingStore({ isExact: false });
    const { body } = await service.queryEntities(byType, { offset: 0, limit: 1, count: false }, view, scope);
    expect(body).toMatchObject([{ number: 0 }]);
    expect(calls.limits).toEqual([2]);
  });

  it('fails with the store, both of its questions', async () => {
    const { service, tenant } = countingStore({ isExact: true });
    const away = new NgsiLdError('Unavailable', 'the store is away');
    // biome-ignore lint/correctness/useYield: a store that fails gives no page
    tenant.find = async function* () {
      throw away;
    };
    tenant.count = () => Promise.reject(away);
    const page = { offset: 0, limit: 1, count: true };
    await expect(service.queryEntities(byType, page, view, scope)).rejects.toBe(away);
  });
});
