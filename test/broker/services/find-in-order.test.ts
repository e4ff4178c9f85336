import { describe, expect, it } from '@jest/globals';
import { findInOrder } from '../../../broker/services/find-in-order.ts';

async function* upTo(end: number): AsyncGenerator<number> {
  for (let item = 1; item <= end; item++) yield item;
}

/** Looks at numbers and finds those that `has` something; notes how many are looked at at once. */
function looking(has: (item: number) => boolean) {
  let underWay = 0;
  const looked: number[] = [];
  const atOnce: number[] = [];
  const find = async (item: number): Promise<number | undefined> => {
    looked.push(item);
    atOnce.push(++underWay);
    // Later ones are ready earlier.
    for (let turns = 50 - item; turns > 0; turns--) await Promise.resolve();
    underWay--;
    return has(item) ? item : undefined;
  };
  return { find, looked, atOnce };
}

async function all<Found>(found: AsyncIterable<Found>): Promise<readonly Found[]> {
  const list: Found[] = [];
  for await (const one of found) list.push(one);
  return list;
}

describe('findInOrder', () => {
  it('gives what is found in the order of the items, whatever is ready first', async () => {
    const { find } = looking((item) => item % 7 === 0);
    expect(await all(findInOrder(upTo(40), find, 8))).toEqual([7, 14, 21, 28, 35]);
  });

  it('looks at more and more at once where nothing is found, and at no more than it may', async () => {
    const { find, atOnce } = looking(() => false);
    expect(await all(findInOrder(upTo(40), find, 4))).toEqual([]);
    expect(atOnce.slice(0, 3)).toEqual([1, 1, 2]);
    expect(Math.max(...atOnce)).toBe(4);
  });

  it('looks at one after the other where each has something, and at nothing more when the reader stops', async () => {
    const { find, looked, atOnce } = looking(() => true);
    for await (const one of findInOrder(upTo(40), find, 8)) if (one === 5) break;
    expect(looked).toEqual([1, 2, 3, 4, 5]);
    expect(Math.max(...atOnce)).toBe(1);
  });

  it('fails where its turn comes with what one fails with, behind all that was found before', async () => {
    const { find } = looking((item) => item === 9);
    const failing = (item: number) => (item === 11 ? Promise.reject(new Error('lost')) : find(item));
    const found: number[] = [];
    const reading = (async () => {
      for await (const one of findInOrder(upTo(40), failing, 8)) found.push(one);
    })();
    await expect(reading).rejects.toThrow('lost');
    expect(found).toEqual([9]);
  });

  it('says that nobody asks any more when the reader stops', async () => {
    const signals: AbortSignal[] = [];
    const find = async (item: number, signal: AbortSignal): Promise<number | undefined> => {
      signals.push(signal);
      return item < 5 ? undefined : item;
    };
    for await (const _ of findInOrder(upTo(40), find, 8)) {
      expect(signals.some(({ aborted }) => aborted)).toBe(false);
      break;
    }
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it('lets nobody know what fails behind the end that the reader made', async () => {
    const { find } = looking((item) => item === 20);
    const failing = (item: number) => (item === 23 ? Promise.reject(new Error('lost')) : find(item));
    for await (const one of findInOrder(upTo(40), failing, 8)) if (one === 20) break;
    // An unhandled rejection would end the process of the test.
    await new Promise(setImmediate);
  });
});
