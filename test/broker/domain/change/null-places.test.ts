import { describe, expect, it } from '@jest/globals';
import type { AttributeKind, Json, JsonObject } from '../../../../broker/domain/entity.ts';
import { NULL, refusalOf, shown, stored } from '../support.ts';
import { OPERATIONS, type OperationName } from './operations.ts';

const D = 'urn:ngsi-ld:Dataset:1';

/** The operations that NGSI-LD Null deletes with, and those that have nothing to delete (clause 5.5.4). */
const deleting = ['update', 'merge', 'partial'] as const;
const refusing = [
  ...(['append', 'noOverwrite', 'replaceAttribute', 'replaceEntity'] as const),
  ...(['upsertReplace', 'upsertUpdate'] as const),
];

/** A value of each kind, and every way in which its Null may be written (clause 4.5.0). */
const kinds: Readonly<
  Record<AttributeKind, { readonly value: JsonObject; readonly nulls: readonly JsonObject[] }>
> = {
  Property: { value: { value: { x: 1 } }, nulls: [{ value: NULL }, { value: { '@value': NULL } }] },
  GeoProperty: { value: { value: { type: 'Point', coordinates: [4, 51] } }, nulls: [{ value: NULL }] },
  LanguageProperty: {
    value: { languageMap: { en: 'x', nl: 'y' } },
    nulls: [{ languageMap: { '@none': NULL } }, { languageMap: NULL }],
  },
  VocabProperty: { value: { vocab: 'on' }, nulls: [{ vocab: NULL }, { vocab: { '@id': NULL } }] },
  JsonProperty: { value: { json: { x: NULL } }, nulls: [{ json: NULL }] },
  ListProperty: { value: { valueList: [1, 2] }, nulls: [{ valueList: [NULL] }, { valueList: NULL }] },
  Relationship: { value: { object: 'urn:x:1' }, nulls: [{ object: NULL }] },
  ListRelationship: {
    value: { objectList: ['urn:x:1', 'urn:x:2'] },
    nulls: [{ objectList: [NULL] }, { objectList: NULL }, { objectList: [{ '@id': NULL }] }],
  },
};

interface Place {
  readonly kind: AttributeKind;
  readonly value: JsonObject;
  readonly sent: JsonObject;
}
/** Each Null of each kind, normalized and concise. */
const places: readonly Place[] = Object.entries(kinds).flatMap(([kind, { value, nulls }]) =>
  nulls.flatMap((sent) => [
    { kind: kind as AttributeKind, value, sent: { type: kind, ...sent } },
    { kind: kind as AttributeKind, value, sent },
  ]),
);

const apply = (operation: OperationName, before: Json, sent: Json) => {
  const current = stored({ a: before });
  const isOfOne = operation === 'partial' || operation === 'replaceAttribute';
  const { change } = OPERATIONS[operation](current, (isOfOne ? sent : { a: sent }) as JsonObject);
  return shown(change?.entity ?? current)?.['a'];
};

describe.each(places)('NGSI-LD Null for a $kind as $sent (clauses 4.5.0, 5.5.4)', ({ value, sent }) => {
  const other = { value: 5, datasetId: D };

  it.each(deleting)('%s deletes the default instance', (operation) => {
    expect(apply(operation, value, sent)).toBeUndefined();
    expect(apply(operation, [value, other], sent)).toEqual(other);
  });

  it.each(deleting)('%s deletes the instance of a dataset', (operation) => {
    expect(
      apply(operation, [5, { ...value, datasetId: D }].slice(1), { ...sent, datasetId: D }),
    ).toBeUndefined();
    expect(apply(operation, [{ value: 5 }, { ...value, datasetId: D }], { ...sent, datasetId: D })).toBe(5);
  });

  it.each(deleting)('%s deletes a sub-Attribute', (operation) => {
    expect(apply(operation, { value: 5, s: value }, { value: 5, s: sent })).toBe(5);
  });

  it.each(['merge'] as const)('%s deletes a sub-Attribute of a sub-Attribute', (operation) => {
    const before = { value: 5, s: { value: 6, t: value } };
    expect(apply(operation, before, { value: 5, s: { value: 6, t: sent } })).toEqual({ value: 5, s: 6 });
  });

  it.each(refusing)('%s refuses it', (operation) => {
    for (const body of [
      sent,
      { ...sent, datasetId: D },
      { value: 5, s: sent },
      { value: 5, s: { value: 6, t: sent } },
    ]) {
      const refusal = refusalOf(() => apply(operation, value, body));
      expect([refusal.type, refusal.message]).toEqual(['BadRequestData', expect.stringContaining(NULL)]);
    }
  });
});

describe('NGSI-LD Null inside a value (clause 5.5.4)', () => {
  /** What is there, what is sent, and what a merge leaves; nothing where it refuses it too. */
  const inside: readonly (readonly [before: Json, sent: JsonObject, merged?: Json])[] = [
    [{ value: { x: 1, y: 2 } }, { value: { x: NULL } }, { y: 2 }],
    [{ value: { x: { z: 1, w: 2 } } }, { value: { x: { z: NULL } } }, { x: { w: 2 } }],
    [{ value: { x: 1 } }, { value: { x: NULL } }, {}],
    [{ languageMap: { en: 'x', nl: 'y' } }, { languageMap: { nl: NULL } }, { languageMap: { en: 'x' } }],
    [
      { languageMap: { en: 'x', '@none': 'y' } },
      { languageMap: { en: 'z', '@none': NULL } },
      { languageMap: { en: 'z' } },
    ],
    [{ value: [1] }, { value: [1, NULL] }],
    [{ value: { x: [1] } }, { value: { x: [NULL] } }],
    [{ value: { x: [1] } }, { value: { x: [{ y: NULL }] } }],
    [{ languageMap: { en: ['x'] } }, { languageMap: { en: ['x', NULL] } }],
    [{ vocab: 'on' }, { vocab: ['on', NULL] }],
    [{ valueList: [1] }, { valueList: [1, NULL] }],
    [{ valueList: [1] }, { valueList: [[NULL]] }],
    [{ object: 'urn:x:1' }, { object: ['urn:x:1', NULL] }],
    [{ objectList: ['urn:x:1'] }, { objectList: ['urn:x:1', NULL] }],
  ];

  describe.each(inside)('%j with %j', (before, sent, merged) => {
    it('merge', () => {
      if (merged !== undefined) expect(apply('merge', before, sent)).toEqual(merged);
      else expect(refusalOf(() => apply('merge', before, sent)).type).toBe('BadRequestData');
    });

    it.each(['update', 'partial', ...refusing] as const)('%s', (operation) => {
      expect(refusalOf(() => apply(operation, before, sent)).type).toBe('BadRequestData');
    });
  });

  it.each(['update', 'merge', 'partial', ...refusing] as const)(
    '%s keeps it in a JsonProperty',
    (operation) => {
      const json = { json: { x: NULL, y: [NULL] } };
      if (operation === 'noOverwrite') expect(apply(operation, json, json)).toEqual(json);
      else expect(apply(operation, { json: { x: 1 } }, json)).toEqual(json);
    },
  );
});

describe('NGSI-LD Null for the other members of an instance (clauses 5.5.8, 5.5.12)', () => {
  const members: readonly (readonly [there: JsonObject, name: string])[] = [
    [{ value: 1, unitCode: 'CEL' }, 'unitCode'],
    [{ value: 1, observedAt: '2026-01-01T00:00:00Z' }, 'observedAt'],
    [{ value: 1, valueType: 'Celsius' }, 'valueType'],
    [{ object: 'urn:x:1', objectType: 'Bin' }, 'objectType'],
    [{ value: 1, ngsildproof: { type: 'Property', value: { type: 'DataIntegrityProof' } } }, 'ngsildproof'],
  ];

  it.each(members)('%j: %s', (there, name) => {
    const { [name]: _gone, ...rest } = there;
    const left = 'value' in rest ? 1 : rest;
    for (const operation of ['merge', 'partial', 'update'] as const)
      expect(apply(operation, there, { ...rest, [name]: NULL })).toEqual(left);
    for (const operation of refusing)
      expect(refusalOf(() => apply(operation, there, { ...rest, [name]: NULL })).message).toContain(name);
  });

  it.each(['type', 'datasetId'])('%s cannot be removed', (name) => {
    for (const operation of [...deleting, ...refusing])
      expect(refusalOf(() => apply(operation, { value: 1 }, { value: 1, [name]: NULL })).type).toBe(
        'BadRequestData',
      );
  });
});
