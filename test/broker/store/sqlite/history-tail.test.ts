import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type HistoryTail,
  historyTail,
  type TailPart,
} from '../../../../broker/store/sqlite/history-tail.ts';
import type { TailSize } from '../../../../broker/store/sqlite/known-tail.ts';
import { brokerSchema } from '../../../../broker/store/sqlite/schema.ts';
import { migrate } from '../../../../runtime/sqlite/migrate.ts';
import { type Database, openDatabase } from '../../../../runtime/sqlite/open.ts';

const SMALL: TailSize = { all: 4, ofEntity: 100, ofOthers: 10, atLeast: 1, atOnce: 2 };
const KB = 1024;

let database: Database;
beforeEach(() => {
  database = openDatabase('sqlite::memory:');
  migrate(database, brokerSchema);
});
afterEach(() => database.close());

/** The tail, and what it has handed on. */
class Handing {
  readonly moved = new Map<number, string[]>();
  readonly #size: TailSize;
  #tail: HistoryTail;

  constructor(size: TailSize) {
    this.#size = size;
    this.#tail = historyTail({ database }, size);
  }

  /** As when the program was killed and started again. */
  restart(): void {
    this.#tail = historyTail({ database }, this.#size);
  }

  /** Changes of Entities that come in one commit. */
  commit(...changes: readonly (readonly [entity: number, text: string])[]): void {
    for (const [entity, text] of changes) this.#tail.add(entity, text, 1);
    this.#tail.advance((entity, { texts }) => this.#note(entity, texts));
    this.#tail.settle();
  }

  take(entity: number): TailPart | undefined {
    return this.#tail.take(entity);
  }

  /** What there is of an Entity, with what was handed on. */
  all(entity: number): readonly string[] {
    return [...(this.moved.get(entity) ?? []), ...this.waiting(entity)];
  }

  /** What there is of an Entity in the tail. */
  waiting(entity: number): readonly string[] {
    return this.#tail.of(entity)?.texts ?? [];
  }

  #note(entity: number, texts: readonly string[]): void {
    this.moved.set(entity, [...(this.moved.get(entity) ?? []), ...texts]);
  }
}

describe('the tail of the history', () => {
  it('hands on what is old, Entity after Entity, and keeps the rest', () => {
    const handing = new Handing(SMALL);
    handing.commit([3, 'a'], [1, 'b'], [3, 'c']);
    expect(handing.moved.size).toBe(0);
    handing.commit([2, 'd']);
    expect([...handing.moved.keys()]).toEqual([1, 2]);
    handing.commit([1, 'e']);
    expect(handing.moved.get(3)).toEqual(['a', 'c']);
    expect(handing.waiting(1)).toEqual(['e']);
  });

  it('goes on only when enough was added, with twice as much', () => {
    const handing = new Handing({ ...SMALL, all: 6, atLeast: 2, atOnce: 4 });
    handing.commit([1, 'a'], [2, 'b'], [3, 'c'], [4, 'd'], [5, 'e']);
    handing.commit([6, 'f']);
    expect([...handing.moved.keys()]).toEqual([1, 2]);
    handing.commit([7, 'g']);
    expect([...handing.moved.keys()]).toEqual([1, 2]);
    handing.commit([7, 'h']);
    expect([...handing.moved.keys()]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(handing.waiting(7)).toEqual(['g', 'h']);
  });

  it('gives no change a place among those that move, though the last of these were taken away', () => {
    const handing = new Handing(SMALL);
    handing.commit([1, 'a'], [2, 'b'], [3, 'c']);
    handing.commit([4, 'd']);
    expect([...handing.moved.keys()]).toEqual([1, 2]);
    expect(handing.take(4)?.texts).toEqual(['d']);
    handing.restart();
    handing.commit([1, 'e']);
    expect([...handing.moved.keys()]).toEqual([1, 2, 3]);
    handing.restart();
    expect(handing.all(1)).toEqual(['a', 'e']);
  });

  it.each([1, 3, 10])(
    'has not much more than it is to have, with changes of %i KB behind many small ones',
    (kilobytes) => {
      const all = 200;
      const entities = Array.from({ length: all + 1 }, (_, entity) => entity);
      const handing = new Handing({ all, ofEntity: 10 * all, ofOthers: 1, atLeast: 1, atOnce: 20 });
      for (const entity of entities.slice(1)) handing.commit([entity, 'a']);
      const text = 'b'.repeat(kilobytes * KB - 1);
      for (let change = 0; change < 3 * all; change += 1) {
        handing.commit([0, text]);
        const held = entities.flatMap((entity) => handing.waiting(entity)).join('');
        expect(held.length).toBeLessThan(2 * all * KB);
      }
      expect(entities.slice(1).flatMap((entity) => handing.all(entity))).toHaveLength(all);
      expect(handing.all(0)).toHaveLength(3 * all);
    },
  );

  it('has not much of one Entity, which is read with every page of it', () => {
    const handing = new Handing({ all: 1000, ofEntity: 10, ofOthers: 3, atLeast: 1, atOnce: 20 });
    for (let change = 0; change < 200; change += 1) {
      handing.commit([1, `${change}`], [2 + change, 'a']);
      expect(handing.waiting(1).length).toBeLessThan(20);
    }
    expect(handing.all(1)).toEqual(Array.from({ length: 200 }, (_, change) => `${change}`));
  });

  it('hands on a busy Entity alone while the others have little each, and keeps that when it starts again', () => {
    const handing = new Handing({ all: 1000, ofEntity: 10, ofOthers: 3, atLeast: 1, atOnce: 20 });
    for (let entity = 2; entity < 30; entity += 1) handing.commit([entity, 'a']);
    for (let change = 0; change < 9; change += 1) handing.commit([1, `${change}`]);
    expect(handing.moved.size).toBe(0);
    handing.commit([1, '9'], [30, 'a']);
    expect([...handing.moved.keys()]).toEqual([1]);
    handing.restart();
    handing.commit([1, '10']);
    expect(handing.waiting(1)).toEqual(['10']);
    expect(handing.all(1)).toEqual(Array.from({ length: 11 }, (_, change) => `${change}`));
    expect(handing.waiting(30)).toEqual(['a']);
  });

  it('hands on everything where what others have is much as well', () => {
    const handing = new Handing({ all: 1000, ofEntity: 10, ofOthers: 3, atLeast: 1, atOnce: 20 });
    for (let change = 0; change < 9; change += 1) handing.commit([1, 'a'], [2, 'b']);
    handing.commit([1, 'a']);
    expect([...handing.moved.keys()]).toEqual([1]);
    handing.commit([1, 'c']);
    expect([...handing.moved.keys()]).toEqual([1, 2]);
    expect(handing.waiting(1)).toEqual(['c']);
  });
});
