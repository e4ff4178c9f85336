/**
 * What `find` finds in the items, in their order. The more items have nothing, the more are looked at at once, `most` in
 * the end: a store behind a network is not waited for with each of the many that are passed over. Where each has
 * something, one is looked at after the other. The signal tells that the reader has stopped, and that nobody asks for what
 * is still under way.
 */
export async function* findInOrder<Item, Found>(
  items: AsyncIterable<Item>,
  find: (item: Item, signal: AbortSignal) => Promise<Found | undefined>,
  most: number,
): AsyncGenerator<Found> {
  const underWay: Promise<Found | undefined>[] = [];
  const stop = new AbortController();
  let ahead = 1;
  try {
    for await (const item of items) {
      const finding = find(item, stop.signal);
      // What it fails with is told when its turn comes; if that never comes, to nobody.
      finding.catch(() => {});
      underWay.push(finding);
      while (underWay.length >= ahead) {
        const found = await underWay.shift();
        if (found === undefined) ahead = Math.min(ahead + 1, most);
        else yield found;
      }
    }
    for (const finding of underWay) {
      const found = await finding;
      if (found !== undefined) yield found;
    }
  } finally {
    stop.abort();
  }
}
