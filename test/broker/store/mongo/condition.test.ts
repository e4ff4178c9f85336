import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../../broker/domain/query/condition.ts';
import { BEHIND } from '../../../../broker/domain/query/value-spans.ts';
import { isExact } from '../../../../broker/store/condition-types.ts';
import { toFilter } from '../../../../broker/store/mongo/condition.ts';
import type { FoundIndex } from '../../../../broker/store/mongo/value-keys.ts';

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
      {
        $and: [
          { tokens: 'city|*' },
          { tokens: { $elemMatch: { $gte: 'city|g|urn:at|01', $lt: 'city|g|urn:at|014' } } },
        ],
      },
    ],
    [
      'cells that enclose, by equality',
      { kind: 'cells', attribute: 'urn:at', cells: [], enclosing: ['0', '01'] },
      { $and: [{ tokens: 'city|*' }, { tokens: { $in: ['city|g|urn:at|0', 'city|g|urn:at|01'] } }] },
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
    [
      'the beginning of an id',
      { kind: 'idStart', text: 'urn:Lamp:' },
      { $and: [{ tokens: 'city|*' }, { _id: { $gte: 'city|urn:Lamp:', $lt: 'city|urn:Lamp;' } }] },
    ],
    ['all of one', { kind: 'all', of: [lamp] }, { tokens: 'city|t|urn:Lamp' }],
    ['nothing within all', { kind: 'all', of: [lamp, nothing] }, undefined],
    ['anything within any', { kind: 'any', of: [lamp, anything] }, { tokens: 'city|*' }],
  ];

  it.each(cases)('%s', (_, condition, filter) => {
    expect(toFilter(condition, 'city')).toEqual(filter);
  });

  describe('with indexes of values', () => {
    const index = (type: string): FoundIndex => ({ tenant: 'city', type, since: '5', generation: '7' });
    const has = (type: string, ...keys: readonly object[]) => [
      ...keys,
      { values: { $elemMatch: { $gte: `city|m|${type}|`, $lt: `city|m|${type}|15` } } },
      { values: { $elemMatch: { $gt: `city|m|${type}|17`, $lt: `city|m|${type}}` } } },
    ];
    const at = (key: string) => ({ values: { $in: ['city|p|5|*', `city|p|5|${key}`] } });
    const bin: Condition = { kind: 'type', type: 'urn:Bin' };

    it('asks for keys, and for what was written without them', () => {
      expect(toFilter({ kind: 'all', of: [lamp, value] }, 'city', index)).toEqual({
        $and: [{ tokens: 'city|t|urn:Lamp' }, { $or: has('urn:Lamp', at('nbff0000000000000')) }],
      });
    });

    it('asks for ranges of keys', () => {
      const spans = [
        { kind: 'number', from: 0, to: 1 },
        { kind: 'instant', from: 1 },
        { kind: 'text', from: 'ab', to: `ab${BEHIND}` },
      ] as const;
      const range: Condition = { kind: 'value', path: { names: ['urn:level'] }, spans };
      const bounds = (from: string, below: string) => ({
        values: { $elemMatch: { $gte: `city|p|5|${from}`, $lt: `city|p|5|${below}` } },
      });
      expect(toFilter({ kind: 'all', of: [lamp, range] }, 'city', index)).toEqual({
        $and: [
          { tokens: 'city|t|urn:Lamp' },
          {
            $or: has(
              'urn:Lamp',
              { values: { $in: ['city|p|5|*'] } },
              bounds('n8000000000000000', 'nbff00000000000000'),
              bounds('ibff0000000000000', 'j'),
              bounds('tab', 'tac'),
            ),
          },
        ],
      });
    });

    it('asks for the indexes of all types, and lets everything through where one has none', () => {
      const both: Condition = { kind: 'all', of: [{ kind: 'any', of: [lamp, bin] }, value] };
      const key = at('nbff0000000000000');
      expect(toFilter(both, 'city', index)).toMatchObject({
        $and: [{}, { $or: [...has('urn:Lamp', key), ...has('urn:Bin', key)] }],
      });
      const asked: string[] = [];
      const filter = toFilter(both, 'city', (type) => {
        asked.push(type);
        return type === 'urn:Lamp' ? index(type) : undefined;
      });
      expect(filter).toEqual({ $or: [{ tokens: 'city|t|urn:Lamp' }, { tokens: 'city|t|urn:Bin' }] });
      expect(asked).toEqual(['urn:Lamp', 'urn:Bin']);
    });

    it('knows what is there, and leaves alone what no key tells', () => {
      const path = { names: ['urn:level'] };
      const lamps = (condition: Condition) => toFilter({ kind: 'all', of: [lamp, condition] }, 'city', index);
      expect(lamps({ kind: 'presence', path, is: 'absent' })).toMatchObject({
        $and: [{}, { $or: has('urn:Lamp', { values: { $in: ['city|p|5|-'] } }) }],
      });
      const spans = [{ kind: 'text', contains: 'x' }] as const;
      expect(lamps({ kind: 'value', path, spans })).toEqual({ tokens: 'city|t|urn:Lamp' });
      expect(toFilter(value, 'city', index)).toEqual({ tokens: 'city|*' });
    });
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
