import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Entity } from '../../../../broker/domain/entity.ts';
import type { Condition } from '../../../../broker/domain/query/condition.ts';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { openSqliteStore } from '../../../../broker/store/sqlite/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { createMany } from '../contract/entities.ts';
import { idsOf } from '../contract/pages.ts';

const NOW = 1_800_000_000_000_000;
const types = ['urn:A', 'urn:B', 'urn:C'];
const scopes = ['/x', '/x/y', '/x/yz', '/z'];

const exact: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => {
  const parts = fc.array(tie('condition'), { maxLength: 3 });
  return {
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<Condition>({ kind: 'anything' }, { kind: 'nothing' }),
      fc.constantFrom(...types, 'urn:none').map((type): Condition => ({ kind: 'type', type })),
      fc
        .tuple(fc.constantFrom(...scopes, '/'), fc.boolean())
        .map(([scope, below]): Condition => ({ kind: 'scope', scope, below })),
      fc
        .array(fc.integer({ min: 0, max: 70 }), { maxLength: 20 })
        .map((ids): Condition => ({ kind: 'ids', ids: ids.map((id) => `urn:ngsi-ld:Lamp:e${id}`) })),
      parts.map((of): Condition => ({ kind: 'all', of })),
      parts.map((of): Condition => ({ kind: 'any', of })),
    ),
  };
}).condition;

/** The definition of a Condition, one Entity at a time. */
function meets(entity: Entity, condition: Condition): boolean {
  switch (condition.kind) {
    case 'anything':
      return true;
    case 'nothing':
      return false;
    case 'type':
      return entity.types.includes(condition.type);
    case 'ids':
      return condition.ids.includes(entity.id);
    case 'scope': {
      const below = condition.scope === '/' ? '/' : `${condition.scope}/`;
      return entity.scopes.some(
        (scope) => scope === condition.scope || (condition.below && scope.startsWith(below)),
      );
    }
    case 'cells':
    case 'value':
    case 'presence':
    case 'idStart':
      return true;
    case 'all':
      return condition.of.every((part) => meets(entity, part));
    case 'any':
      return condition.of.some((part) => meets(entity, part));
  }
}

describe('any exact Condition', () => {
  let store: Store;
  const entities: Entity[] = [];

  beforeAll(async () => {
    store = openSqliteStore({
      path: ':memory:',
      now: () => NOW,
      cellsOf: () => [],
      coreContextVersion: '1.9',
      historyOf: toHistory,
    });
    const tenant = store.of('');
    const ids = await createMany(tenant, 60, (index) => ({
      types: types.filter((_, bit) => ((index % 7) + 1) & (1 << bit)),
      scopes: scopes.filter((_, bit) => (index % 11) & (1 << bit)),
    }));
    for (const id of ids) entities.push((await tenant.get(id)) as Entity);
  });
  afterAll(() => store.close());

  it('is found, skipped into and counted as its definition says', async () => {
    const pages = fc.record({ offset: fc.nat({ max: 70 }), limit: fc.integer({ min: 1, max: 70 }) });
    await fc.assert(
      fc.asyncProperty(exact, pages, async (condition, page) => {
        const wanted = entities.filter((entity) => meets(entity, condition)).map(({ id }) => id);
        expect(await idsOf(store.of(''), condition)).toEqual(wanted);
        expect(await idsOf(store.of(''), condition, page)).toEqual(wanted.slice(page.offset));
        expect(await store.of('').count(condition)).toBe(wanted.length);
      }),
      { numRuns: 300 },
    );
  });
});
