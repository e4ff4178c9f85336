/** Keeps the first items of many, in memory for so many alone. */
export interface FirstInOrder<Item> {
  offer(item: Item): void;
  /** What was kept, in order. */
  items(): readonly Item[];
}

/**
 * Keeps the `most` items that come first in the order, whatever the number of those that are offered: a heap whose top
 * is the last one kept, so that most offers cost one comparison.
 * @param compare a total order, as `Array.sort` wants it
 */
export function firstInOrder<Item>(
  most: number,
  compare: (one: Item, other: Item) => number,
): FirstInOrder<Item> {
  const heap: Item[] = [];
  const isAfter = (one: number, other: number): boolean =>
    compare(heap[one] as Item, heap[other] as Item) > 0;
  const swap = (one: number, other: number): void => {
    const item = heap[one] as Item;
    heap[one] = heap[other] as Item;
    heap[other] = item;
  };
  const rise = (from: number): void => {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isAfter(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
  };
  const sink = (): void => {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const child = left + 1 < heap.length && isAfter(left + 1, left) ? left + 1 : left;
      if (!isAfter(child, at)) return;
      swap(at, child);
      at = child;
    }
  };
  return {
    offer: (item) => {
      if (heap.length < most) {
        heap.push(item);
        rise(heap.length - 1);
      } else if (most > 0 && compare(item, heap[0] as Item) < 0) {
        heap[0] = item;
        sink();
      }
    },
    items: () => [...heap].sort(compare),
  };
}
