import { describe, expect, it } from '@jest/globals';
import type { Attribute } from '../../../../broker/domain/entity.ts';
import { NOWHERE } from '../../../../broker/domain/query/value-reach.ts';
import { encodeInstance } from '../../../../broker/store/sqlite/history-instances.ts';
import { exactReach, quickReach } from '../../../../broker/store/sqlite/line-reach.ts';

type Said = Pick<Attribute, 'kind' | 'value' | 'subAttributes'>;
const times = { createdAt: 1, modifiedAt: 1 };
const property = (value: Attribute['value'], more: Partial<Said> = {}): Said => ({
  ...{ kind: 'Property', value },
  ...more,
});
const withPart = (value: Attribute['value']): Partial<Said> => ({
  subAttributes: { 'urn:part': [{ ...property(value), ...times }] },
});

function lineOf(said: Said): string {
  const instance = { instanceId: 'urn:ngsi-ld:Instance:1', entityId: 'urn:e', attribute: 'urn:a', ...times };
  return encodeInstance({ ...instance, ...said, attributeInstance: { ...said, ...times } }, { add: () => 1 });
}

describe('what spans the value of an instance, by its line', () => {
  it.each([
    ['a number', property(-1.5e-7), { low: -1.5e-7, high: -1.5e-7 }],
    ['a number, with those of its Sub-Attributes', property(5, withPart(7)), { low: 5, high: 7 }],
    ['a text', property('ok'), { low: 'ok', high: 'ok' }],
    ['an empty text', property(''), { low: '', high: '' }],
    [
      'a Relationship',
      { kind: 'Relationship', value: 'urn:x:1' } as const,
      { low: 'urn:x:1', high: 'urn:x:1' },
    ],
    [
      'a text that is cut off',
      property('\u{1f600}'.repeat(40)),
      { low: '?'.repeat(64), high: '?'.repeat(64) },
    ],
  ])('is told of %s without reading it', (_, said, reach) => {
    expect(quickReach(lineOf(said))).toEqual(reach);
    expect(exactReach(lineOf(said))).toEqual(reach);
  });

  it.each([
    ['a text with escapes', property('"value":5\\'), { low: '"value":5\\', high: '"value":5\\' }],
    ['a text beside others', property('ok', withPart('zz')), { low: 'ok', high: 'ok' }],
    ['a number beside a text', property(5, withPart('zz')), { low: 5, high: 5 }],
    ['a number that is kept as its text', property('\u0001#1e999'), { low: Infinity, high: Infinity }],
    ['a deletion', property('urn:ngsi-ld:null'), NOWHERE],
    ['an array', property([3, 'ok', 1]), { low: 1, high: 'ok' }],
    [
      'texts of languages',
      { kind: 'LanguageProperty', value: { value: 'b', en: 'a' } } as const,
      { low: 'a', high: 'b' },
    ],
    ['an object', property({ 'urn:value': 5 }), NOWHERE],
    ['more than can be told', property(Array.from({ length: 100 }, () => 1)), undefined],
  ])('is told of %s by reading it alone', (_, said, reach) => {
    expect(quickReach(lineOf(said))).toBeUndefined();
    expect(exactReach(lineOf(said))).toEqual(reach);
  });

  it('is told of a geometry, which takes long to judge', () => {
    const line = lineOf({ kind: 'GeoProperty', value: { type: 'Point', coordinates: [13.4, 52.5] } });
    expect(quickReach(line)).toEqual(exactReach(line));
    expect(quickReach(line)?.low).toMatch(/^[0-3]{20}$/);
  });
});
