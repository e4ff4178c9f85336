import { ServerRefuses } from './listed-device.ts';

/** More are no devices of a city, but a list without end. */
const mostItems = 200_000;

/**
 * The items of a list that comes in pages. `page` gets the number of the page, from 0, and that of the items before it. The list ends
 * with an empty page: a server may give less at once than it is asked for.
 * @throws ServerRefuses when a page has nothing new: it would never end.
 */
export async function* itemsOfPages<Item>(
  page: (number: number, offset: number) => Promise<readonly Item[]>,
  keyOf: (item: Item) => string,
): AsyncGenerator<Item> {
  const seen = new Set<string>();
  let offset = 0;
  for (let number = 0; seen.size < mostItems; number += 1) {
    const items = await page(number, offset);
    if (items.length === 0) return;
    offset += items.length;
    const fresh = items.filter((item) => !seen.has(keyOf(item)));
    if (fresh.length === 0)
      throw new ServerRefuses(
        'the pages of the list repeat themselves: the network server does not heed which one it is asked for',
      );
    for (const item of fresh) {
      seen.add(keyOf(item));
      yield item;
    }
  }
  throw new ServerRefuses(
    `the list has more than ${mostItems} entries: name applications, and sync them one by one`,
  );
}
