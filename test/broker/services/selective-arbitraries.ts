import fc from 'fast-check';
import { type Attribute, type Json, NGSI_LD_NULL } from '../../../broker/domain/entity.ts';
import { parseEntityQuery } from '../../../broker/domain/query/parse-entity-query.ts';
import type { EntityQuery } from '../../../broker/domain/query/query.ts';
import { vocabulary } from '../../support/vocabulary.ts';

/** How many Entities there are. */
const entities = 3;
/** IRIs of the Attributes that they have. */
export const names = ['a', 'b', 'location'].map(vocabulary.expand);

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
export const palettes = fc.array(
  fc.tuple(...names.map((name) => fc.array(valued(name), { minLength: 1, maxLength: 2 }))),
  { minLength: entities, maxLength: entities },
);
export type Palettes = typeof palettes extends fc.Arbitrary<infer Value> ? Value : never;

/** One instance, without its value and the times that it gets when it is written. */
const given = fc.record({
  name: fc.nat({ max: names.length - 1 }),
  pick: fc.nat({ max: 1 }),
  observedAt: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined, freq: 8 }),
  datasetId: fc.option(fc.constant('urn:d'), { nil: undefined, freq: 5 }),
  of: fc.option(numbers, { nil: undefined, freq: 3 }),
});

/** What is done to them: provided, changed, put right and taken away. */
export const acts = fc.oneof(
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
export type Act = typeof acts extends fc.Arbitrary<infer Value> ? Value : never;
export type Given = Act['given'][number];

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
/** Queries that select by values; undefined for what the language does not allow. */
export const queries: fc.Arbitrary<EntityQuery | undefined> = fc
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
/** Intervals of any time property. */
export const intervals = fc.record(
  {
    timeproperty: fc.constantFrom('observedAt', 'modifiedAt', 'createdAt', 'deletedAt'),
    from: fc.integer({ min: 0, max: 60 }),
    to: fc.integer({ min: 20, max: 90 }),
  },
  { requiredKeys: ['timeproperty', 'from'] },
);
