import { describe, expect, it } from '@jest/globals';
import { mergeEntity } from '../../../../broker/domain/change/fragment-changes.ts';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import { type MergeReading, parseMergeFragment } from '../../../../broker/domain/parsing/parse-entity.ts';
import { CREATED, core, ID, NOW, refusalOf, shown, stored } from '../support.ts';

function merged(
  before: JsonObject,
  body: JsonObject,
  reading?: MergeReading,
  observedAt?: number,
): Json | undefined {
  const current = stored(before);
  const fragment = parseMergeFragment(ID, body, core, reading);
  const { change } = mergeEntity(current, fragment, NOW, observedAt === undefined ? {} : { observedAt });
  return shown(change?.entity ?? current)?.['a'];
}

describe('merge of a concise object of nothing but NGSI-LD Nulls (clause 5.5.12)', () => {
  const gone = { s: 'urn:ngsi-ld:null' };

  it.each<readonly [before: Json, after: Json | undefined]>([
    [
      { value: { s: 1, t: 2 }, s: { value: 3 } },
      { value: { t: 2 }, s: 3 },
    ],
    [{ value: 5, s: { value: 3 } }, 5],
    [
      { value: [5], s: { value: 3 }, t: { value: 4 } },
      { value: [5], t: 4 },
    ],
    [{ object: 'urn:x:1', s: { value: 3 } }, { object: 'urn:x:1' }],
    [{ languageMap: { en: 'x' }, s: { value: 3 } }, { languageMap: { en: 'x' } }],
    [{ value: { t: 2 }, s: { value: 3 } }, { t: 2 }],
    [{ t: 2 }, { t: 2 }],
    [5, 5],
  ])(
    'is about the member of the value of %j that has the name, else about the sub-Attribute',
    (before, after) => {
      expect(merged({ a: before }, { a: gone })).toEqual(after);
    },
  );

  it.each<readonly [before: Json, after: Json | undefined]>([
    [
      { value: { x: 1 }, s: { value: 3, t: 4 } },
      { value: { x: 1 }, s: 3 },
    ],
    [
      { value: { s: { t: 1, u: 2 } }, s: { value: 3, t: 4 } },
      { value: { s: { u: 2 } }, s: { value: 3, t: 4 } },
    ],
    [
      { value: 5, s: { value: { t: 1, u: 2 } } },
      { value: 5, s: { u: 2 } },
    ],
    [{ value: { x: 1 } }, { x: 1, s: {} }],
    [5, 5],
  ])('removes below the name in %j', (before, after) => {
    expect(merged({ a: before }, { a: { s: { t: 'urn:ngsi-ld:null' } } })).toEqual(after);
  });

  it('in a sub-Attribute as well', () => {
    expect(merged({ a: { value: 1, b: { value: 2, s: 3 } } }, { a: { type: 'Property', b: gone } })).toEqual({
      value: 1,
      b: 2,
    });
  });
});

describe('merge of concise sub-Attributes without their Attribute (clause 5.5.12)', () => {
  it('takes several instances for a sub-Attribute and leaves an object value alone', () => {
    const before = { a: { value: { x: 1 }, s: { value: 3, unitCode: 'CEL' } } };
    const s = [{ value: 4 }, { value: 5, datasetId: 'urn:d:1' }];
    expect(merged(before, { a: { s } })).toEqual({
      value: { x: 1 },
      s: [
        { value: 4, unitCode: 'CEL' },
        { value: 5, datasetId: 'urn:d:1' },
      ],
    });
  });
});

describe('merge in simplified representation keeps the kind that is there (clause 5.6.17.4)', () => {
  const simplified: MergeReading = { isSimplified: true };

  it.each<readonly [before: Json, value: Json, after: Json]>([
    [{ value: 1, unitCode: 'CEL' }, 2, { value: 2, unitCode: 'CEL' }],
    [{ object: 'urn:x:1' }, 'urn:x:2', { object: 'urn:x:2' }],
    [{ objectList: ['urn:x:1'] }, ['urn:x:2'], { objectList: ['urn:x:2'] }],
    [{ vocab: 'on' }, 'off', { vocab: 'off' }],
    [{ vocab: 'on' }, { vocab: 'off' }, { vocab: 'off' }],
    [{ json: { x: 1 } }, { json: { y: null } }, { json: { y: null } }],
    [{ json: { x: 1 } }, { y: 2 }, { json: { y: 2 } }],
    [{ valueList: [1] }, [2, 3], { valueList: [2, 3] }],
    [
      { languageMap: { en: 'bell' } },
      { languageMap: { nl: 'klok' } },
      { languageMap: { en: 'bell', nl: 'klok' } },
    ],
    [
      { type: 'Point', coordinates: [1, 2] },
      { type: 'Point', coordinates: [3, 4] },
      { type: 'Point', coordinates: [3, 4] },
    ],
    [{ value: { x: 1, y: 2 } }, { y: 3 }, { x: 1, y: 3 }],
  ])('%j with %j', (before, value, after) => {
    expect(merged({ a: before }, { a: value }, simplified)).toEqual(after);
  });

  it.each<readonly [value: Json, after: Json]>([
    [2, 2],
    ['urn:x:1', 'urn:x:1'],
    [{ languageMap: { en: 'bell' } }, { languageMap: { en: 'bell' } }],
    [{ json: [1] }, { json: [1] }],
    [
      { type: 'Point', coordinates: [3, 4] },
      { type: 'Point', coordinates: [3, 4] },
    ],
  ])('guesses the kind of what is new: %j', (value, after) => {
    expect(merged({}, { a: value }, simplified)).toEqual(after);
  });

  it('reads several instances under their datasetIds (clause 4.5.4)', () => {
    const before = [{ object: 'urn:x:1' }, { object: 'urn:x:2', datasetId: 'urn:d:1' }];
    expect(
      merged({ a: before }, { a: { dataset: { '@none': 'urn:x:3', 'urn:d:2': 'urn:x:4' } } }, simplified),
    ).toEqual([
      { object: 'urn:x:3' },
      { object: 'urn:x:2', datasetId: 'urn:d:1' },
      { object: 'urn:x:4', datasetId: 'urn:d:2' },
    ]);
  });

  it('deletes by NGSI-LD Null, an instance too', () => {
    expect(merged({ a: 1 }, { a: 'urn:ngsi-ld:null' }, simplified)).toBeUndefined();
    const before = [{ value: 1 }, { value: 2, datasetId: 'urn:d:1' }];
    expect(merged({ a: before }, { a: { dataset: { 'urn:d:1': 'urn:ngsi-ld:null' } } }, simplified)).toBe(1);
  });

  it('refuses what is no value of the kind', () => {
    const refusal = refusalOf(() => merged({ a: { object: 'urn:x:1' } }, { a: 5 }, simplified));
    expect(refusal.message).toMatch(/the object of a "5" is not a URI/);
  });
});

describe('merge with a common language (clause 5.6.17.4)', () => {
  const before = { a: { languageMap: { en: 'bell', nl: 'klok' } } };

  it.each<MergeReading>([{ isSimplified: true, lang: 'nl' }, { lang: 'nl' }])(
    'replaces the text of that language alone: %j',
    (reading) => {
      expect(merged(before, { a: 'beiaard' }, reading)).toEqual({
        languageMap: { en: 'bell', nl: 'beiaard' },
      });
    },
  );

  it('leaves Properties what they are', () => {
    expect(merged({ a: 'bell' }, { a: 'klok' }, { lang: 'nl' })).toBe('klok');
  });

  it('refuses a string for a LanguageProperty without one', () => {
    expect(refusalOf(() => merged(before, { a: 'x' }, { isSimplified: true })).message).toMatch(/lang=/);
  });
});

describe('merge with a common observedAt (clause 5.6.17.4)', () => {
  const old = '2026-01-01T00:00:00Z';
  const common = '2026-01-01T00:00:01Z';

  it('becomes that of instances that have one, where the fragment gives none', () => {
    const at = CREATED + 1_000_000;
    expect(merged({ a: { value: 1, observedAt: old } }, { a: { value: 2 } }, {}, at)).toEqual({
      value: 2,
      observedAt: common,
    });
    expect(merged({ a: 1 }, { a: { value: 2 } }, {}, at)).toBe(2);
    expect(merged({}, { a: { value: 2 } }, {}, at)).toBe(2);
    const own = '2026-02-01T00:00:00Z';
    expect(
      merged({ a: { value: 1, observedAt: old } }, { a: { value: 2, observedAt: own } }, {}, at),
    ).toEqual({
      value: 2,
      observedAt: own,
    });
  });
});
