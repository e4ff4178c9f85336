import type { Micros } from '../../domain/entity.ts';
import type { Session } from './session.ts';
import type { ValueBuilder } from './value-builder.ts';
import { type Combination, EVERYTHING, keyOf, undoable, type ValueIndexes } from './value-indexes.ts';

/** Decides which value indexes there are: those that queries really need. */
export interface ValueUsage {
  /**
   * Notes that so many Entities were gone through in vain, which indexes for these combinations would have spared, and
   * has these made, if there is room, once making them costs no more than was wasted.
   */
  wasted(combinations: readonly Combination[], inVain: number, entities: number): void;
  /** Notes that a query went through these indexes. */
  used(indexes: readonly number[]): void;
  /** Retires what was not used for long; cheap, to be called with writes. */
  tidy(): void;
}

/** Through fewer Entities a query goes as fast without an index. */
const FEWEST_ENTITIES = 500;
/** Every index makes writes of its Entities dearer. */
const MOST_INDEXES = 64;
const MOST_OF_A_TYPE = 16;
const MOST_REMEMBERED = 1000;
const KEPT_UNUSED: Micros = 24 * 3600 * 1_000_000;
const TIDY_INTERVAL: Micros = 60_000_000;

export function valueUsage(
  { now, write }: Session,
  indexes: ValueIndexes,
  builder: ValueBuilder,
): ValueUsage {
  const waste = new Map<string, number>();
  const usedAt = new Map<number, Micros>();
  const create = (combination: Combination): void => {
    const ofItsType = indexes.of(combination.tenant).filter(({ type }) => type === combination.type);
    if (indexes.all().length >= MOST_INDEXES || ofItsType.length >= MOST_OF_A_TYPE) return;
    // What is still going makes room for it: then it may be asked for once more.
    if (!indexes.create(combination)) waste.delete(keyOf(combination));
  };
  const isEnough = (key: string, inVain: number, entities: number): boolean => {
    const sum = (waste.get(key) ?? 0) + inVain;
    if (waste.size >= MOST_REMEMBERED) waste.clear();
    // Asked for once: it is being made from then on.
    waste.set(key, sum < entities ? sum : Number.NEGATIVE_INFINITY);
    return sum >= entities;
  };
  let tidiedAt = now();
  // What was begun before the store was opened goes on.
  if (hasWork(indexes)) builder.start();
  const inBackground = (work: () => void): void => {
    write(() => undoable(indexes, work)).then(builder.start, () => {});
  };
  const tidy = (): void => {
    const at = now();
    if (at - tidiedAt < TIDY_INTERVAL) return;
    tidiedAt = at;
    const known = indexes.all();
    for (const { no } of known) if (!usedAt.has(no)) usedAt.set(no, at);
    const unused = known.filter(({ no }) => at - (usedAt.get(no) ?? at) > KEPT_UNUSED);
    if (unused.length > 0) {
      waste.clear();
      inBackground(() => {
        for (const { no } of unused) indexes.retire(no);
      });
    }
  };
  return {
    wasted: (combinations, inVain, entities) => {
      if (entities < FEWEST_ENTITIES) return;
      for (const combination of combinations) {
        if (isEnough(keyOf(combination), inVain, entities)) inBackground(() => create(combination));
      }
    },
    used: (numbers) => {
      for (const no of numbers) usedAt.set(no, now());
    },
    tidy,
  };
}

function hasWork(indexes: ValueIndexes): boolean {
  return indexes.all().some(({ builtTo }) => builtTo < EVERYTHING) || indexes.retired().length > 0;
}
