import { describe, expect, it } from '@jest/globals';
import type { Entity } from '../../../broker/domain/entity.ts';
import type { Condition } from '../../../broker/domain/query/condition.ts';
import { gatheredPage } from '../../../broker/services/gathered-page.ts';
import { orderedPage } from '../../../broker/services/ordered-page.ts';

function entity(id: string): Entity {
  return { id, types: ['T'], scopes: [], attributes: {}, createdAt: 1, modifiedAt: 1 };
}

describe('a page in an order (clause 4.23)', () => {
  it('shows an Entity once that was deleted and made again while all were looked at', async () => {
    const [a, b] = [entity('urn:ngsi-ld:T:a'), entity('urn:ngsi-ld:T:b')];
    const store = {
      async *find({ kind }: Condition): AsyncGenerator<readonly Entity[]> {
        yield kind === 'ids' ? [a, b] : [a, b, a];
      },
    };
    const page = gatheredPage({
      itemOf: ({ id }) => id,
      weightOf: () => 0,
      place: { take: () => undefined },
    });
    const { ids } = await orderedPage(
      store,
      {
        condition: { kind: 'anything' },
        judge: async (entities) => entities,
        order: { terms: [] },
        attributes: [],
        offset: 0,
        limit: 10,
      },
      page,
      2,
    );
    expect(page.itemsOf(ids)).toEqual([a.id, b.id]);
  });
});
