import type { Texts } from './export-slots.ts';

/** The texts again of which the first was asked for already. */
export function startingWith(first: IteratorResult<string>, rest: Texts): Texts {
  let pending: IteratorResult<string> | undefined = first;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const known = pending;
      pending = undefined;
      return known ?? rest.next();
    },
    return: () => {
      pending = undefined;
      return rest.return();
    },
  };
}
