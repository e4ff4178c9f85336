import { describe, expect, it } from '@jest/globals';
import { rememberedNumbers } from '../../../../broker/store/sqlite/remembered-numbers.ts';

const CREATED = 100;

/** Numbers of Entities as the table has them, and for which of them it was asked. */
function asking(most?: number) {
  const table = new Map<string, number>();
  const asked: string[] = [];
  const find = (tenant: string, id: string) => {
    asked.push(`${tenant} ${id}`);
    const no = table.get(`${tenant} ${id}`);
    return no === undefined ? undefined : { no, createdAt: CREATED + no };
  };
  const numbers = rememberedNumbers(find, most);
  const numberOf = (tenant: string, id: string) =>
    numbers.of(tenant, id, CREATED + (table.get(`${tenant} ${id}`) ?? 0));
  return { table, asked, numbers, numberOf };
}

describe('remembered numbers of Entities', () => {
  it('are asked for once, of each tenant, and again while there is none', () => {
    const { table, asked, numberOf } = asking();
    expect(numberOf('a', 'urn:1')).toBeUndefined();
    table.set('a urn:1', 1).set('b urn:1', 2);
    for (let time = 0; time < 2; time += 1) {
      expect(numberOf('a', 'urn:1')).toBe(1);
      expect(numberOf('b', 'urn:1')).toBe(2);
    }
    expect(asked).toEqual(['a urn:1', 'a urn:1', 'b urn:1']);
  });

  it('are forgotten one by one, and all together', () => {
    const { table, numbers, numberOf } = asking();
    table.set('a urn:1', 1).set('a urn:2', 2);
    numberOf('a', 'urn:1');
    numberOf('a', 'urn:2');
    table.clear();
    numbers.forget('a', 'urn:1');
    expect(numbers.of('a', 'urn:1', CREATED + 1)).toBeUndefined();
    expect(numbers.of('a', 'urn:2', CREATED + 2)).toBe(2);
    numbers.clear();
    expect(numbers.of('a', 'urn:2', CREATED + 2)).toBeUndefined();
  });

  it('are of what was created at a time, though the id was remembered of another', () => {
    const { table, numbers, numberOf } = asking();
    table.set('a urn:1', 1);
    expect(numberOf('a', 'urn:1')).toBe(1);
    table.set('a urn:1', 5);
    expect(numbers.of('a', 'urn:1', CREATED)).toBeUndefined();
    expect(numberOf('a', 'urn:1')).toBe(5);
  });

  it.each([10, 2000])('take up no more than they are to, with ids of %i characters', (length) => {
    const { table, asked, numberOf } = asking(100_000);
    const ids = Array.from({ length: 1000 }, (_, n) => String(n).padStart(length, 'x'));
    for (const [n, id] of ids.entries()) table.set(`a ${id}`, n);
    for (const id of ids) numberOf('a', id);
    asked.length = 0;
    for (const id of ids.toReversed()) numberOf('a', id);
    expect(ids.length - asked.length).toBeLessThanOrEqual(Math.ceil(100_000 / (length + 150)));
    expect(asked.length).toBeLessThan(ids.length);
  });
});
