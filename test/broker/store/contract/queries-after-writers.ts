import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Entity, Json, Micros } from '../../../../broker/domain/entity.ts';
import { compileQuery } from '../../../../broker/domain/query/matches.ts';
import { compileOrder } from '../../../../broker/domain/query/order-by.ts';
import {
  type EntityQueryParameters,
  parseEntityQuery,
} from '../../../../broker/domain/query/parse-entity-query.ts';
import { parseOrder } from '../../../../broker/domain/query/parse-order-by.ts';
import type { Context } from '../../../../broker/jsonld/context.ts';
import { createEntityQueryService } from '../../../../broker/services/query-entities.ts';
import type { Decision, Store } from '../../../../broker/store/store.ts';
import { attribute, iri, location, vocabulary } from '../../domain/query/support.ts';
import { createMany, deleting, entityAt } from './entities.ts';
import { START } from './harness.ts';

/** Stores on one database, one for each process that there would be. */
export interface Processes {
  readonly stores: readonly Store[];
  /** Resolves when there are so many indexes of values, all ready. */
  untilIndexed(least: number): Promise<void>;
  dispose(): Promise<void>;
}

const MANY = 1200;
const CHANGES = 500;
const AT_ONCE = 10;
const HOUR: Micros = 3_600_000_000;

const value: fc.Arbitrary<Json> = fc.constantFrom<Json>(0, 1, 2.5, 'a', 'ab', 'b', true, '2026-01-01', [
  1,
  'a',
]);
const place = fc.constantFrom([0, 0], [0.001, 0.001], [5, 5], [-179.9999, 0], [179.9999, 0]);
const members: fc.Arbitrary<Partial<Entity>> = fc
  .record({
    types: fc.constantFrom(['Room'], ['Room'], ['Room'], ['Hall'], ['Hall', 'Room']),
    a: fc.array(value, { maxLength: 2 }),
    sub: fc.option(value),
    at: fc.option(place),
    attributeExpiry: fc.constantFrom(undefined, undefined, START + HOUR),
    expiry: fc.constantFrom(undefined, undefined, undefined, START + HOUR, START + 1000 * HOUR),
  })
  .map(({ types, a, sub, at, attributeExpiry, expiry }) => ({
    types: types.map(iri),
    ...(expiry !== undefined && { expiresAt: expiry }),
    attributes: {
      ...(a.length > 0 && {
        [iri('a')]: a.map((one, index) =>
          attribute('Property', one, {
            ...(index > 0 && { datasetId: `urn:d:${index}` }),
            ...(attributeExpiry !== undefined && { expiresAt: attributeExpiry }),
            ...(sub !== null && { sub: { s: attribute('Property', sub) } }),
          }),
        ),
      }),
      ...(at !== null && { [iri('location')]: [location('Point', at)] }),
    },
  }));

/** One change of one Entity: it becomes this, or goes. */
const change = fc.record({
  index: fc.nat(MANY - 1),
  becomes: fc.option(members, { freq: 4 }),
});

const comparisons = ['a==1', 'a>=1', 'a<2', 'a=="a"', 'a=="ab",1', 'a~="^a"', 'a~="b"', 'a!=1', 'a==0..2'];
const term = fc.constantFrom(...comparisons, 'a', '!a', 'a.s', '!a.s', 'a.s==1', 'a.s>=2026-01-01', 'never');
const q = fc.oneof(
  term,
  fc.tuple(term, fc.constantFrom(';', '|'), term).map((parts) => parts.join('')),
);
const near = (metres: number): EntityQueryParameters => ({
  georel: `near;maxDistance==${metres}`,
  geometry: 'Point',
  coordinates: '[0,0]',
});
const asked = fc.record({
  parameters: fc
    .record({
      type: fc.constantFrom('Room', 'Room', '*', 'Room,Hall', '(Room;Hall)'),
      q: fc.option(q, { nil: undefined }),
      idPattern: fc.constantFrom(undefined, undefined, '^urn:ngsi-ld:Lamp:e1', 'e.*5$'),
      attrs: fc.constantFrom(undefined, undefined, 'a'),
      geo: fc.constantFrom(undefined, undefined, near(500), near(1_000_000)),
    })
    .map(({ geo, ...rest }): EntityQueryParameters => ({ ...rest, ...geo })),
  offset: fc.constantFrom(0, 0, 3, 40, 400),
  limit: fc.constantFrom(1, 7, 100),
  count: fc.boolean(),
  orderBy: fc.constantFrom(undefined, undefined, 'a', 'a.s;desc', 'id;desc'),
});

/** The queries for which indexes are wanted. */
const wanted: readonly EntityQueryParameters[] = ['Room', 'Hall', '*'].flatMap((type) => [
  ...['a==7777', 'a.s==7777', 'a~="zz"', 'never', 'a.s'].map((text) => ({ type, q: text })),
  { type, ...near(1) },
]);

/** What queries find after changes that were made while indexes came about, against every Entity judged by itself. */
export function queriesAfterWriters(open: (now: () => Micros) => Promise<Processes>, rounds: number): void {
  describe('what is found after writers of several processes', () => {
    let processes: Processes;
    let time = START;
    const now = () => {
      time += 1000;
      return time;
    };
    const context: Context = { ...vocabulary, reference: [] };
    const scope = { tenant: '', context };
    const view = { isGeoJson: false, form: 'simplified' } as const;
    const idsFound = async (
      store: Store,
      parameters: EntityQueryParameters,
      page: Parameters<ReturnType<typeof createEntityQueryService>['queryEntities']>[1],
    ) => {
      const service = createEntityQueryService({ store, now: () => time });
      const query = parseEntityQuery(parameters, vocabulary);
      const { body, count } = await service.queryEntities(query, page, view, scope);
      return { ids: (body as readonly { id: string }[]).map(({ id }) => id), count };
    };

    const write = async (store: Store, seed: number): Promise<void> => {
      const changes = fc.sample(change, { numRuns: CHANGES, seed });
      for (let from = 0; from < changes.length; from += AT_ONCE) {
        const some = changes.slice(from, from + AT_ONCE);
        await Promise.all(
          some.map(({ index, becomes }) =>
            store.of('').change(`urn:ngsi-ld:Lamp:e${index}`, becoming(index, becomes)),
          ),
        );
      }
    };
    const ask = async (store: Store): Promise<void> => {
      for (let round = 0; round < 3; round++) {
        for (const parameters of wanted) {
          await idsFound(store, parameters, { offset: 0, limit: 1, count: false });
        }
      }
    };

    beforeAll(async () => {
      processes = await open(now);
      const [first] = processes.stores as readonly [Store];
      const made = fc.sample(members, { numRuns: MANY, seed: 1 });
      await createMany(first.of(''), MANY, (index) => made[index] ?? {});
      await Promise.all(processes.stores.flatMap((store, at) => [write(store, 10 + at), ask(store)]));
      await processes.untilIndexed(3);
      await Promise.all(processes.stores.map((store, at) => write(store, 20 + at)));
      time += 2 * HOUR;
    });
    afterAll(() => processes.dispose());

    it('is each Entity that matches, once, in order, and their number', async () => {
      const [first] = processes.stores as readonly [Store];
      const all: Entity[] = [];
      for await (const entities of first.of('').find({ kind: 'anything' })) all.push(...entities);
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      await fc.assert(
        fc.asyncProperty(
          asked,
          fc.nat(processes.stores.length - 1),
          async ({ parameters, offset, limit, count, orderBy }, at) => {
            const matches = compileQuery(parseEntityQuery(parameters, vocabulary));
            const order = orderBy === undefined ? undefined : parseOrder({ orderBy }, vocabulary);
            const matching = all.filter((entity) => matches(entity, { now: time }));
            if (order !== undefined) {
              const { keyOf, compare } = compileOrder(order);
              matching.sort((one, other) => compare(keyOf(one, { now: time }), keyOf(other, { now: time })));
            }
            const found = await idsFound(processes.stores[at] as Store, parameters, {
              offset,
              limit,
              count,
              order,
            });
            expect(found.ids).toEqual(matching.slice(offset, offset + limit).map(({ id }) => id));
            if (count) expect(found.count).toBe(matching.length);
          },
        ),
        { numRuns: rounds },
      );
    });
  });
}

/** The Entity becomes this, whether there was one before or not; or it goes. */
function becoming(index: number, members: Partial<Entity> | null) {
  return (current: Entity | undefined, now: Micros): Decision<unknown> => {
    if (members === null) return current === undefined ? { answer: undefined } : deleting()(current);
    const entity: Entity = {
      ...entityAt(`urn:ngsi-ld:Lamp:e${index}`, now, members),
      ...(current !== undefined && { createdAt: current.createdAt }),
    };
    return {
      answer: undefined,
      change: {
        kind: current === undefined ? 'created' : 'updated',
        entity,
        ...(current !== undefined && { before: current }),
        attributes: [],
        typesChanged: true,
        scopesChanged: false,
      },
    };
  };
}
