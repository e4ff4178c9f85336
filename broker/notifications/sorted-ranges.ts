/** From one number to another, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

interface Held<T> extends Range {
  readonly item: T;
}

/**
 * Items by ranges of numbers, for the question which of them a number lies in. What has a lower end is sorted by it, the
 * rest by the upper one: so a limit that the number does not reach costs nothing.
 */
export class SortedRanges<T> {
  /** Ascending by `from`. */
  readonly #upwards: Held<T>[] = [];
  /** Without a lower end; ascending by `to`. */
  readonly #downwards: Held<T>[] = [];

  add(range: Range, item: T): void {
    const { held, end } = this.#placeOf(range);
    held.splice(after(held, range[end], end), 0, { from: range.from, to: range.to, item });
  }

  remove(range: Range, item: T): void {
    const { held, end } = this.#placeOf(range);
    for (let at = after(held, range[end], end) - 1; at >= 0 && held[at]?.[end] === range[end]; at -= 1) {
      if (held[at]?.item !== item) continue;
      held.splice(at, 1);
      return;
    }
  }

  size(): number {
    return this.#upwards.length + this.#downwards.length;
  }

  /** Calls back for what the number lies in. */
  visit(number: number, visit: (item: T) => void): void {
    const end = after(this.#upwards, number, 'from');
    for (let at = 0; at < end; at += 1) {
      const { to, item } = this.#upwards[at] as Held<T>;
      if (number <= to) visit(item);
    }
    for (let at = this.#downwards.length - 1; at >= 0; at -= 1) {
      const { to, item } = this.#downwards[at] as Held<T>;
      if (to < number) break;
      visit(item);
    }
  }

  visitAll(visit: (item: T) => void): void {
    for (const { item } of this.#upwards) visit(item);
    for (const { item } of this.#downwards) visit(item);
  }

  #placeOf({ from }: Range): { readonly held: Held<T>[]; readonly end: 'from' | 'to' } {
    return from === Number.NEGATIVE_INFINITY
      ? { held: this.#downwards, end: 'to' }
      : { held: this.#upwards, end: 'from' };
  }
}

/** Where those that are not above the number end. */
function after<T>(held: readonly Held<T>[], number: number, end: 'from' | 'to'): number {
  let low = 0;
  let high = held.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((held[middle] as Held<T>)[end] <= number) low = middle + 1;
    else high = middle;
  }
  return low;
}
