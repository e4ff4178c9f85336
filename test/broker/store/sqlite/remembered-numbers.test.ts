import { describe, expect, it } from '@jest/globals';
import { rememberedNumbers } from '../../../../broker/store/sqlite/remembered-numbers.ts';

/** Numbers of Entities as the table has them, and for which of them it was asked. */
function asking(most?: number) {
  const table = new Map<string, number>();
  const asked: string[] = [];
  const find = (tenant: string, id: string): number | undefined => {
    asked.push(`${tenant} ${id}`);
    return table.get(`${tenant} ${id}`);
  };
  return { table, asked, numbers: rememberedNumbers(find, most) };
}

describe('remembered numbers of Entities', () => {
  it('are asked for once, of each tenant, and again while there is none', () => {
    const { table, asked, numbers } = asking();
    expect(numbers.of('a', 'urn:1')).toBeUndefined();
    table.set('a urn:1', 1).set('b urn:1', 2);
    for (let time = 0; time < 2; time += 1) {
      expect(numbers.of('a', 'urn:1')).toBe(1);
      expect(numbers.of('b', 'urn:1')).toBe(2);
    }
    expect(asked).toEqual(['a urn:1', 'a urn:1', 'b urn:1']);
  });

  it('are forgotten one by one, and all together', () => {
    const { table, numbers } = asking();
    table.set('a urn:1', 1).set('a urn:2', 2);
    numbers.of('a', 'urn:1');
    numbers.of('a', 'urn:2');
    table.clear();
    numbers.forget('a', 'urn:1');
    expect(numbers.of('a', 'urn:1')).toBeUndefined();
    expect(numbers.of('a', 'urn:2')).toBe(2);
    numbers.clear();
    expect(numbers.of('a', 'urn:2')).toBeUndefined();
  });

  it.each([10, 2000])('take up no more than they are to, with ids of %i characters', (length) => {
    const { table, asked, numbers } = asking(100_000);
    const ids = Array.from({ length: 1000 }, (_, n) => String(n).padStart(length, 'x'));
    for (const [n, id] of ids.entries()) table.set(`a ${id}`, n);
    for (const id of ids) numbers.of('a', id);
    asked.length = 0;
    for (const id of ids.toReversed()) numbers.of('a', id);
    expect(ids.length - asked.length).toBeLessThanOrEqual(Math.ceil(100_000 / (length + 150)));
    expect(asked.length).toBeLessThan(ids.length);
  });
});
