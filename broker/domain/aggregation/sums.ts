/** Adds numbers up without losing the small ones beside the large (Neumaier's compensated sum). */
export interface Sum {
  add(term: number): void;
  value(): number;
}

export function compensatedSum(): Sum {
  let sum = 0;
  let lost = 0;
  return {
    add: (term) => {
      const next = sum + term;
      lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
      sum = next;
    },
    value: () => (Number.isFinite(lost) ? sum + lost : sum),
  };
}

/** The standard deviation of a population, in one go and without the difference of large squares (Welford). */
export interface Deviation {
  add(number: number): void;
  /** Adds numbers that are known by their mean, and by the sum of the squares of their distances from it. */
  merge(others: { readonly count: number; readonly mean: number; readonly squares: number }): void;
  value(): number;
  /** The sum of the squares of all distances from the mean. */
  squares(): number;
}

export function standardDeviation(): Deviation {
  let count = 0;
  let mean = 0;
  let squares = 0;
  return {
    add: (number) => {
      count++;
      const before = number - mean;
      mean += before / count;
      squares += before * (number - mean);
    },
    merge: (others) => {
      const all = count + others.count;
      const distance = others.mean - mean;
      squares += others.squares + (distance * distance * count * others.count) / all;
      mean += (distance * others.count) / all;
      count = all;
    },
    value: () => Math.sqrt(squares / count),
    squares: () => squares,
  };
}
