import { describe, expect, it } from '@jest/globals';
import type { AttributeKind, Json, JsonObject } from '../../../../broker/domain/entity.ts';
import type { AttributeInput } from '../../../../broker/domain/entity-input.ts';
import { parseEntity } from '../../../../broker/domain/parsing/parse-entity.ts';
import { core, ID, iri } from '../support.ts';

function read(attribute: Json): readonly AttributeInput[] | undefined {
  return parseEntity({ id: ID, type: 'Room', a: attribute }, core).attributes[iri('a')];
}

const point = { type: 'Point', coordinates: [4.35, 50.85] };
const polygon = {
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ],
  ],
};

/** What a client writes, and the kind and value that it is read as. */
const values: readonly (readonly [attribute: Json, kind: AttributeKind, value: Json])[] = [
  // Normalized (clauses 4.5.2, 4.5.3, 4.5.17 to 4.5.24)
  [{ type: 'Property', value: 21.5 }, 'Property', 21.5],
  [{ type: 'Property', value: { street: 'A' } }, 'Property', { [iri('street')]: 'A' }],
  [{ type: 'Property', value: [5] }, 'Property', [5]],
  [{ type: 'Property', value: [] }, 'Property', []],
  [{ type: 'Property', value: false }, 'Property', false],
  [{ type: 'Property', value: '' }, 'Property', ''],
  [{ type: 'Property', value: point }, 'Property', core.expandValue(point)],
  [{ type: 'GeoProperty', value: point }, 'GeoProperty', point],
  [{ type: 'GeoProperty', value: JSON.stringify(polygon) }, 'GeoProperty', polygon],
  [
    { type: 'LanguageProperty', languageMap: { en: 'bell', '@none': ['a', 'b'] } },
    'LanguageProperty',
    { en: 'bell', '@none': ['a', 'b'] },
  ],
  [{ type: 'VocabProperty', vocab: 'on' }, 'VocabProperty', iri('on')],
  [
    { type: 'VocabProperty', vocab: ['on', 'http://example.org/off'] },
    'VocabProperty',
    [iri('on'), 'http://example.org/off'],
  ],
  [{ type: 'JsonProperty', json: { type: null, id: [null] } }, 'JsonProperty', { type: null, id: [null] }],
  [{ type: 'ListProperty', valueList: [3, { b: 1 }, [2]] }, 'ListProperty', [3, { [iri('b')]: 1 }, [2]]],
  [{ type: 'Relationship', object: 'urn:x:1' }, 'Relationship', 'urn:x:1'],
  [{ type: 'Relationship', object: ['urn:x:1', 'urn:x:2'] }, 'Relationship', ['urn:x:1', 'urn:x:2']],
  [
    { type: 'ListRelationship', objectList: [{ object: 'urn:x:1' }, { object: 'urn:x:2' }] },
    'ListRelationship',
    ['urn:x:1', 'urn:x:2'],
  ],
  [{ '@type': 'Property', value: 1 }, 'Property', 1],
  [{ type: 'https://uri.etsi.org/ngsi-ld/Relationship', object: 'urn:x:1' }, 'Relationship', 'urn:x:1'],
  [{ type: 'ngsi-ld:Property', value: 1 }, 'Property', 1],

  // Concise (clauses 4.5.2.3, 4.5.3.3)
  [21.5, 'Property', 21.5],
  ['text', 'Property', 'text'],
  [[1, { b: 2 }], 'Property', [1, { [iri('b')]: 2 }]],
  [{ street: 'A' }, 'Property', { [iri('street')]: 'A' }],
  [point, 'GeoProperty', point],
  [{ value: 1 }, 'Property', 1],
  [{ value: point }, 'GeoProperty', point],
  [{ object: 'urn:x:1' }, 'Relationship', 'urn:x:1'],
  [{ languageMap: { nl: 'klok' } }, 'LanguageProperty', { nl: 'klok' }],
  [{ vocab: 'on' }, 'VocabProperty', iri('on')],
  [{ json: [1] }, 'JsonProperty', [1]],
  [{ valueList: [1] }, 'ListProperty', [1]],
  [{ objectList: ['urn:x:1'] }, 'ListRelationship', ['urn:x:1']],
  [[{ value: 5 }], 'Property', 5],

  // Values of JSON-LD with a type of their own (clauses 4.5.2.2, 4.6.3)
  [
    { '@type': 'DateTime', '@value': '2026-01-31T12:00:00Z' },
    'Property',
    { '@type': iri('DateTime'), '@value': '2026-01-31T12:00:00Z' },
  ],
  [{ value: { '@type': '@json', '@value': null } }, 'Property', { '@type': '@json', '@value': null }],
  [{ value: { gone: null, kept: 1 } }, 'Property', { [iri('kept')]: 1 }],
];

describe('the eight kinds of Attributes, normalized and concise', () => {
  it.each(values)('%j is a %s', (attribute, kind, value) => {
    expect(read(attribute)).toEqual([{ kind, value }]);
  });

  it('has members of its own', () => {
    const dated = {
      observedAt: '2026-01-31T12:00:00,25Z',
      expiresAt: '2027-01-01T00:00:00Z',
      datasetId: 'urn:d:1',
    };
    const times = {
      observedAt: 1_769_860_800_250_000,
      expiresAt: 1_798_761_600_000_000,
      datasetId: 'urn:d:1',
    };
    const proof = { type: 'Property', value: { proofValue: 'z' } };
    expect(
      read({ value: 1, unitCode: 'CEL', valueType: 'Temperature', ngsildproof: proof, ...dated }),
    ).toEqual([
      {
        kind: 'Property',
        value: 1,
        unitCode: 'CEL',
        valueType: iri('Temperature'),
        ngsildproof: proof,
        ...times,
      },
    ]);
    expect(read({ languageMap: { en: 'Bell' }, valueType: 'langString' })).toEqual([
      { kind: 'LanguageProperty', value: { en: 'Bell' }, valueType: iri('langString') },
    ]);
    expect(read({ object: 'urn:x:1', objectType: ['Room', 'Hall'], ...dated })).toEqual([
      { kind: 'Relationship', value: 'urn:x:1', objectType: [iri('Room'), iri('Hall')], ...times },
    ]);
  });

  it('has sub-Attributes of every kind, at every depth', () => {
    const nested: JsonObject = {
      value: 1,
      s: { object: 'urn:x:1', t: [{ value: 2 }, { value: 3, datasetId: 'urn:d:1' }], g: point },
    };
    expect(read(nested)).toEqual([
      {
        kind: 'Property',
        value: 1,
        subAttributes: {
          [iri('s')]: [
            {
              kind: 'Relationship',
              value: 'urn:x:1',
              subAttributes: {
                [iri('t')]: [
                  { kind: 'Property', value: 2 },
                  { kind: 'Property', value: 3, datasetId: 'urn:d:1' },
                ],
                [iri('g')]: [{ kind: 'GeoProperty', value: point }],
              },
            },
          ],
        },
      },
    ]);
  });

  it('takes @none for the default instance, and an array of instances for those', () => {
    expect(
      read([
        { value: 1, datasetId: '@none' },
        { value: 2, datasetId: 'urn:d:1' },
      ]),
    ).toEqual([
      { kind: 'Property', value: 1 },
      { kind: 'Property', value: 2, datasetId: 'urn:d:1' },
    ]);
  });

  it('ignores what the broker writes itself (clauses 4.8, 5.2.2)', () => {
    const system = { createdAt: 'yesterday', modifiedAt: 5, deletedAt: null, instanceId: 'urn:i:1' };
    expect(read({ value: 1, ...system })).toEqual([{ kind: 'Property', value: 1 }]);
    const { createdAt, modifiedAt, deletedAt } = system;
    const input = parseEntity({ id: ID, type: 'Room', createdAt, modifiedAt, deletedAt }, core);
    expect(input).toEqual({ id: ID, types: [iri('Room')], attributes: {} });
  });
});

describe('members that only answers have, when they come back (tables 5.2.5-2 to 5.2.38-2)', () => {
  it.each<JsonObject>([
    { value: 1, previousValue: 0 },
    { value: { type: 'Point', coordinates: [1, 2] }, previousValue: { type: 'Point', coordinates: [3, 4] } },
    { object: 'urn:x:1', previousObject: 'urn:x:0' },
    { languageMap: { en: 'x' }, previousLanguageMap: { en: 'y' } },
    { vocab: 'on', previousVocab: 'off' },
    { json: { a: 1 }, previousJson: { a: null } },
    { valueList: [1], previousValueList: [] },
    { objectList: ['urn:x:1'], previousObjectList: [{ object: 'urn:x:0' }] },
  ])('are ignored: %j', (raw) => {
    const [member = ''] = Object.keys(raw);
    expect(read(raw)).toEqual(read({ [member]: raw[member] as Json }));
  });
});

describe('the members of an Entity (clause 5.2.4)', () => {
  it('are id, types, scopes and expiresAt', () => {
    const body = {
      id: ID,
      type: ['Room', 'Hall', 'Room'],
      scope: ['A/B', '/C', '/A/B'],
      expiresAt: '2027-01-01T00:00:00Z',
    };
    expect(parseEntity(body, core)).toEqual({
      id: ID,
      types: [iri('Room'), iri('Hall')],
      scopes: ['/A/B', '/C'],
      expiresAt: 1_798_761_600_000_000,
      attributes: {},
    });
  });

  it('may be written as JSON-LD keywords, beside an @context', () => {
    const body = { '@id': ID, '@type': 'Room', '@context': ['http://example.org/c'] };
    expect(parseEntity(body, core)).toEqual({ id: ID, types: [iri('Room')], attributes: {} });
  });

  it('name Attributes in every script, by prefix and by IRI', () => {
    const body = {
      id: ID,
      type: '房间',
      température: 1,
      'ex:b': 2,
      'https://example.org/c': 3,
      constructor: 4,
    };
    const { attributes, types } = parseEntity(body, core);
    expect(types).toEqual([iri('房间')]);
    expect(Object.keys(attributes)).toEqual([
      iri('température'),
      'ex:b',
      'https://example.org/c',
      iri('constructor'),
    ]);
  });
});
