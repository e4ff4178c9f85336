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
  value(): number;
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
    value: () => Math.sqrt(squares / count),
  };
}
