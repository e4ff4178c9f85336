import { describe, expect, it } from '@jest/globals';
import { NgsiLdError } from '../../../../broker/domain/errors.ts';
import { core, shown, stored } from '../support.ts';
import { type Column, type Outcome, rows, two } from './operation-rows.ts';
import { type Effect, OPERATIONS } from './operations.ts';

const columns = Object.keys(rows[0]?.cells ?? {}) as readonly Column[];

describe.each(rows)('an Attribute: $row (clauses 5.5.8, 5.5.12, 5.6)', ({ before, sent, cells }) => {
  it.each(columns)('%s', (column) => {
    const current = stored({ other: 'untouched', ...(before !== undefined && { a: before }) });
    const copy = structuredClone(current);
    const isOfOne = column === 'partial' || column === 'replaceAttribute';
    const isWhole = column === 'replaceEntity' || column === 'upsertReplace';
    const body = isOfOne ? sent : { a: sent, ...(isWhole && { other: 'untouched' }) };
    expect(outcomeOf(() => OPERATIONS[column](current, body as never), copy)).toEqual(cells[column]);
    expect(current).toEqual(copy);
  });
});

describe('an Attribute that is not sent', () => {
  it.each([
    ['append', two],
    ['noOverwrite', two],
    ['update', two],
    ['merge', two],
    ['upsertUpdate', two],
    ['replaceEntity', undefined],
    ['upsertReplace', undefined],
  ] as const)('%s leaves %j', (column, left) => {
    const current = stored({ a: two, other: 1 });
    const { change } = OPERATIONS[column](current, { other: 2 });
    expect(shown(change?.entity ?? current)?.['a']).toEqual(left);
    const deleted = (change?.attributes ?? []).filter(({ kind }) => kind === 'deleted');
    expect(deleted).toHaveLength(left === undefined ? 2 : 0);
  });
});

function outcomeOf(act: () => Effect, current: Parameters<typeof shown>[0]): Outcome {
  try {
    const { change, notUpdated } = act();
    const entity = shown(change?.entity ?? current);
    expect(entity?.['other']).toBe('untouched');
    const names = (notUpdated ?? []).map(({ attribute }) => core.compact(attribute));
    return {
      left: entity?.['a'],
      changes: change?.attributes.length ?? 0,
      isNotUpdated: names.includes('a'),
    };
  } catch (error) {
    if (error instanceof NgsiLdError) return { refused: error.type };
    throw error;
  }
}
