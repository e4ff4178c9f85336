import { describe, expect, it } from '@jest/globals';
import { applyParts, finderOf } from '../../../../broker/domain/change/instances.ts';
import type { Entity, JsonObject } from '../../../../broker/domain/entity.ts';
import { NULL, shown, stored } from '../support.ts';
import { OPERATIONS } from './operations.ts';

const COUNT = 40;
const dataset = (number: number): string => `urn:d:${number}`;
const instances = (first: number): JsonObject[] =>
  Array.from({ length: COUNT }, (_, number) => ({
    value: first + number,
    ...(number > 0 && { datasetId: dataset(number) }),
  }));

describe('many instances of one Attribute (clause 4.5.5)', () => {
  it.each(['append', 'update', 'merge', 'replaceEntity'] as const)(
    '%s replaces each in its place',
    (name) => {
      const { change } = OPERATIONS[name](stored({ a: instances(0) }), { a: instances(100).reverse() });
      const after = shown(change?.entity as Entity)?.['a'] as JsonObject[];
      const byDataset = [...after].sort((one, other) => Number(one['value']) - Number(other['value']));
      expect(byDataset).toEqual(instances(100));
      if (name !== 'replaceEntity') expect(after).toEqual(instances(100));
      expect(change?.attributes.map(({ kind }) => kind)).toEqual(Array(COUNT).fill('updated'));
    },
  );

  it.each(['update', 'merge'] as const)('%s deletes some and appends others', (name) => {
    const { change } = OPERATIONS[name](stored({ a: instances(0) }), {
      a: [
        { value: NULL },
        { value: NULL, datasetId: dataset(COUNT - 1) },
        { value: 5, datasetId: dataset(COUNT) },
      ],
    });
    expect(shown(change?.entity as Entity)?.['a']).toEqual([
      ...instances(0).slice(1, -1),
      { value: 5, datasetId: dataset(COUNT) },
    ]);
  });

  it.each(['append', 'update', 'merge', 'replaceEntity'] as const)(
    '%s of what is equal is no change',
    (name) => {
      const { change } = OPERATIONS[name](stored({ a: instances(0) }), { a: instances(0) });
      expect(change).toBeUndefined();
    },
  );

  it('merge reaches each instance of a sub-Attribute', () => {
    const before = stored({ a: { value: 1, s: instances(0) } });
    const { change } = OPERATIONS.merge(before, { a: { type: 'Property', s: instances(100).reverse() } });
    expect(shown(change?.entity as Entity)?.['a']).toEqual({ value: 1, s: instances(100) });
  });
});

describe('instances by their datasetId', () => {
  it.each([1, COUNT])('are found among %d', (count) => {
    const all = stored({ a: instances(0).slice(0, count) }).attributes;
    const [list] = Object.values(all);
    const find = finderOf(list);
    expect(list?.map(({ datasetId }) => find(datasetId))).toEqual(list);
    expect(find('urn:d:none')).toBeUndefined();
    expect(finderOf(undefined)(undefined)).toBeUndefined();
  });

  it.each([1, COUNT])('are each replaced, deleted and appended alone among %d', (count) => {
    const all: readonly { datasetId?: string; value?: number }[] = instances(0).slice(0, count);
    for (const { datasetId } of all) {
      const part = { ...(datasetId !== undefined && { datasetId }) };
      const others = all.filter((instance) => instance.datasetId !== datasetId);
      expect(applyParts(all, [part], () => undefined)).toEqual(others);
      expect(applyParts(all, [part], () => ({ ...part, value: 7 }))).toEqual(
        all.map((instance) => (instance.datasetId === datasetId ? { ...part, value: 7 } : instance)),
      );
    }
    const added = { datasetId: 'urn:d:new', value: 7 };
    expect(applyParts(all, [added], (part) => part)).toEqual([...all, added]);
    expect(applyParts(all, [added], () => undefined)).toEqual(all);
  });

  it('keep their order, and what is new goes behind', () => {
    const apply = (part: { datasetId?: string; gone?: true }) => (part.gone ? undefined : part);
    const parts = [{ datasetId: 'c' }, { gone: true as const }, { datasetId: 'b' }];
    expect(applyParts([{}, { datasetId: 'b' }], parts, apply)).toEqual([
      { datasetId: 'b' },
      { datasetId: 'c' },
    ]);
  });
});
