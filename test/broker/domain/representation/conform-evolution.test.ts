import { describe, expect, it } from '@jest/globals';
import { parseDateTime } from '../../../../broker/domain/date-time.ts';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import type { AttributeInput } from '../../../../broker/domain/entity-input.ts';
import { parseTemporalEntity } from '../../../../broker/domain/parsing/parse-temporal-entity.ts';
import {
  conformAggregates,
  conformEvolution,
} from '../../../../broker/domain/representation/conform-evolution.ts';
import { parseProjection } from '../../../../broker/domain/representation/projection.ts';
import {
  representTemporal,
  type TemporalEntity,
  type TemporalOptions,
} from '../../../../broker/domain/representation/temporal.ts';
import { vocabulary } from '../../../support/vocabulary.ts';

const AT = '2026-05-01T10:00:00Z';
const LATER = '2026-05-01T11:00:00Z';
const created = parseDateTime(AT) as number;

/** The evolution of an Entity with these instances, as the history keeps it; `later` names what is in another part. */
function evolution(attributes: JsonObject, later: readonly string[] = []): TemporalEntity {
  const input = parseTemporalEntity(attributes, vocabulary);
  const rows = (inputs: readonly AttributeInput[]) =>
    inputs.map(({ subAttributes: _none, ...instance }) => ({
      instanceId: 'urn:i:1',
      attributeInstance: { ...instance, createdAt: created, modifiedAt: created },
    }));
  const all = Object.entries(input.attributes).map(([name, inputs]) => [name, rows(inputs)] as const);
  const isLater = (name: string): boolean => later.some((one) => vocabulary.expand(one) === name);
  return {
    ...{
      id: 'urn:a:1',
      types: ['Room', 'Hall'].map(vocabulary.expand),
      createdAt: created,
      modifiedAt: created,
    },
    instances: new Map(all.filter(([name]) => !isLater(name))),
    later: new Map(
      all.filter(([name]) => isLater(name)).flatMap(([name, [one]]) => (one ? [[name, one]] : [])),
    ),
  };
}

/** What is seen of it in version 1.`minor`, and whether that is altered. */
function inVersion(
  minor: number,
  entity: TemporalEntity,
  options: Partial<TemporalOptions> = {},
): readonly [seen: JsonObject | undefined, isAltered: boolean] {
  const all: TemporalOptions = {
    form: 'normalized',
    timeproperty: 'observedAt',
    sysAttrs: false,
    ...options,
  };
  const { entity: amended, isAltered } = conformEvolution(minor, entity, vocabulary, all);
  return [representTemporal(amended, vocabulary, all), isAltered];
}

const a = (instances: readonly JsonObject[]): JsonObject => ({
  a: instances.map((instance) => ({ observedAt: AT, ...instance })),
});

describe('a Temporal Evolution in an older version (clause 4.3.6.8)', () => {
  it.each<readonly [given: JsonObject, since: number, before: JsonObject, values: JsonObject]>([
    [
      { languageMap: { en: 'bell' } },
      4,
      { type: 'Property', value: { en: 'bell' } },
      { values: [[{ en: 'bell' }, AT]] },
    ],
    [{ json: [null] }, 8, { type: 'Property', value: [null] }, { values: [[[null], AT]] }],
    [{ vocab: 'on' }, 8, { type: 'Property', value: 'on' }, { values: [['on', AT]] }],
    [{ valueList: [1] }, 8, { type: 'Property', value: [1] }, { values: [[[1], AT]] }],
    [
      { objectList: ['urn:x:1'] },
      8,
      { type: 'Relationship', object: 'urn:x:1' },
      { objects: [['urn:x:1', AT]] },
    ],
  ])('%j has its own form since 1.%i, and %j before', (given, since, before, values) => {
    const entity = evolution(a([given]));
    expect(inVersion(since, entity)[1]).toBe(false);
    const [seen, isAltered] = inVersion(since - 1, entity);
    expect([seen?.['a'], isAltered]).toEqual([[{ ...before, observedAt: AT, instanceId: 'urn:i:1' }], true]);
    const [simplified] = inVersion(since - 1, entity, { form: 'temporalValues' });
    expect(simplified?.['a']).toEqual({ type: before['type'], ...values });
    const empty = inVersion(since - 1, evolution(a([given]), ['a']), { form: 'temporalValues' })[0];
    expect(empty?.['a']).toMatchObject({ type: before['type'] });
  });

  it.each<readonly [deletion: JsonObject, minor: number]>([
    [{ valueList: ['urn:ngsi-ld:null'] }, 7],
    [{ languageMap: { '@none': 'urn:ngsi-ld:null' } }, 3],
    [{ vocab: 'urn:ngsi-ld:null' }, 7],
  ])('tells the deletion %j in 1.%i as that of a Property', (deletion, minor) => {
    const [name, [given]] = [...evolution(a([deletion])).instances].find(() => true) ?? ['', []];
    const entity = {
      ...evolution({}),
      instances: new Map([[name, given ? [{ ...given, deletedAt: created }] : []]]),
    };
    expect(inVersion(minor, entity)[0]?.['a']).toMatchObject([
      { type: 'Property', value: 'urn:ngsi-ld:null', deletedAt: AT },
    ]);
  });

  it('has one dataset, one type and no times of observation before 1.3, but keeps the times of simplified values', () => {
    const entity = evolution(
      a([{ value: 1, datasetId: 'urn:d:1' }, { value: 2 }, { value: 3, observedAt: LATER }]),
    );
    const [seen, isAltered] = inVersion(2, entity);
    expect(isAltered).toBe(true);
    expect(seen).toEqual({
      ...{ id: 'urn:a:1', type: 'Room' },
      a: [2, 3].map((value) => ({ type: 'Property', value, instanceId: 'urn:i:1' })),
    });
    expect(inVersion(2, entity, { form: 'temporalValues' })[0]?.['a']).toEqual({
      ...{
        type: 'Property',
        values: [
          [2, AT],
          [3, LATER],
        ],
      },
    });
    expect(inVersion(3, entity)[1]).toBe(false);
  });

  it('has the only dataset without its name before 1.3', () => {
    const entity = evolution(a([{ value: 1, datasetId: 'urn:d:1' }]));
    for (const form of ['normalized', 'temporalValues'] as const) {
      expect(JSON.stringify(inVersion(2, entity, { form })[0])).not.toContain('urn:d:1');
      expect(JSON.stringify(inVersion(3, entity, { form })[0])).toContain('urn:d:1');
    }
  });

  it('has no scope before 1.4', () => {
    const { instances, ...rest } = evolution(a([{ value: ['/A'] }]));
    const [[name, group] = ['', []]] = instances;
    const entity = { ...rest, instances: new Map([...instances, ['@scope', group]]) };
    expect(name).toBe(vocabulary.expand('a'));
    expect(inVersion(4, entity)).toEqual([expect.objectContaining({ scope: expect.any(Array) }), false]);
    const [seen, isAltered] = inVersion(3, entity);
    expect([Object.keys(seen ?? {}), isAltered]).toEqual([['id', 'type', 'a'], true]);
  });

  it('is not altered by what is not shown', () => {
    const entity = evolution({ ...a([{ value: 1 }]), b: { json: [1], observedAt: AT } }, ['b']);
    const projection = parseProjection({ pick: 'id,a' }, vocabulary);
    expect(inVersion(7, entity, { projection })[1]).toBe(false);
    expect(inVersion(7, entity)[1]).toBe(true);
  });
});

describe('aggregated values in an older version', () => {
  const head = { id: 'urn:a:1', types: ['urn:t:1', 'urn:t:2'], createdAt: created, modifiedAt: created };
  const series = (attribute: string, datasetId?: string) => ({
    ...{ attribute, type: 'Property' as const, values: new Map() },
    ...(datasetId !== undefined && { datasetId }),
  });
  const seen = (minor: number, ...all: readonly ReturnType<typeof series>[]): Json => {
    const {
      head: amended,
      series: left,
      isAltered,
    } = conformAggregates(minor, head, all, { sysAttrs: false });
    const names = left.map(({ attribute, datasetId }) => `${attribute} ${datasetId ?? '-'}`);
    return [amended.types.length, names, isAltered];
  };

  it('are of one dataset and one type before 1.3, and without scope before 1.4', () => {
    const all = [series('@scope'), series('a', 'urn:d:1'), series('a'), series('b', 'urn:d:1')];
    expect(seen(4, ...all)).toEqual([2, ['@scope -', 'a urn:d:1', 'a -', 'b urn:d:1'], false]);
    expect(seen(3, ...all)).toEqual([2, ['a urn:d:1', 'a -', 'b urn:d:1'], true]);
    expect(seen(2, ...all)).toEqual([1, ['a -', 'b -'], true]);
  });
});
