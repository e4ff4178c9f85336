/** Items that are read before others get their turn. */
const IN_A_ROW = 20;

/** The same items; now and then all others get their turn of the event loop, as reads of a local store leave them none. */
export async function* withRests<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  let count = 0;
  for (const item of items) {
    if (++count % IN_A_ROW === 0) await new Promise(setImmediate);
    yield item;
  }
}
