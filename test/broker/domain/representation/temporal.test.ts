import { describe, expect, it } from '@jest/globals';
import { parseDateTime } from '../../../../broker/domain/date-time.ts';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import type { AttributeInput } from '../../../../broker/domain/entity-input.ts';
import { parseTemporalEntity } from '../../../../broker/domain/parsing/parse-temporal-entity.ts';
import {
  representTemporal,
  type TemporalOptions,
} from '../../../../broker/domain/representation/temporal.ts';
import { vocabulary } from '../../../support/vocabulary.ts';

const FIRST = '2026-05-01T10:00:00Z';
const SECOND = '2026-05-01T11:00:00.5Z';
const CREATED = '2026-05-02T00:00:00Z';
const created = parseDateTime(CREATED) as number;

/** The evolution of one Entity as the history would keep what a client gave. */
function evolution(attributes: JsonObject, options: Partial<TemporalOptions> = {}) {
  const input = parseTemporalEntity(attributes, vocabulary);
  const rows = (inputs: readonly AttributeInput[]) =>
    inputs.map((instance, at) => {
      const { subAttributes: _none, ...rest } = instance;
      return {
        instanceId: `urn:i:${at}`,
        attributeInstance: { ...rest, createdAt: created, modifiedAt: created },
      };
    });
  const instances = new Map(Object.entries(input.attributes).map(([name, inputs]) => [name, rows(inputs)]));
  const entity = {
    id: 'urn:a:1',
    types: [vocabulary.expand('Room')],
    createdAt: created,
    modifiedAt: created,
    instances,
    later: new Map(),
  };
  return representTemporal(entity, vocabulary, {
    form: 'temporalValues',
    timeproperty: 'observedAt',
    sysAttrs: false,
    ...options,
  });
}

describe('the simplified temporal representation (clause 4.5.9)', () => {
  it.each<[string, string, string, Json, Json, 'bare' | 'wrapped']>([
    ['Property', 'value', 'values', 5, { a: [1] }, 'bare'],
    [
      'GeoProperty',
      'value',
      'values',
      { type: 'Point', coordinates: [1, 2] },
      { type: 'Point', coordinates: [3, 4] },
      'bare',
    ],
    ['LanguageProperty', 'languageMap', 'languageMaps', { en: 'yes' }, { en: 'no' }, 'wrapped'],
    ['VocabProperty', 'vocab', 'vocabs', 'Male', ['Male', 'Female'], 'wrapped'],
    ['JsonProperty', 'json', 'jsons', { '@id': null }, [1], 'wrapped'],
    ['ListProperty', 'valueList', 'valueLists', [1, 2], [[3]], 'bare'],
    ['Relationship', 'object', 'objects', 'urn:a:2', ['urn:a:3', 'urn:a:4'], 'bare'],
    ['ListRelationship', 'objectList', 'objectLists', ['urn:a:2'], ['urn:a:4', 'urn:a:3'], 'bare'],
  ])('%s', (type, member, plural, one, other, wrapped) => {
    const shown = evolution({
      x: [
        { type, [member]: one, observedAt: FIRST },
        { type, [member]: other, observedAt: SECOND },
      ],
    });
    const wrap = (value: Json): Json => (wrapped === 'wrapped' ? { [member]: value } : value);
    expect(shown).toEqual({
      id: 'urn:a:1',
      type: 'Room',
      x: {
        type,
        [plural]: [
          [wrap(one), FIRST],
          [wrap(other), SECOND],
        ],
      },
    });
  });

  it('tells the time that is asked for, and leaves out what has none', () => {
    const x = [{ value: 1, observedAt: FIRST }, { value: 2 }];
    expect(evolution({ x })).toMatchObject({ x: { values: [[1, FIRST]] } });
    expect(evolution({ x }, { timeproperty: 'createdAt' })).toMatchObject({
      x: {
        values: [
          [1, CREATED],
          [2, CREATED],
        ],
      },
    });
    expect(evolution({ x }, { timeproperty: 'deletedAt' })).toEqual({ id: 'urn:a:1', type: 'Room' });
  });

  it('has a series for each kind and dataset', () => {
    const x = [
      { value: 1, observedAt: FIRST },
      { object: 'urn:a:2', observedAt: SECOND },
      { value: 3, observedAt: SECOND, datasetId: 'urn:d:1' },
    ];
    expect(evolution({ x })?.['x']).toEqual([
      { type: 'Property', values: [[1, FIRST]] },
      { type: 'Relationship', objects: [['urn:a:2', SECOND]] },
      { type: 'Property', datasetId: 'urn:d:1', values: [[3, SECOND]] },
    ]);
  });
});

describe('the temporal representation (clauses 4.5.6 to 4.5.8)', () => {
  it('is an array also of one instance, in the language that is asked for', () => {
    const x = { languageMap: { en: 'yes', nl: 'ja' }, observedAt: FIRST };
    expect(evolution({ x }, { form: 'normalized', lang: ['nl'] })?.['x']).toEqual([
      { type: 'Property', value: 'ja', lang: 'nl', observedAt: FIRST, instanceId: 'urn:i:0' },
    ]);
  });

  it('has texts in one language as values of a Property', () => {
    const x = { languageMap: { en: 'yes', nl: 'ja' }, observedAt: FIRST };
    expect(evolution({ x }, { lang: ['nl'] })?.['x']).toEqual({ type: 'Property', values: [['ja', FIRST]] });
  });

  it.each<[kind: string, member: string, nothing: Json]>([
    ['Property', 'value', 'urn:ngsi-ld:null'],
    ['LanguageProperty', 'languageMap', { '@none': 'urn:ngsi-ld:null' }],
    ['ListProperty', 'valueList', ['urn:ngsi-ld:null']],
    ['Relationship', 'object', 'urn:ngsi-ld:null'],
    ['ListRelationship', 'objectList', ['urn:ngsi-ld:null']],
  ])('tells by NGSI-LD Null that a %s was deleted (clauses 4.5.0, 4.5.22.2)', (type, member, nothing) => {
    const x = { type, [member]: nothing, observedAt: FIRST };
    expect(evolution({ x }, { form: 'normalized' })?.['x']).toMatchObject([{ [member]: nothing }]);
  });

  it('is nothing without instances', () => {
    expect(evolution({})).toBeUndefined();
  });
});
