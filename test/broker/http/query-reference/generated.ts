import fc from 'fast-check';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import { type Literal, moment, number, timeOfDay, truth, words } from './literals.ts';
import { between, type Comparison, equalTo, iriOf, type Path, type Query } from './queries.ts';

/** Few values, so that many meet; of every data type, and each like another in some way. */
const values: readonly Json[] = [
  ...[0, 1, -1.5, 20, 1e300, 0.1, true, false],
  ...['', 'red', 'Red', 'blue', 'réd', '1', 'true', 'a,b;c|d)', 'say "hi"', 'back\\slash', 'two\nlines'],
  ...['2026-01-31', '2026-01-31T00:00:00Z', '2026-01-31T12:30:00.5Z', '12:30:00Z', '12:30:00.500Z'],
  ...['urn:ngsi-ld:R:1', 'urn:ngsi-ld:R:2'],
];
const uris = ['urn:ngsi-ld:R:1', 'urn:ngsi-ld:R:2', 'urn:ngsi-ld:R:3'] as const;
const terms = ['red', 'blue', 'green'] as const;

const uri = fc.constantFrom(...uris);
const simple = fc.constantFrom(...values);
const text = fc.constantFrom('red', 'Red', 'blue', '1');
const few = <Value>(of: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> => fc.array(of, { maxLength: 3 });
const object = fc.record(
  { m: fc.oneof(simple, few(simple)), en: simple, n: fc.record({ m: simple }) },
  { requiredKeys: [] },
);
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: simple },
  few(simple),
  few(few(simple)),
  object,
  fc.constantFrom('2026-01-31T00:00:00Z', '2026-01-31T12:30:00.5Z').map((time) => ({
    '@type': 'DateTime',
    '@value': time,
  })),
);

const ofKind: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 5, arbitrary: value.map((one) => ({ type: 'Property', value: one })) },
  fc
    .oneof(uri, fc.array(uri, { minLength: 1, maxLength: 3 }))
    .map((one) => ({ type: 'Relationship', object: one })),
  few(uri).map((all) => ({ type: 'ListRelationship', objectList: all.map((one) => ({ object: one })) })),
  few(fc.oneof(simple, few(simple))).map((all) => ({ type: 'ListProperty', valueList: all })),
  fc
    .oneof(fc.constantFrom(...terms), fc.array(fc.constantFrom(...terms), { minLength: 1, maxLength: 2 }))
    .map((vocab) => ({ type: 'VocabProperty', vocab })),
  fc.oneof(object, few(simple)).map((json) => ({ type: 'JsonProperty', json })),
  fc
    .dictionary(fc.constantFrom('en', 'nl', '@none', 'm'), fc.oneof(text, few(text)), { minKeys: 1 })
    .map((languageMap) => ({ type: 'LanguageProperty', languageMap })),
);
const observedAt = fc.constantFrom('2026-01-31T00:00:00Z', '2026-01-31T12:30:00.5Z', '2020-02-29T00:00:00Z');
const instance = (sub: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
  fc
    .tuple(ofKind, fc.record({ observedAt, s: sub, t: sub }, { requiredKeys: [] }), fc.boolean())
    .map(([kind, more, hasUnit]) => ({
      ...kind,
      ...more,
      ...(kind['type'] === 'Property' && hasUnit && { unitCode: 'CEL' }),
    }));
const attribute: fc.Arbitrary<Json> = fc
  .array(instance(instance(ofKind)), { minLength: 1, maxLength: 3 })
  .map((all) =>
    all.map((one, at) => (at === 0 && all.length !== 2 ? one : { ...one, datasetId: `urn:ngsi-ld:D:${at}` })),
  )
  .map((all) => (all.length === 1 ? (all[0] as JsonObject) : all));

/** What is sent for an Entity, without its id. */
export const entityMembers: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.constantFrom<Json>('Lamp', 'Lamp', 'Bin', ['Bin', 'Lamp']),
    fc.record({ a: attribute, b: attribute }, { requiredKeys: [] }),
  )
  .map(([type, attributes]) => ({ type, ...attributes }));

const quoted = (one: string): Literal => words(one, JSON.stringify(one));
const numbers = ['0', '-0', '1', '1.0', '2e1', '20', '-15e-1', '1E+300', '0.1'].map(number);
const strings = [
  ...values.filter((one) => typeof one === 'string').map(quoted),
  ...uris.map((one) => words(one, one)),
  words('red', 'red'),
  words('réd', '"r\\u00e9d"'),
  ...terms.map((term) => quoted(iriOf(term))),
];
const moments = [
  ...[
    '2026-01-31',
    '2026-01-31T00:00:00Z',
    '2026-01-31T12:30:00.500Z',
    '2026-01-31T12:30:00,5Z',
    '2020-02-29',
  ],
].map(moment);
const times = ['12:30:00Z', '12:30:00.5Z', '12:30:00.000000Z'].map(timeOfDay);
const comparable = fc.oneof(
  fc.constantFrom(...numbers),
  fc.constantFrom(...strings),
  fc.constantFrom(...moments),
  fc.constantFrom(...times),
);
const literal = fc.oneof(
  { weight: 6, arbitrary: comparable },
  fc.constantFrom(truth('true'), truth('false')),
);

const ends: fc.Arbitrary<readonly [Literal, Literal]> = fc.oneof(
  ...[numbers, strings, moments, times].map((kind) =>
    fc.tuple(fc.constantFrom(...kind), fc.constantFrom(...kind)),
  ),
);
const equality: fc.Arbitrary<Comparison> = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: literal.map((one) => ({ text: one.text, isEqual: equalTo([one]) })) },
      fc.array(literal, { minLength: 2, maxLength: 4 }).map((all) => ({
        text: all.map((one) => one.text).join(','),
        isEqual: equalTo(all),
      })),
      ends.map(([from, to]) => ({ text: `${from.text}..${to.text}`, isEqual: between(from, to) })),
    ),
    fc.boolean(),
  )
  .map(([{ text: operand, isEqual }, isNegative]) =>
    isNegative
      ? { text: `!=${operand}`, holdsFor: 'every', holds: (target) => !isEqual(target) }
      : { text: `==${operand}`, holdsFor: 'some', holds: isEqual },
  );
const order: fc.Arbitrary<Comparison> = fc
  .tuple(
    fc.constantFrom<readonly [string, (difference: number) => boolean]>(
      ['>', (difference) => difference > 0],
      ['>=', (difference) => difference >= 0],
      ['<', (difference) => difference < 0],
      ['<=', (difference) => difference <= 0],
    ),
    comparable,
  )
  .map(([[symbol, test], one]) => ({
    text: `${symbol}${one.text}`,
    holdsFor: 'some',
    holds: (target) => target.kind !== 'uris' && !Array.isArray(target.value) && test(one.order(target)),
  }));
const pattern: fc.Arbitrary<Comparison> = fc
  .tuple(
    fc.constantFrom('^r', 'e', 'd$', '^(red|blue)$', '^[0-9]', 'o.l', '^.{1,3}$', 'a,b', '^$'),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([source, isNegative, isQuoted]) => {
    const expression = new RegExp(source, 's');
    return {
      text: `${isNegative ? '!~=' : '~='}${isQuoted ? `"${source}"` : source}`,
      holdsFor: isNegative ? 'every' : 'some',
      holds: ({ kind, value: found }) =>
        kind === 'plain' && typeof found === 'string' && expression.test(found) !== isNegative,
    };
  });

const path: fc.Arbitrary<Path> = fc
  .tuple(
    fc.constantFrom(['a'], ['a'], ['a'], ['b'], ['a', 's'], ['b', 't'], ['a', 's', 't'], ['c']),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant({}) },
      fc.constantFrom(['m'], ['en'], ['*'], ['n', 'm'], ['n'], ['m', 'm']).map((members) => ({ members })),
      fc
        .constantFrom('observedAt' as const, 'unitCode' as const, 'datasetId' as const)
        .map((system) => ({ system })),
    ),
  )
  .map(([names, end]) => ({ names, ...end }));
const term: fc.Arbitrary<Query> = fc.oneof(
  path.map((one) => ({ kind: 'exists' as const, path: one })),
  path.map((one) => ({ kind: 'absent' as const, path: one })),
  {
    weight: 8,
    arbitrary: fc
      .tuple(path, fc.oneof({ weight: 3, arbitrary: equality }, order, pattern))
      .map(([one, comparison]) => ({ kind: 'comparison' as const, path: one, comparison })),
  },
);

/** Queries of one to about five terms. */
export const query: fc.Arbitrary<Query> = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: term },
    fc
      .tuple(fc.constantFrom('both' as const, 'either' as const), tie('query'), tie('query'))
      .map(([kind, one, other]) => ({ kind, one, other })),
  ),
})).query;
