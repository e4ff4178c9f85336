import { describe, expect, it } from '@jest/globals';
import {
  adding,
  claiming,
  droppingUnused,
  finishing,
  noCatalog,
  noting,
} from '../../../../broker/store/mongo/value-catalog.ts';
import type { Subject } from '../../../../broker/store/mongo/value-subject.ts';

const subject = (name: string, of: Subject['of'] = 'values'): Subject => ({ of, path: { names: [name] } });
const first = adding(subject('a'), 2, 100)(noCatalog, '1');

describe('the catalog of a type', () => {
  it('gets a generation with each index that comes or goes, and with nothing else', () => {
    const second = adding(subject('a', 'presence'), 2, 200)(first, '2');
    expect(second.indexes.map(({ since, isReady }) => [since, isReady])).toEqual([
      ['1', false],
      ['2', false],
    ]);
    const ready = finishing('1')(second, '3');
    const noted = noting(new Map([['1', 300]]))(ready, '4');
    const claimed = claiming(0, 0, 1000)(noted, '5');
    expect([second, ready, noted, claimed].map(({ generation }) => generation)).toEqual(['2', '2', '2', '2']);
    const dropped = droppingUnused(250)(claimed, '6');
    expect(dropped.generation).toBe('6');
    expect(dropped.indexes).toEqual([{ subject: subject('a'), since: '1', isReady: true, usedAt: 300 }]);
  });

  it('stays as it is when the index is there already, when it is full, or when nothing is unused', () => {
    expect(adding(subject('a'), 2, 900)(first, '2')).toBe(first);
    expect(adding(subject('b'), 1, 900)(first, '2')).toBe(first);
    expect(droppingUnused(100)(first, '2')).toBe(first);
  });

  it('is built by one process at a time, until it finishes or its time is over', () => {
    const claimed = claiming(0, 0, 1000)(first, '2');
    expect(claiming(0, 999, 1999)(claimed, '3')).toBe(claimed);
    expect(claiming(1000, 999, 1999)(claimed, '3').buildingUntil).toBe(1999);
    expect(claiming(0, 1000, 2000)(claimed, '3').buildingUntil).toBe(2000);
    expect(finishing('1')(claimed, '3').buildingUntil).toBe(0);
  });
});
