import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from './broker-under-test.ts';
import { entityMembers, query } from './query-reference/generated.ts';
import { holds, textOf } from './query-reference/queries.ts';

/** So many that a store makes indexes of their values, all together and those of type Lamp alone. */
const MANY = 800;
const entities: readonly JsonObject[] = fc
  .sample(entityMembers, { numRuns: MANY, seed: 49 })
  .map((members, at) => ({ id: `urn:ngsi-ld:Lamp:${at}`, ...members }));

interface Page {
  readonly offset: number;
  readonly limit: number;
}

describe('q against a reference that knows no parser, no index and no expansion (clause 4.9)', () => {
  const broker = brokerUnderTest();
  const pageOf = async (q: string, type: string, page: Page) => {
    const parameters = { q, type, ...page, pick: 'id', count: true };
    const { body, status, headers } = await broker.api.get('/entities').query(parameters);
    expect({ q, status, detail: body.detail }).toEqual({ q, status: 200, detail: undefined });
    const ids = (body as readonly { readonly id: string }[]).map(({ id }) => id);
    return { ids, count: Number(headers['ngsild-results-count']) };
  };

  beforeAll(async () => {
    for (let at = 0; at < MANY; at += 100) {
      await broker.api
        .post('/entityOperations/create')
        .send(entities.slice(at, at + 100))
        .expect(201);
    }
    // Asked for again and again in vain: from then on there are indexes for them.
    for (let round = 0; round < 4; round++) {
      for (const path of ['a', 'b', 'a.s', 'a[m]', 'a.observedAt']) {
        for (const type of ['Lamp', '*']) await pageOf(`${path}=="in vain"`, type, { offset: 0, limit: 1 });
      }
    }
  });

  it('finds the same Entities in the order of their creation', async () => {
    const page = fc.record({ offset: fc.constantFrom(0, 0, 7), limit: fc.constantFrom(3, 20, 1000) });
    const types = fc.constantFrom('Lamp', 'Lamp', 'Bin', '*', 'Bin,Lamp');
    let found = 0;
    await fc.assert(
      fc.asyncProperty(query, types, page, async (asked, type, { offset, limit }) => {
        const hasType = (entity: JsonObject): boolean =>
          type === '*' || [entity['type']].flat().some((one) => type.split(',').includes(one as string));
        const expected = entities.filter((entity) => hasType(entity) && holds(asked, entity));
        found += expected.length > 0 && expected.length < MANY ? 1 : 0;
        const { ids, count } = await pageOf(textOf(asked), type, { offset, limit });
        expect(ids).toEqual(expected.map(({ id }) => id).slice(offset, offset + limit));
        expect(count).toBe(expected.length);
      }),
      { numRuns: 400 },
    );
    expect(found).toBeGreaterThan(150);
  });
});
