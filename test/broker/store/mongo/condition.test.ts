import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../../broker/domain/query/condition.ts';
import { isExact, toFilter } from '../../../../broker/store/mongo/condition.ts';

const lamp: Condition = { kind: 'type', type: 'urn:Lamp' };
const geel: Condition = { kind: 'scope', scope: '/Geel', below: true };
const anything: Condition = { kind: 'anything' };
const nothing: Condition = { kind: 'nothing' };
const value: Condition = {
  kind: 'value',
  path: { names: ['urn:level'] },
  spans: [{ kind: 'number', at: 1 }],
};
const cells = (...cells: string[]): Condition => ({
  kind: 'cells',
  attribute: 'urn:at',
  cells,
  enclosing: [],
});

describe('the filter of a Condition', () => {
  const cases: readonly (readonly [string, Condition, unknown])[] = [
    ['anything: all of the tenant', anything, { tokens: 'city|*' }],
    ['nothing: no filter', nothing, undefined],
    ['a type', lamp, { tokens: 'city|t|urn:Lamp' }],
    ['a scope and beneath', geel, { tokens: 'city|b|/Geel' }],
    ['a scope alone', { ...geel, below: false }, { tokens: 'city|s|/Geel' }],
    ['ids', { kind: 'ids', ids: ['urn:1', 'a|b'] }, { _id: { $in: ['city|urn:1', 'city|a|b'] } }],
    ['no ids', { kind: 'ids', ids: [] }, undefined],
    [
      'one cell',
      cells('01'),
      { tokens: { $elemMatch: { $gte: 'city|g|urn:at|01', $lt: 'city|g|urn:at|014' } } },
    ],
    [
      'cells that enclose, by equality',
      { kind: 'cells', attribute: 'urn:at', cells: [], enclosing: ['0', '01'] },
      { tokens: { $in: ['city|g|urn:at|0', 'city|g|urn:at|01'] } },
    ],
    ['no cell', cells(), undefined],
    [
      'all',
      { kind: 'all', of: [lamp, geel, anything] },
      { $and: [{ tokens: 'city|t|urn:Lamp' }, { tokens: 'city|b|/Geel' }] },
    ],
    [
      'any',
      { kind: 'any', of: [lamp, geel, nothing] },
      { $or: [{ tokens: 'city|t|urn:Lamp' }, { tokens: 'city|b|/Geel' }] },
    ],
    ['a value, which has no index: anything', value, { tokens: 'city|*' }],
    ['a type and a value', { kind: 'all', of: [lamp, value] }, { tokens: 'city|t|urn:Lamp' }],
    ['all of one', { kind: 'all', of: [lamp] }, { tokens: 'city|t|urn:Lamp' }],
    ['nothing within all', { kind: 'all', of: [lamp, nothing] }, undefined],
    ['anything within any', { kind: 'any', of: [lamp, anything] }, { tokens: 'city|*' }],
  ];

  it.each(cases)('%s', (_, condition, filter) => {
    expect(toFilter(condition, 'city')).toEqual(filter);
  });

  it('never leaves the tenant, whatever the parts', () => {
    const nested: Condition = {
      kind: 'any',
      of: [
        { kind: 'all', of: [] },
        { kind: 'all', of: [anything] },
      ],
    };
    expect(toFilter(nested, 'city')).toEqual({ tokens: 'city|*' });
    expect(toFilter(nested, '')).toEqual({ tokens: '|*' });
  });

  it('is refused as too complex when it names more ids than a command holds', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `urn:${'x'.repeat(300)}${index}`);
    expect(() => toFilter({ kind: 'ids', ids }, '')).toThrow(
      expect.objectContaining({ type: 'TooComplexQuery' }),
    );
  });

  it('is exact unless cells are in it', () => {
    expect(isExact({ kind: 'any', of: [lamp, { kind: 'all', of: [geel, anything] }] })).toBe(true);
    expect(isExact({ kind: 'any', of: [lamp, { kind: 'all', of: [geel, cells('0')] }] })).toBe(false);
  });
});
