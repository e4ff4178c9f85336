import fc from 'fast-check';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { coreTermsOf } from '../../../broker/jsonld/core-context.ts';
import { ID } from './support.ts';

const uri = fc.constantFrom('urn:ngsi-ld:Room:1', 'https://example.org/a?b=c#d', 'ngsi-ld:x', 'urn:été');
const name = fc.constantFrom('a', 'température', '温度', 'constructor', 'ex:b', 'https://example.org/c');
const observedAt = fc.constantFrom(
  '2026-01-31T12:00:00Z',
  '2026-01-31T12:00:00.123456Z',
  '1969-12-31T23:59:59.9Z',
);

/** What could be taken for something else: every term of the core @context, and names that objects inherit. */
const memberName = fc.oneof(
  name,
  fc.constantFrom(...coreTermsOf('1.9').map(({ term }) => term)),
  fc.constantFrom('toString', 'hasOwnProperty', '@id', '@type', '@list', '@set'),
);

const scalar = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
  fc.boolean(),
  uri,
);

/** A Property value without what NGSI-LD refuses: null alone, and JSON-LD keywords with values that are none of theirs. */
const value: fc.Arbitrary<Json> = fc.letrec<{ json: Json; object: JsonObject }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('json'), { maxLength: 3 }),
    tie('object'),
    fc.constantFrom<Json>(
      { type: 'Point', coordinates: [1, 2] },
      { '@type': 'DateTime', '@value': '2026-01-31T12:00:00Z' },
      { '@type': '@json', '@value': null },
      { type: 'Property', value: 5 },
      { dataset: { '@none': 1 } },
      [{ value: 1 }, { value: 2 }],
      [{ type: 'Relationship', object: 'urn:x:1' }],
    ),
  ),
  object: fc.dictionary(memberName, tie('json'), { maxKeys: 3 }),
})).json;

const position = fc.tuple(fc.integer({ min: -180, max: 180 }), fc.integer({ min: -90, max: 90 }));
const geometry: fc.Arbitrary<Json> = fc.oneof(
  position.map((coordinates) => ({ type: 'Point', coordinates })),
  fc
    .array(position, { minLength: 2, maxLength: 4 })
    .map((coordinates) => ({ type: 'LineString', coordinates })),
);

const language = fc.constantFrom('en', 'nl', 'fr-BE', '@none');
const texts = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 2 }));
const languageMap = fc.dictionary(language, texts, { minKeys: 1, maxKeys: 3 });
const oneOrMore = fc.oneof(uri, fc.array(uri, { minLength: 1, maxLength: 3 }));

const optional = (members: Record<string, fc.Arbitrary<Json>>): fc.Arbitrary<JsonObject> =>
  fc.record(members, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;
const unitCode = fc.constantFrom('CEL', '59');
const typed = { valueType: name };
const translated = { valueType: fc.constant('langString') };
const related = { objectType: fc.oneof(name, fc.array(name, { minLength: 1, maxLength: 2 })) };

const kinds: fc.Arbitrary<JsonObject> = fc
  .oneof(
    fc.tuple(fc.record({ type: fc.constant('Property'), value }), optional({ ...typed, unitCode })),
    fc.tuple(fc.record({ type: fc.constant('GeoProperty'), value: geometry }), optional(typed)),
    fc.tuple(fc.record({ type: fc.constant('LanguageProperty'), languageMap }), optional(translated)),
    fc.tuple(
      fc.record({
        type: fc.constant('VocabProperty'),
        vocab: fc.oneof(name, fc.array(name, { minLength: 1, maxLength: 2 })),
      }),
      optional(typed),
    ),
    fc.tuple(
      fc.record({
        type: fc.constant('JsonProperty'),
        json: fc.oneof(fc.dictionary(memberName, value), fc.array(value)),
      }),
      optional(typed),
    ),
    fc.tuple(
      fc.record({ type: fc.constant('ListProperty'), valueList: fc.array(value, { maxLength: 3 }) }),
      optional(typed),
    ),
    fc.tuple(fc.record({ type: fc.constant('Relationship'), object: oneOrMore }), optional(related)),
    fc.tuple(
      fc.record({ type: fc.constant('ListRelationship'), objectList: fc.array(uri, { maxLength: 3 }) }),
      optional(related),
    ),
  )
  .map(([instance, own]) => ({ ...instance, ...own }) as JsonObject);

const datasetIds = fc.subarray([undefined, 'urn:d:1', 'urn:d:2'], { minLength: 1 });

function attributes(depth: number): fc.Arbitrary<JsonObject> {
  const instance = fc
    .tuple(kinds, optional({ observedAt }), depth === 0 ? fc.constant({}) : attributes(depth - 1))
    .map(([kind, times, subAttributes]) => ({ ...subAttributes, ...times, ...kind }));
  const instances = datasetIds.chain((ids) =>
    fc.tuple(
      ...ids.map((datasetId) =>
        instance.map((one) => (datasetId === undefined ? one : { ...one, datasetId })),
      ),
    ),
  );
  return fc.dictionary(name, instances, { maxKeys: depth + 1 });
}

/** Entities as clients write them, normalized: all kinds, several instances, sub-Attributes, values that look like more. */
export const entityBody: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom('Room', '房间', 'ex:Hall'), { minLength: 1, maxLength: 2 }),
    fc.oneof(fc.constant({}), fc.constant({ scope: '/A' }), fc.constant({ scope: ['/A', '/B/C'] })),
    attributes(2),
  )
  .map(([type, scope, members]) => ({ id: ID, type, ...scope, ...members }));
