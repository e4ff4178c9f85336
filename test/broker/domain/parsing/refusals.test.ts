import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import {
  parseAttributeFragment,
  parseAttributeReplacement,
} from '../../../../broker/domain/parsing/parse-attribute.ts';
import {
  parseAppendFragment,
  parseEntity,
  parseMergeFragment,
  parseUpdateFragment,
} from '../../../../broker/domain/parsing/parse-entity.ts';
import { parseDeletionTarget, SCOPE } from '../../../../broker/domain/parsing/parse-names.ts';
import { core, ID, iri, refusalOf } from '../support.ts';

/** The Attribute `a` as a client writes it, and what the refusal says. */
const attributes: readonly (readonly [attribute: Json, detail: RegExp])[] = [
  [null, /the value of a is null/],
  [{ value: null }, /the value of a is null/],
  [{ value: { '@value': null } }, /the value of a is null/],
  [{ value: { '@type': 'T', '@value': null } }, /the value of a is null/],
  [{ type: 'Property' }, /a has no value/],
  [{ type: 'Relationship' }, /a has no object/],
  [{ unitCode: 'CEL' }, /a has no value/],
  [{ type: 'Proprety', value: 1 }, /a has the type "Proprety", which is no kind of Attribute: use Property/],
  [{ type: ['Property'], value: 1 }, /is no kind of Attribute/],
  [{ type: 'Property', object: 'urn:x:1' }, /a has no value/],
  [{ value: 1, object: 'urn:x:1' }, /a has the member object, which a Property cannot have/],
  [{ type: 'Relationship', object: 'urn:x:1', value: 1 }, /member value, which a Relationship cannot have/],
  [{ type: 'Property', value: 1, languageMap: { en: 'x' } }, /member languageMap/],

  [{ object: 'no uri' }, /the object of a "no uri" is not a URI/],
  [{ object: 5 }, /the object of a "5" is not a URI/],
  [{ object: [] }, /the object of a is an empty array/],
  [{ object: ['urn:x:1', 'x'] }, /"x" is not a URI/],
  [{ objectList: 'urn:x:1' }, /objectList of a is not an array/],
  [{ objectList: [{ value: 1 }] }, /objectList of a \(absent\) is not a URI/],
  [{ valueList: 5 }, /valueList of a is not an array/],
  [{ languageMap: 'bell' }, /languageMap of a is not an object/],
  [{ languageMap: {} }, /languageMap of a is empty/],
  [{ languageMap: { 'e n': 'bell' } }, /the key "e n"/],
  [{ languageMap: { en: 5 } }, /for en neither a string/],
  [{ languageMap: { en: ['a', 1] } }, /for en neither a string/],
  [{ vocab: 5 }, /the vocab of a is neither/],
  [{ vocab: [] }, /the vocab of a is neither/],
  [{ vocab: '' }, /the vocab of a is neither/],
  [{ vocab: ['x', ''] }, /the vocab of a is neither/],
  [{ json: 5 }, /the json of a is neither an object nor an array/],
  [{ type: 'JsonProperty', json: null }, /the json of a is neither/],
  [{ type: 'GeoProperty', value: 5 }, /the value of a is not a GeoJSON geometry/],
  [{ type: 'GeoProperty', value: 'here' }, /is a string that holds no GeoJSON/],
  [{ type: 'GeometryCollection', geometries: [] }, /no geometry type that is supported: use one of Point/],
  [{ type: 'Point', coordinates: [4] }, /coordinates of the value of a is not a position/],

  [{ value: 1, observedAt: '2026-01-31' }, /observedAt of a is not a DateTime/],
  [{ value: 1, observedAt: '2026-01-31T12:00:00+01:00' }, /no offset/],
  [{ value: 1, observedAt: 5 }, /observedAt of a is not a DateTime/],
  [{ value: 1, expiresAt: '2026-02-30T00:00:00Z' }, /expiresAt of a is not a DateTime/],
  [{ value: 1, unitCode: 5 }, /unitCode of a "5" is not a string/],
  [{ value: 1, unitCode: '' }, /unitCode of a/],
  [{ value: 1, datasetId: 'x' }, /datasetId of a "x" is not a URI/],
  [{ value: 1, valueType: 5 }, /valueType of a "5" is not a name/],
  [{ object: 'urn:x:1', objectType: [] }, /objectType of a is an empty array/],
  [{ object: 'urn:x:1', unitCode: 'CEL' }, /unitCode, which a Relationship cannot have/],
  [{ object: 'urn:x:1', valueType: 'T' }, /valueType, which a Relationship cannot have/],
  [
    { languageMap: { en: 'x' }, valueType: 'T' },
    /valueType of a is .*T", but a LanguageProperty has langString/,
  ],
  [{ value: 1, objectType: 'T' }, /objectType, which a Property cannot have/],
  [{ value: { type: 'Point', coordinates: [1, 2] }, unitCode: 'CEL' }, /unitCode, which a GeoProperty/],
  [{ value: 1, ngsildproof: 5 }, /ngsildproof of a is not a Property/],
  [{ value: 1, entityIdSealed: 'x' }, /belongs inside ngsildproof/],
  [{ object: 'urn:x:1', previousValue: 0 }, /member previousValue, which a Relationship cannot have/],
  [{ json: {}, previousValue: 0 }, /member previousValue, which a JsonProperty cannot have/],
  [{ objectList: ['urn:x:1'], previousObject: 'urn:x:0' }, /previousObject, which a ListRelationship/],
  [{ value: 1, entity: {} }, /member entity, which a Property cannot have/],
  [{ object: 'urn:x:1', entityList: [] }, /member entityList, which a Relationship cannot have/],
  [{ objectList: ['urn:x:1'], entity: {} }, /member entity, which a ListRelationship cannot have/],
  [{ value: 1, lang: 'en' }, /member lang, which is only given in answers/],
  [{ value: 1, '@context': {} }, /@context, which cannot be embedded/],
  [{ value: { '@context': {} } }, /embeds an @context/],
  [{ value: [[{ '@context': {} }]] }, /embeds an @context/],
  [{ value: { '@type': 'DateTime', '@value': 'soon' } }, /is no DateTime/],
  [{ value: { type: 'DateTime', '@value': 'soon' } }, /is no DateTime/],
  [{ value: { '@type': 'https://uri.etsi.org/ngsi-ld/Time', '@value': 'soon' } }, /is no Time/],
  [{ value: { '@type': 'Date', '@value': '2026-02-30' } }, /is no Date/],
  [{ value: { '@foo': 1 } }, /"@foo" is reserved by JSON-LD/],

  [[{ value: 1 }, { value: 2 }], /a has two instances without datasetId/],
  [[{ value: 1 }, { value: 2, datasetId: '@none' }], /two instances without datasetId/],
  [
    [
      { value: 1, datasetId: 'urn:d:1' },
      { object: 'urn:x:1', datasetId: 'urn:d:1' },
    ],
    /two instances with datasetId urn:d:1/,
  ],
  [{ value: 1, 's.t': 2 }, /Attribute "s.t" is not a name/],
  [{ value: 1, s: { type: 'Property' } }, /a\.s has no value/],
  [{ value: 1, s: [{ value: 1 }, { value: 2 }] }, /a\.s has two instances/],
  [{ value: 1, s: 1, 'ngsi-ld:default-context/s': 2 }, /a\.ngsi-ld:default-context\/s is given twice/],
  [{ value: 1, scope: '/A' }, /"scope" cannot name an Attribute/],
];

const members: readonly (readonly [entity: JsonObject, detail: RegExp])[] = [
  [{ type: 'Room' }, /id \(absent\) is not a URI/],
  [{ id: 'Room1', type: 'Room' }, /id "Room1" is not a URI: write a scheme and a path/],
  [{ id: 'urn:a b', type: 'Room' }, /is not a URI/],
  [{ id: 'urn:x:\u202e1', type: 'Room' }, /is not a URI/],
  [{ id: 5, type: 'Room' }, /id "5" is not a URI/],
  [{ id: 'urn:ngsi-ld:null', type: 'Room' }, /is not a URI/],
  [{ id: ID, '@id': ID, type: 'Room' }, /both id and @id/],
  [{ id: ID, type: 'Room', '@type': 'Hall' }, /both type and @type/],
  [{ id: ID }, /has no type/],
  [{ id: ID, type: [] }, /type is neither a name/],
  [{ id: ID, type: { a: 1 } }, /type is neither a name/],
  [{ id: ID, type: [5] }, /type "5" is not a name/],
  [{ id: ID, type: '' }, /type "" is not a name/],
  [{ id: ID, type: '9th' }, /begin with a letter/],
  [{ id: ID, type: 'id' }, /type "id" is a keyword of JSON-LD/],
  [{ id: ID, type: 'Room', scope: '/A/9' }, /scope "\/A\/9" is not a Scope/],
  [{ id: ID, type: 'Room', scope: [5] }, /scope "5" is not a Scope/],
  [{ id: ID, type: 'Room', scope: '/A/#' }, /is not a Scope/],
  [{ id: ID, type: 'Room', expiresAt: 'never' }, /expiresAt is not a DateTime/],
  [{ id: ID, type: 'Room', __proto__x: 1 }, /Attribute "__proto__x" is not a name/],
  [
    JSON.parse(`{"id":"${ID}","type":"Room","__proto__":{"value":1}}`) as JsonObject,
    /Attribute "__proto__" is not a name/,
  ],
  [{ id: ID, type: 'Room', 'a b': 1 }, /Attribute "a b" is not a name/],
  [{ id: ID, type: 'Room', '': 1 }, /Attribute "" is not a name/],
  [{ id: ID, type: 'Room', a: 1, [iri('a')]: 2 }, /is given twice, under two names/],
  [{ id: ID, type: 'Room', value: 1 }, /value cannot name an Attribute/],
  [{ id: ID, type: 'Room', observedAt: '2026-01-01T00:00:00Z' }, /observedAt cannot name an Attribute/],
  [{ id: ID, type: 'Room', unitCode: 'CEL' }, /unitCode cannot name an Attribute/],
  [{ id: ID, type: 'Room', 'ngsi-ld:hasValue': 1 }, /cannot name an Attribute/],
  [{ id: ID, type: 'Room', '@graph': [] }, /cannot name an Attribute|not a name/],
  [{ id: ID, type: 'Room', location: 5 }, /location is a Property, but has to be a GeoProperty/],
  [{ id: ID, type: 'Room', observationSpace: { object: 'urn:x:1' } }, /is a Relationship, but has to be/],
  [{ id: ID, type: 'Room', operationSpace: { type: 'Property', value: {} } }, /has to be a GeoProperty/],
];

describe('what no Entity may hold (clauses 4.5, 4.6, 5.5.4): BadRequestData', () => {
  it.each(attributes)('a: %j', (attribute, detail) => {
    const refusal = refusalOf(() => parseEntity({ id: ID, type: 'Room', a: attribute }, core));
    expect(refusal.type).toBe('BadRequestData');
    expect(refusal.message).toMatch(detail);
  });

  it.each(members)('%j', (body, detail) => {
    const refusal = refusalOf(() => parseEntity(body, core));
    expect(refusal.type).toBe('BadRequestData');
    expect(refusal.message).toMatch(detail);
  });

  it('never shows a value at length, nor what cannot be seen', () => {
    const { message } = refusalOf(() => parseEntity({ id: `\u202e${'x'.repeat(1000)}`, type: 'Room' }, core));
    expect(message).not.toMatch(/\u202e/);
    expect(message.length).toBeLessThan(250);
  });
});

describe('bodies that are no JSON object: InvalidRequest (clause 5.5.4)', () => {
  const readers: readonly (readonly [name: string, read: (body: Json) => unknown])[] = [
    ['create', (body) => parseEntity(body, core)],
    ['append', (body) => parseAppendFragment(ID, body, core)],
    ['update', (body) => parseUpdateFragment(ID, body, core)],
    ['merge', (body) => parseMergeFragment(ID, body, core)],
    ['partial update', (body) => parseAttributeFragment(iri('a'), body, core)],
    ['replace attribute', (body) => parseAttributeReplacement(iri('a'), body, core)],
  ];

  it.each(readers)('%s', (_name, read) => {
    for (const body of [null, [], 'text', 5]) expect(refusalOf(() => read(body)).type).toBe('InvalidRequest');
  });
});

describe('an Attribute alone (clauses 5.6.4, 5.6.19)', () => {
  const location = iri('location');

  it('that has to be a GeoProperty is held to it', () => {
    expect(refusalOf(() => parseAttributeFragment(location, { value: 5 }, core)).message).toMatch(
      /GeoProperty/,
    );
    expect(refusalOf(() => parseAttributeReplacement(location, { value: 5 }, core)).message).toMatch(
      /GeoProperty/,
    );
    const point = { type: 'Point', coordinates: [1, 2] };
    expect(parseAttributeReplacement(location, point, core)).toEqual({ kind: 'GeoProperty', value: point });
    expect(parseAttributeFragment(location, point, core)).toEqual({ kind: 'GeoProperty', value: point });
  });

  it.each([{}, { accuracy: 0.5 }, { unitCode: 'CEL' }, { type: 'Property', accuracy: 0.5 }])(
    'that is replaced needs a value: %j',
    (body) => {
      expect(refusalOf(() => parseAttributeReplacement(iri('a'), body, core)).message).toMatch(
        /has no value/,
      );
    },
  );

  it('may be named for deletion, as the scopes may, but not what every Entity has', () => {
    expect(parseDeletionTarget('a', core)).toBe(iri('a'));
    expect(parseDeletionTarget('scope', core)).toBe(SCOPE);
    for (const name of ['id', 'type', 'createdAt', '@id', 'a b']) {
      expect(refusalOf(() => parseDeletionTarget(name, core)).type).toBe('BadRequestData');
    }
  });
});
