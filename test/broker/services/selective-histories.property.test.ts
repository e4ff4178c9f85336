import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Attribute, type Json, NGSI_LD_NULL } from '../../../broker/domain/entity.ts';
import { parseEntityQuery } from '../../../broker/domain/query/parse-entity-query.ts';
import type { EntityQuery } from '../../../broker/domain/query/query.ts';
import { toHistory } from '../../../broker/notifications/history-rows.ts';
import { matchingHistories } from '../../../broker/services/matching-histories.ts';
import type { TemporalView } from '../../../broker/services/temporal-view.ts';
import { openSqliteStore } from '../../../broker/store/sqlite/open.ts';
import type { Store } from '../../../broker/store/store.ts';
import type { HistoryEntity, HistoryInstance, TemporalStore } from '../../../broker/store/temporal-store.ts';
import { vocabulary } from '../../support/vocabulary.ts';
import { changeAttribute } from './change-attribute.ts';

const entities = 3;
const names = ['a', 'b', 'location'].map(vocabulary.expand);
const idOf = (no: number): string => `urn:ngsi-ld:Lamp:${no}`;
const entityOf = (no: number): HistoryEntity => ({
  id: idOf(no),
  types: ['urn:T'],
  scopes: [],
  createdAt: 1,
  modifiedAt: 1,
});

const numbers = fc.oneof(
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom(0.5, -0.5, 1e300, -1e300, 2 ** 53, 1e17),
);
const texts = fc.constantFrom(
  ...['ok', 'okay', 'broken', 'o\uffff', 'o\u{1f600}', 'é', '', 'a "quoted" \\ one', 'x'.repeat(70)],
  ...['\u0001#9007199254740993', '\u0001#1e999', '2026-01-01T00:00:00Z', '10:00:00'],
);
const simple: fc.Arbitrary<Json> = fc.oneof(numbers, texts, fc.boolean());
const position = fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 }));
const valuesOfKinds = {
  Property: fc.oneof(
    { weight: 8, arbitrary: numbers as fc.Arbitrary<Json> },
    { weight: 4, arbitrary: simple },
    fc.array(simple, { maxLength: 3 }) as fc.Arbitrary<Json>,
    fc.constant(Array.from({ length: 70 }, (_, n) => n)),
    fc.record({ x: simple }),
    fc.record({ '@type': fc.constant('urn:t'), '@value': simple }),
    fc.constant(NGSI_LD_NULL),
  ),
  Relationship: fc.constantFrom<Json[]>('ok', ['urn:x:1', 'ok'], NGSI_LD_NULL),
  LanguageProperty: fc.constantFrom<Json[]>({ en: 'ok', nl: ['broken', 'é'] }, { '@none': NGSI_LD_NULL }),
  JsonProperty: fc.record({ value: simple }),
  ListProperty: fc.array(numbers, { maxLength: 3 }),
  GeoProperty: fc.oneof(
    position.map((coordinates) => ({ type: 'Point', coordinates })),
    fc.tuple(position, position).map((coordinates) => ({ type: 'LineString', coordinates })),
    position.map(([x, y]) => ({
      type: 'Polygon',
      coordinates: [
        [
          [x, y],
          [x + 3, y],
          [x, y + 2],
          [x, y],
        ],
      ],
    })),
  ),
} as const;

type Kind = keyof typeof valuesOfKinds;
const ofKind = (kind: Kind): fc.Arbitrary<Pick<Attribute, 'kind' | 'value'>> =>
  (valuesOfKinds[kind] as fc.Arbitrary<Json>).map((value) => ({ kind, value }));
const valued = (name: string) =>
  name.endsWith('location')
    ? fc.oneof({ weight: 6, arbitrary: ofKind('GeoProperty') }, ofKind('Property'))
    : fc.oneof(
        { weight: 8, arbitrary: ofKind('Property') },
        ofKind('Relationship'),
        ofKind('LanguageProperty'),
        ofKind('JsonProperty'),
        ofKind('ListProperty'),
        ofKind('GeoProperty'),
      );

/** What the values of one Entity are, by Attribute: few, so that many queries find none of them. */
const palettes = fc.array(
  fc.tuple(...names.map((name) => fc.array(valued(name), { minLength: 1, maxLength: 2 }))),
  { minLength: entities, maxLength: entities },
);
type Palettes = typeof palettes extends fc.Arbitrary<infer Value> ? Value : never;

/** One instance, without its value and the times that it gets when it is written. */
const given = fc.record({
  name: fc.nat({ max: names.length - 1 }),
  pick: fc.nat({ max: 1 }),
  observedAt: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined, freq: 8 }),
  datasetId: fc.option(fc.constant('urn:d'), { nil: undefined, freq: 5 }),
  of: fc.option(numbers, { nil: undefined, freq: 3 }),
});

const acts = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constantFrom('provide' as const, 'change' as const),
      no: fc.nat({ max: entities - 1 }),
      given: fc.array(given, { minLength: 1, maxLength: 4 }),
    }),
  },
  fc.record({
    kind: fc.constantFrom('replace' as const, 'remove' as const, 'removeAttribute' as const),
    no: fc.nat({ max: entities - 1 }),
    at: fc.nat(),
    given: fc.tuple(given),
  }),
);
type Act = typeof acts extends fc.Arbitrary<infer Value> ? Value : never;
type Given = Act['given'][number];

const operands = fc.oneof(
  fc
    .tuple(fc.constantFrom('==', '!=', '>', '>=', '<', '<='), numbers)
    .map(([operator, number]) => operator + number),
  fc.constantFrom(
    ...['==1..4', '==1,7', '!=2..9', '==9007199254740993', '==true', '!=false', '=="2026-01-01T00:00:00Z"'],
    ...['=="ok"', '!="ok"', '=="ok","é"', '>"o"', '=="urn:x:1"', '~="^ok"', '~=ok', '!~="^o"', '=="a..z"'],
    ...['>2025-01-01T00:00:00Z', '<11:00:00', '=="o\uffff"'],
  ),
);
const paths = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('a', 'b') },
  fc.constantFrom('a[x]', 'b[en]', 'a.b', 'b.observedAt', 'unknown', 'location', 'b.a', 'createdAt'),
);
const terms = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(paths, operands).map((parts) => parts.join('')) },
  paths,
  paths.map((path) => `!${path}`),
);
const conditions = fc
  .array(fc.tuple(terms, fc.constantFrom(';', '|')), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.map(([term, joint], at) => (at === 0 ? '' : joint) + term).join(''));
const geoqueries = fc.record({
  georel: fc.constantFrom(
    ...['near;maxDistance==120000', 'near;minDistance==300000', 'within', 'contains', 'intersects'],
    ...['equals', 'disjoint', 'overlaps'],
  ),
  place: fc.oneof(
    position.map((coordinates) => ({ geometry: 'Point', coordinates })),
    position.map(([x, y]) => ({
      geometry: 'Polygon',
      coordinates: [
        [
          [x, y],
          [x + 2, y],
          [x + 2, y + 2],
          [x, y + 2],
          [x, y],
        ],
      ],
    })),
  ),
});
const queries: fc.Arbitrary<EntityQuery | undefined> = fc
  .oneof(
    { weight: 4, arbitrary: conditions.map((q) => ({ q })) },
    geoqueries.map(({ georel, place: { geometry, coordinates } }) => ({
      ...{ georel, geometry },
      coordinates: JSON.stringify(coordinates),
    })),
  )
  .map((parameters) => {
    try {
      return parseEntityQuery({ ...parameters, type: 'urn:T' }, vocabulary);
    } catch {
      // Some operators take no such operand, and some relations no such geometry.
      return undefined;
    }
  });
const intervals = fc.record(
  {
    timeproperty: fc.constantFrom('observedAt', 'modifiedAt', 'createdAt', 'deletedAt'),
    from: fc.integer({ min: 0, max: 60 }),
    to: fc.integer({ min: 20, max: 90 }),
  },
  { requiredKeys: ['timeproperty', 'from'] },
);

type Said = Pick<Attribute, 'kind' | 'value'>;

function instanceOf(
  { name, pick, observedAt, datasetId, of }: Given,
  palette: readonly (readonly Said[])[],
  no: number,
  at: number,
): HistoryInstance {
  const sayings = palette[name] ?? [];
  const said = sayings[pick % sayings.length] as Said;
  const times = { createdAt: at, modifiedAt: at, ...(observedAt !== undefined && { observedAt }) };
  const whose = datasetId === undefined ? {} : { datasetId };
  const part: Attribute = { kind: 'Property', value: of ?? 0, createdAt: at, modifiedAt: at };
  const subAttributes = of === undefined ? {} : { subAttributes: { [names[1] as string]: [part] } };
  return {
    instanceId: `urn:ngsi-ld:Instance:${at}`,
    entityId: idOf(no),
    attribute: names[name] as string,
    kind: said.kind,
    ...times,
    ...whose,
    attributeInstance: { ...said, ...times, ...whose, ...subAttributes },
  };
}

async function perform(act: Act, palette: Palettes[number], store: Store, at: number) {
  const { temporal } = store.of('');
  const instances = act.given.map((each, n) => instanceOf(each, palette, act.no, 10 * at + n));
  const [first] = instances;
  const id = idOf(act.no);
  switch (act.kind) {
    case 'provide':
      return temporal.append(entityOf(act.no), instances);
    case 'change':
      for (const { attribute, attributeInstance } of instances)
        await store.of('').change(id, changeAttribute(entityOf(act.no), attribute, attributeInstance));
      return undefined;
    case 'removeAttribute':
      return temporal.removeAttribute(
        id,
        first?.attribute ?? '',
        act.at % 2 === 0 ? {} : { datasetId: 'urn:d' },
      );
    default:
      return edit(act.kind, temporal, first as HistoryInstance, act.at);
  }
}

/** Takes away one of the instances of the Attribute, or says something else in its place. */
async function edit(
  kind: 'replace' | 'remove',
  temporal: TemporalStore,
  { entityId, attribute, kind: kindOfValue, attributeInstance }: HistoryInstance,
  at: number,
): Promise<unknown> {
  const page = await temporal.instances(entityId, { timeproperty: 'createdAt', attributes: [attribute] });
  const all = page.instances.get(attribute) ?? [];
  const { instanceId } = all[at % Math.max(all.length, 1)] ?? {};
  if (instanceId === undefined) return undefined;
  if (kind === 'remove') return temporal.removeInstance(entityId, attribute, instanceId);
  return temporal.replaceInstance(entityId, attribute, instanceId, (old) => ({
    ...old,
    kind: kindOfValue,
    attributeInstance: { ...old.attributeInstance, kind: kindOfValue, value: attributeInstance.value },
  }));
}

/** The store that looks at everything. */
function unsparing(temporal: TemporalStore): TemporalStore {
  return {
    ...temporal,
    candidates: ({ having: _, ...query }) => temporal.candidates(query),
    instances: (id, { within: _, ...query }) => temporal.instances(id, query),
  };
}

async function selected(temporal: TemporalStore, query: EntityQuery, view: TemporalView): Promise<string[]> {
  const ids: string[] = [];
  for await (const { entity } of matchingHistories(temporal, query, view)) ids.push(entity.id);
  return ids;
}

describe('a temporal query that the store narrows', () => {
  it('selects what it would if every instance were looked at', async () => {
    await fc.assert(
      fc.asyncProperty(
        palettes,
        fc.array(acts, { minLength: 1, maxLength: 150, size: 'max' }),
        fc.array(fc.tuple(queries, intervals), { minLength: 12, maxLength: 12 }),
        fc.constantFrom(5, 1000),
        async (said, all, asked, rows) => {
          let time = 0;
          const store = openSqliteStore({
            path: ':memory:',
            now: () => time,
            cellsOf: () => [],
            coreContextVersion: '1.9',
            historyOf: toHistory,
            tailSize: { all: rows, ofEntity: 20, atLeast: 1, atOnce: 4 },
          });
          const { temporal } = store.of('');
          for (const act of all) {
            time += 1;
            await perform(act, said[act.no] as Palettes[number], store, time);
          }
          for (const [query, interval] of asked) {
            if (query === undefined) continue;
            const view = { query: interval } as TemporalView;
            expect(await selected(temporal, query, view)).toEqual(
              await selected(unsparing(temporal), query, view),
            );
          }
          await store.close();
        },
      ),
      { numRuns: 40, interruptAfterTimeLimit: 60_000 },
    );
  });
});
