import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import { parseLanguagePreferences } from '../../../../broker/domain/representation/language.ts';
import {
  type ProjectionParameters,
  parseDatasetIds,
  parseProjection,
} from '../../../../broker/domain/representation/projection.ts';
import { core, ID, iri, NOW, refusalOf, shown, shownAttribute, stored } from '../support.ts';

const point = { type: 'Point', coordinates: [4.35, 50.85] };
const several = [{ value: 1 }, { value: 2, datasetId: 'urn:d:1' }];

describe('the representations of one Attribute (clauses 4.5.2 to 4.5.5)', () => {
  it.each<readonly [given: Json, normalized: Json, concise: Json, simplified: Json]>([
    [1, { type: 'Property', value: 1 }, 1, 1],
    [
      { value: 1, unitCode: 'CEL' },
      { type: 'Property', value: 1, unitCode: 'CEL' },
      { value: 1, unitCode: 'CEL' },
      1,
    ],
    [[5], { type: 'Property', value: [5] }, [5], [5]],
    [[{ value: 5 }], { type: 'Property', value: 5 }, 5, 5],
    [{ street: 'A' }, { type: 'Property', value: { street: 'A' } }, { street: 'A' }, { street: 'A' }],
    [point, { type: 'GeoProperty', value: point }, point, point],
    [
      { type: 'Property', value: point },
      { type: 'Property', value: point },
      { type: 'Property', value: point },
      point,
    ],
    [
      { value: { type: 'X' } },
      { type: 'Property', value: { type: 'X' } },
      { value: { type: 'X' } },
      { type: 'X' },
    ],
    [
      { value: { value: 1 } },
      { type: 'Property', value: { value: 1 } },
      { value: { value: 1 } },
      { value: 1 },
    ],
    [{ object: 'urn:x:1' }, { type: 'Relationship', object: 'urn:x:1' }, { object: 'urn:x:1' }, 'urn:x:1'],
    [
      { objectList: ['urn:x:1'] },
      { type: 'ListRelationship', objectList: [{ object: 'urn:x:1' }] },
      { objectList: ['urn:x:1'] },
      ['urn:x:1'],
    ],
    [{ valueList: [1] }, { type: 'ListProperty', valueList: [1] }, { valueList: [1] }, [1]],
    [{ vocab: 'on' }, { type: 'VocabProperty', vocab: 'on' }, { vocab: 'on' }, { vocab: 'on' }],
    [{ json: [null] }, { type: 'JsonProperty', json: [null] }, { json: [null] }, { json: [null] }],
    [
      { languageMap: { en: 'bell' } },
      { type: 'LanguageProperty', languageMap: { en: 'bell' } },
      { languageMap: { en: 'bell' } },
      { languageMap: { en: 'bell' } },
    ],
    [
      several,
      [
        { type: 'Property', value: 1 },
        { type: 'Property', value: 2, datasetId: 'urn:d:1' },
      ],
      several,
      { dataset: { '@none': 1, 'urn:d:1': 2 } },
    ],
    [
      { value: 2, datasetId: 'urn:d:1' },
      { type: 'Property', value: 2, datasetId: 'urn:d:1' },
      { value: 2, datasetId: 'urn:d:1' },
      2,
    ],
    [
      { value: 1, s: { object: 'urn:x:1' } },
      { type: 'Property', value: 1, s: { type: 'Relationship', object: 'urn:x:1' } },
      { value: 1, s: { object: 'urn:x:1' } },
      1,
    ],
  ])('%j', (given, normalized, concise, simplified) => {
    expect(shownAttribute(given, { form: 'normalized' })).toEqual(normalized);
    expect(shownAttribute(given, { form: 'concise' })).toEqual(concise);
    expect(shownAttribute(given, { form: 'simplified' })).toEqual(simplified);
  });

  it('show system times with sysAttrs alone, those of sub-Attributes too (clause 4.8)', () => {
    const times = { createdAt: '2026-01-01T00:00:00Z', modifiedAt: '2026-01-01T00:00:00Z' };
    const given = { value: 1, s: 2, expiresAt: '2027-01-01T00:00:00Z' };
    expect(shownAttribute(given, { sysAttrs: true })).toEqual({
      ...given,
      ...times,
      s: { value: 2, ...times },
    });
    expect(shownAttribute(given, { sysAttrs: false })).toEqual({ value: 1, s: 2 });
    expect(shown(stored(), { sysAttrs: true })).toEqual({ id: ID, type: 'Room', ...times });
  });
});

describe('the members of an Entity (clause 4.5.1)', () => {
  it('are an array when there are several, and absent when there is none', () => {
    expect(shown(stored({ type: ['Room', 'Hall'], scope: ['A', 'B'] }))).toEqual({
      id: ID,
      type: ['Room', 'Hall'],
      scope: ['/A', '/B'],
    });
    expect(shown(stored())).toEqual({ id: ID, type: 'Room' });
  });

  it('never lack an Attribute, whatever it is called', () => {
    const odd = JSON.parse(
      `{"${iri('__proto__')}":1,"constructor":2,"a":{"value":1,"${iri('__proto__')}":3}}`,
    ) as JsonObject;
    const body = shown(stored(odd));
    expect(JSON.parse(JSON.stringify(body))).toEqual(
      JSON.parse(`{"id":"${ID}","type":"Room","__proto__":1,"constructor":2,"a":{"value":1,"__proto__":3}}`),
    );
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
  });

  it('do not show what has expired (clause 4.22)', () => {
    const soon = { value: 1, expiresAt: '2026-01-01T00:00:00.5Z' };
    const entity = stored({
      a: soon,
      b: [{ value: 2 }, { ...soon, datasetId: 'urn:d:1' }],
      c: { value: 1, s: soon },
    });
    expect(shown(entity)).toEqual({ id: ID, type: 'Room', b: 2, c: 1 });
    expect(Object.keys(shown(entity, { now: NOW - 600_000 }) ?? {})).toContain('a');
  });
});

describe('projection (clause 4.21)', () => {
  const entity = stored({ scope: '/A', a: 1, b: 2 });
  const projected = (parameters: ProjectionParameters, sysAttrs = false): JsonObject | undefined =>
    shown(entity, { projection: parseProjection(parameters, core), sysAttrs });

  it.each<readonly [ProjectionParameters, JsonObject | undefined]>([
    [{ pick: 'a' }, { a: 1 }],
    [{ pick: 'id,type,b' }, { id: ID, type: 'Room', b: 2 }],
    [{ pick: 'a|scope' }, { a: 1, scope: '/A' }],
    [{ pick: iri('a') }, { a: 1 }],
    [{ pick: 'missing' }, undefined],
    [{ omit: 'a,scope' }, { id: ID, type: 'Room', b: 2 }],
    [{ omit: 'id,type,scope,a,b' }, undefined],
    [
      { pick: 'a,b', omit: 'missing' },
      { a: 1, b: 2 },
    ],
    [{ attrs: 'a' }, { id: ID, type: 'Room', scope: '/A', a: 1 }],
    [{ attrs: 'missing' }, undefined],
    [{ attrs: 'missing,createdAt' }, { id: ID, type: 'Room', scope: '/A' }],
  ])('%j', (parameters, expected) => {
    expect(projected(parameters)).toEqual(expected);
  });

  it('reaches the system times that sysAttrs adds', () => {
    expect(Object.keys(projected({ pick: 'id,createdAt' }, true) ?? {})).toEqual(['id', 'createdAt']);
    expect(Object.keys(projected({ omit: 'modifiedAt,a,b' }, true) ?? {})).toEqual([
      'id',
      'type',
      'scope',
      'createdAt',
    ]);
  });

  it.each<readonly [ProjectionParameters, RegExp]>([
    [{ attrs: 'a', pick: 'b' }, /attrs cannot be combined/],
    [{ attrs: 'a', omit: 'b' }, /attrs cannot be combined/],
    [{ pick: 'a,b', omit: 'b' }, /in both pick and omit/],
    [{ pick: '' }, /pick element "" is not a name/],
    [{ pick: 'a,,b' }, /pick element "" is not a name/],
    [{ omit: 'a b' }, /omit element "a b" is not a name/],
    [{ pick: 'a{b}' }, /needs join/],
    [{ pick: 'observedAt' }, /cannot name an Attribute/],
  ])('refuses %j', (parameters, detail) => {
    const refusal = refusalOf(() => parseProjection(parameters, core));
    expect([refusal.type, refusal.message]).toEqual(['BadRequestData', expect.stringMatching(detail)]);
  });
});

describe('the datasetId parameter (clause 4.5.5)', () => {
  const entity = stored({ a: several, b: { value: 3, datasetId: 'urn:d:1' }, c: 4 });

  it.each([
    ['@none', { a: 1, c: 4 }],
    ['urn:d:1', { a: several[1], b: { value: 3, datasetId: 'urn:d:1' } }],
    ['@none,urn:d:1', { a: several, b: { value: 3, datasetId: 'urn:d:1' }, c: 4 }],
    ['urn:d:2', {}],
  ])('%s', (text, expected) => {
    expect(shown(entity, { datasetIds: parseDatasetIds(text) })).toEqual({
      id: ID,
      type: 'Room',
      ...expected,
    });
  });

  it('leaves an Entity with an Attribute of attrs, if without an instance (clause 5.7.2.4)', () => {
    const datasetIds = parseDatasetIds('urn:d:2');
    const asked = (attrs: string) =>
      shown(entity, { datasetIds, projection: parseProjection({ attrs }, core) });
    expect(asked('a,x')).toEqual({ id: ID, type: 'Room' });
    expect(asked('x')).toBeUndefined();
  });

  it('refuses what is no URI', () => {
    expect(refusalOf(() => parseDatasetIds('urn:d:1,x')).message).toMatch(/datasetId "x" is not a URI/);
  });
});

describe('the lang parameter (clause 4.15)', () => {
  const given = { languageMap: { nl: 'klok', 'fr-BE': 'cloche', en: ['bell', 'chime'] } };

  it.each<readonly [lang: string, value: Json, tag: string]>([
    ['nl', 'klok', 'nl'],
    ['NL', 'klok', 'nl'],
    ['nl-BE', 'klok', 'nl'],
    ['fr', 'cloche', 'fr-BE'],
    ['de,fr-BE', 'cloche', 'fr-BE'],
    ['de;q=0.9,nl;q=0.2,fr;q=0.8', 'cloche', 'fr-BE'],
    ['nl;q=0,fr', 'cloche', 'fr-BE'],
    ['de', ['bell', 'chime'], 'en'],
    ['*', ['bell', 'chime'], 'en'],
  ])('%s', (text, value, lang) => {
    const options = { lang: parseLanguagePreferences(text) };
    expect(shownAttribute(given, { ...options, form: 'normalized' })).toEqual({
      type: 'Property',
      value,
      lang,
    });
    expect(shownAttribute(given, { ...options, form: 'concise' })).toEqual({ value, lang });
    expect(shownAttribute(given, { ...options, form: 'simplified' })).toEqual(value);
  });

  it('falls back to @none, then to what there is', () => {
    const lang = parseLanguagePreferences('de');
    expect(shownAttribute({ languageMap: { nl: 'klok', '@none': 'x' } }, { lang, form: 'simplified' })).toBe(
      'x',
    );
    expect(shownAttribute({ languageMap: { nl: 'klok', fr: 'cloche' } }, { lang, form: 'simplified' })).toBe(
      'klok',
    );
  });

  it('reaches sub-Attributes', () => {
    const lang = parseLanguagePreferences('nl');
    expect(shownAttribute({ value: 1, s: given }, { lang })).toEqual({
      value: 1,
      s: { value: 'klok', lang: 'nl' },
    });
  });

  it.each(['', 'e n', 'en;q=2', 'en,', 'en;p=1'])('refuses "%s"', (text) => {
    expect(refusalOf(() => parseLanguagePreferences(text)).message).toMatch(/is not a list of language tags/);
  });
});
