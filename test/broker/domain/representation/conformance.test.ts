import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import { conformTo } from '../../../../broker/domain/representation/conformance.ts';
import { parseLanguagePreferences } from '../../../../broker/domain/representation/language.ts';
import { parseDatasetIds, parseProjection } from '../../../../broker/domain/representation/projection.ts';
import { type RepresentOptions, represent } from '../../../../broker/domain/representation/represent.ts';
import { core, ID, NOW, stored } from '../support.ts';

/** What a client sees of an Entity with these members in version 1.`minor`, and whether that is altered. */
function inVersion(
  minor: number,
  members: JsonObject,
  options: Partial<RepresentOptions> = {},
): readonly [seen: JsonObject | undefined, isAltered: boolean] {
  const {
    entity,
    isAltered,
    options: rest,
  } = conformTo(minor, stored(members), core, { now: NOW, ...options });
  return [represent(entity, core, rest), isAltered];
}

describe('Attributes that an older version does not have (table 4.3.6.8-1)', () => {
  it.each<readonly [given: Json, since: number, before: Json]>([
    [{ languageMap: { en: 'bell' } }, 4, { type: 'Property', value: { en: 'bell' } }],
    [{ json: { a: [1, null] } }, 8, { type: 'Property', value: { a: [1, null] } }],
    [{ vocab: ['on', 'off'] }, 8, { type: 'Property', value: ['on', 'off'] }],
    [{ valueList: [1, { b: 2 }] }, 8, { type: 'Property', value: [1, { b: 2 }] }],
    [{ objectList: ['urn:x:1'] }, 8, { type: 'Relationship', object: 'urn:x:1' }],
    [{ objectList: ['urn:x:2', 'urn:x:1'] }, 8, { type: 'Relationship', object: ['urn:x:2', 'urn:x:1'] }],
  ])('%j is since 1.%i, and was %j before', (given, since, before) => {
    const [native] = inVersion(9, { a: given });
    expect(inVersion(since, { a: given })).toEqual([native, false]);
    expect(inVersion(since - 1, { a: given })).toEqual([{ id: ID, type: 'Room', a: before }, true]);
  });

  it('are amended within Attributes too, and bare in simplified representation', () => {
    const a = { value: 1, b: { vocab: 'on' } };
    expect(inVersion(7, { a })[0]?.['a']).toEqual({
      ...{ type: 'Property', value: 1 },
      b: { type: 'Property', value: 'on' },
    });
    expect(inVersion(7, { a: { json: [null] } }, { form: 'simplified' })).toEqual([
      { id: ID, type: 'Room', a: [null] },
      true,
    ]);
    expect(inVersion(7, { a }, { form: 'simplified' })[1]).toBe(false);
  });

  it('are as they are where their language is chosen', () => {
    const lang = parseLanguagePreferences('en');
    const [seen, isAltered] = inVersion(0, { a: { languageMap: { en: 'bell' } } }, { lang });
    expect(seen?.['a']).toEqual({ type: 'Property', value: 'bell', lang: 'en' });
    expect(isAltered).toBe(false);
  });
});

describe('members that an older version does not have (tables 4.3.6.8-1 to 4.3.6.8-3)', () => {
  const expiresAt = '2030-01-01T00:00:00Z';

  it.each<readonly [member: string, value: string, kind: JsonObject, since: number]>([
    ['valueType', 'Level', { type: 'Property', value: 1 }, 9],
    ['objectType', 'Room', { type: 'Relationship', object: 'urn:x:1' }, 8],
    ['datasetId', 'urn:d:1', { type: 'Property', value: 1 }, 3],
    ['observedAt', '2026-01-01T00:00:00Z', { type: 'Property', value: 1 }, 3],
    ['unitCode', 'CEL', { type: 'Property', value: 1 }, 3],
  ])('%s: %s', (member, value, kind, since) => {
    const a = { ...kind, [member]: value };
    expect(inVersion(since, { a })).toEqual([{ id: ID, type: 'Room', a }, false]);
    expect(inVersion(since - 1, { a })).toEqual([{ id: ID, type: 'Room', a: kind }, true]);
  });

  it('expiresAt, where it would be shown', () => {
    const members = { expiresAt, a: { value: 1, expiresAt } };
    const [seen, isAltered] = inVersion(8, members, { sysAttrs: true });
    expect([seen, seen?.['a']]).not.toContainEqual(expect.objectContaining({ expiresAt }));
    expect(isAltered).toBe(true);
    expect(inVersion(8, members)[1]).toBe(false);
  });

  it('scope since 1.4, several types and instances since 1.3', () => {
    const members = {
      type: ['Room', 'Hall'],
      scope: '/a',
      a: [
        { value: 1, datasetId: 'urn:d:1' },
        { value: 2, observedAt: '2026-01-01T00:00:00Z' },
      ],
    };
    expect(inVersion(3, members)[0]).toEqual({
      id: ID,
      type: ['Room', 'Hall'],
      a: [
        { type: 'Property', value: 1, datasetId: 'urn:d:1' },
        { type: 'Property', value: 2, observedAt: '2026-01-01T00:00:00Z' },
      ],
    });
    const a = { type: 'Property', value: 2 };
    expect(inVersion(2, members)).toEqual([{ id: ID, type: 'Room', a }, true]);
    const datasetIds = parseDatasetIds('urn:d:1');
    expect(inVersion(2, members, { datasetIds })[0]?.['a']).toEqual({ type: 'Property', value: 1 });
  });

  it('do not count where the projection leaves them out', () => {
    const projection = parseProjection({ omit: 'scope,a' }, core);
    expect(inVersion(0, { scope: '/a', a: { vocab: 'on' }, b: 1 }, { projection })).toEqual([
      { id: ID, type: 'Room', b: { type: 'Property', value: 1 } },
      false,
    ]);
  });
});
