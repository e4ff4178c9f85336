import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../broker/domain/entity.ts';
import { NGSI_LD_NULL } from '../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import { contextOf } from './support.ts';

const vocabulary = 'https://uri.etsi.org/ngsi-ld/default-context/';
const ex = 'http://example.org/';
const coerced = {
  ex,
  knows: { '@id': 'ex:knows', '@type': '@id' },
  category: { '@id': 'ex:category', '@type': '@vocab' },
  seen: { '@id': 'ex:seen', '@type': 'http://www.w3.org/2001/XMLSchema#dateTime' },
  raw: { '@id': 'ex:raw', '@type': '@json' },
  label: { '@id': 'ex:label', '@container': '@language' },
  byKey: { '@id': 'ex:byKey', '@container': '@index' },
};

function nested(depth: number, wrap: (inner: Json) => Json): Json {
  let value: Json = 1;
  for (let level = 0; level < depth; level++) value = wrap(value);
  return value;
}

describe('Property values (clause 4.5.2, JSON-LD 1.1 expansion and compaction)', () => {
  it('gives back what has no names in it, uncopied', async () => {
    const { expandValue, compactValue } = await contextOf();
    const arrays = [1, 'a', true, null, [2, [3]], []];
    for (const value of ['text', 21.5, false, null, arrays]) {
      expect(expandValue(value)).toBe(value);
      expect(compactValue(value)).toBe(value);
    }
  });

  it('expands names at every depth, drops null members, and keeps arrays and their order', async () => {
    const { expandValue, compactValue } = await contextOf({ street: `${ex}street` });
    const expanded = expandValue({ street: 'A', gone: null, list: [[1, { street: 'B' }], null] });
    expect(expanded).toEqual({
      [`${ex}street`]: 'A',
      [`${vocabulary}list`]: [[1, { [`${ex}street`]: 'B' }], null],
    });
    expect(compactValue(expanded)).toEqual({ street: 'A', list: [[1, { street: 'B' }], null] });
  });

  it('turns strings under coerced terms into references and typed values, and back', async () => {
    const { expandValue, compactValue } = await contextOf(coerced);
    const value = {
      knows: ['urn:a', 'ex:b'],
      category: 'wet',
      seen: '2026-01-01T00:00:00Z',
      raw: { anything: [null, { id: 1 }] },
    };
    const expanded = expandValue(value);
    expect(expanded).toEqual({
      [`${ex}knows`]: [{ '@id': 'urn:a' }, { '@id': `${ex}b` }],
      [`${ex}category`]: { '@id': `${vocabulary}wet` },
      [`${ex}seen`]: {
        '@type': 'http://www.w3.org/2001/XMLSchema#dateTime',
        '@value': '2026-01-01T00:00:00Z',
      },
      [`${ex}raw`]: { '@type': '@json', '@value': value.raw },
    });
    expect(compactValue(expanded)).toEqual({ ...value, knows: ['urn:a', `${ex}b`] });
  });

  it('writes references and typed values out for a client whose @context does not imply them', async () => {
    const { expandValue } = await contextOf(coerced);
    const { compactValue } = await contextOf({ knows: `${ex}knows`, seen: `${ex}seen` });
    expect(compactValue(expandValue({ knows: 'urn:a', seen: '2026-01-01T00:00:00Z' }))).toEqual({
      knows: { id: 'urn:a' },
      seen: { '@type': 'http://www.w3.org/2001/XMLSchema#dateTime', '@value': '2026-01-01T00:00:00Z' },
    });
  });

  it('does not use a term whose coercion would change the value', async () => {
    const { compactValue } = await contextOf(coerced);
    expect(compactValue({ [`${ex}knows`]: 'just text', [`${ex}seen`]: 5 })).toEqual({
      'ex:knows': 'just text',
      'ex:seen': 5,
    });
    expect(compactValue({ [`${ex}knows`]: 5, [`${ex}seen`]: { [`${ex}seen`]: [] } })).toEqual({
      knows: 5,
      seen: { seen: [] },
    });
  });

  it('writes a reference out when no name would be read back as it', async () => {
    const { expandValue, compactValue } = await contextOf(coerced);
    for (const id of ['', 'relative']) {
      const value = { category: { '@id': id } };
      expect(compactValue(expandValue(value))).toEqual({ category: { id } });
    }
  });

  it('keeps typed and language-tagged values as users write them', async () => {
    const { expandValue, compactValue } = await contextOf();
    const value = [
      { '@type': 'DateTime', '@value': '2026-01-01T00:00:00Z' },
      { '@value': 'Glocke', '@language': 'de-BE' },
    ];
    const expanded = expandValue(value);
    expect(expanded).toEqual([
      { '@type': 'https://uri.etsi.org/ngsi-ld/DateTime', '@value': '2026-01-01T00:00:00Z' },
      { '@value': 'Glocke', '@language': 'de-BE' },
    ]);
    expect(compactValue(expanded)).toEqual(value);
  });

  it('brings GeoJSON inside a value back as it was', async () => {
    const { expandValue, compactValue } = await contextOf();
    const value = {
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [4.5, 51.25] },
          properties: { name: 'bell' },
        },
        {
          type: 'Feature',
          geometry: {
            type: 'LineString',
            coordinates: [
              [1, 2],
              [3, 4],
            ],
          },
          properties: {},
        },
      ],
    };
    expect(compactValue(expandValue(value))).toEqual(value);
  });

  it('keeps the keys of language maps and index maps', async () => {
    const { expandValue, compactValue } = await contextOf(coerced);
    const value = { label: { en: 'Bell', nl: ['Klok', 'Bel'] }, byKey: { a: { knows: 'urn:a' }, b: 2 } };
    const expanded = expandValue(value);
    expect(expanded).toEqual({
      [`${ex}label`]: value.label,
      [`${ex}byKey`]: { a: { [`${ex}knows`]: { '@id': 'urn:a' } }, b: 2 },
    });
    expect(compactValue(expanded)).toEqual(value);
  });

  it('leaves NGSI-LD Null and the text of big numbers uncoerced (clause 4.5.0)', async () => {
    const { expandValue, compactValue } = await contextOf(coerced);
    const value = { knows: NGSI_LD_NULL, seen: NGSI_LD_NULL, category: '\u0001#9007199254740993' };
    const expanded = expandValue(value);
    expect(expanded).toEqual({
      [`${ex}knows`]: NGSI_LD_NULL,
      [`${ex}seen`]: NGSI_LD_NULL,
      [`${ex}category`]: '\u0001#9007199254740993',
    });
    expect(compactValue(expanded)).toEqual(value);
  });

  it('reads id and type in values as @id and @type, whatever they hold', async () => {
    const { expandValue, compactValue } = await contextOf({ Address: `${ex}Address` });
    const value = [
      { id: 'urn:x', type: ['Address', 'Other'] },
      { id: 5, type: { deep: true } },
    ];
    const expanded = expandValue(value);
    expect(expanded).toEqual([
      { '@id': 'urn:x', '@type': [`${ex}Address`, `${vocabulary}Other`] },
      { '@id': 5, '@type': { deep: true } },
    ]);
    expect(compactValue(expanded)).toEqual(value);
  });

  it('joins the values of two names for one IRI', async () => {
    const { expandValue } = await contextOf({ t: `${ex}t` });
    expect(expandValue({ t: 1, [`${ex}t`]: [2, 3] })).toEqual({ [`${ex}t`]: [1, 2, 3] });
  });

  it.each([
    ['an embedded @context', { a: { '@context': {} } }, /clause 5\.5\.7/],
    ['a would-be keyword', { '@foo': 1 }, /"@foo" is reserved/],
    ['two @ids', { id: 'urn:a', '@id': 'urn:b' }, /@id twice/],
    ['members beside @value', { '@value': 1, other: 2 }, /beside @value/],
    ['a value with both type and language', { '@value': 'a', '@type': 'T', '@language': 'en' }, /both @type/],
  ])('refuses %s with BadRequestData', async (_what, value, message) => {
    const { expandValue } = await contextOf();
    expect(() => expandValue(value as Json)).toThrow(NgsiLdError);
    expect(() => expandValue(value as Json)).toThrow(message);
  });

  it('treats a value object with a null value, and a member mapped to nothing, as absent', async () => {
    const { expandValue } = await contextOf({ comment: null });
    expect(expandValue({ a: { '@type': 'DateTime', '@value': null }, comment: 'x', b: 1 })).toEqual({
      [`${vocabulary}b`]: 1,
    });
  });

  it('accepts 200 levels and refuses more, without overflowing the stack', async () => {
    const { expandValue, compactValue } = await contextOf();
    for (const wrap of [(inner: Json) => [inner], (inner: Json) => ({ a: inner })]) {
      const deep = nested(200, wrap);
      expect(compactValue(expandValue(deep))).toEqual(deep);
      expect(() => expandValue(nested(201, wrap))).toThrow(/more than 200 levels/);
      expect(() => expandValue(nested(50_000, wrap))).toThrow(NgsiLdError);
    }
  });

  it('keeps __proto__ and constructor as ordinary members', async () => {
    const { expandValue, compactValue } = await contextOf(coerced);
    const value = JSON.parse(
      '{"__proto__":{"polluted":true},"constructor":1,"byKey":{"__proto__":{"a":1}}}',
    ) as Json;
    const compacted = compactValue(expandValue(value));
    expect(JSON.stringify(compacted)).toBe(JSON.stringify(value));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('keeps every digit of a double', async () => {
    const { expandValue, compactValue } = await contextOf();
    const value = { n: [0.1, 1e21, 5e-324, -0.30000000000000004, 9007199254740991] };
    expect(compactValue(expandValue(value))).toEqual(value);
  });
});
