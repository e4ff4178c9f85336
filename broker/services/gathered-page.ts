import type { Entity } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import type { GatheringPlace } from './gathering-room.ts';

/** What a page has of Entities, gathered while they are read, so that what is too much is not read to its end. */
export interface GatheredPage<Item> {
  /**
   * Takes what is shown of them. A promise where this has to wait until others have what they gather.
   * @throws NgsiLdError TooManyResults when all together have too much text; TooBusy
   */
  add(entities: readonly Entity[]): void | Promise<void>;
  /** As they came. */
  items(): readonly Item[];
  /** In the order of these ids; those that did not come are left out. */
  itemsOf(ids: readonly string[]): readonly Item[];
}

export interface GatheringParts<Item> {
  /** What is kept of an Entity; undefined where nothing is shown of it. */
  readonly itemOf: (entity: Entity) => Item | undefined;
  /** Characters. */
  readonly weightOf: (item: Item) => number;
  /** Where what is kept is counted; whoever gave it leaves it. */
  readonly place: Pick<GatheringPlace, 'take'>;
}

/** Entities that can be sent together however large they are. */
const FEW = 50;
/** The most text of more, in characters: an answer is made as one text. */
const LARGEST_ANSWER = 128 * 1024 * 1024;

export function gatheredPage<Item>({ itemOf, weightOf, place }: GatheringParts<Item>): GatheredPage<Item> {
  const items = new Map<string, Item>();
  let weight = 0;
  let isFirst = true;
  /** Not weighed yet: that is left until there are many, or more than a store gives at once. */
  let unweighed: Item[] = [];
  const weigh = (): void | Promise<void> => {
    let more = 0;
    for (const item of unweighed) more += weightOf(item);
    unweighed = [];
    weight += more;
    if (weight > LARGEST_ANSWER && items.size > FEW) throw tooMuch();
    return place.take(more);
  };
  return {
    add: (entities) => {
      for (const entity of entities) {
        const item = itemOf(entity);
        if (item === undefined) continue;
        items.set(entity.id, item);
        unweighed.push(item);
      }
      if (unweighed.length === 0) return;
      const isSmall = isFirst && items.size <= FEW;
      isFirst = false;
      return isSmall ? undefined : weigh();
    },
    items: () => [...items.values()],
    itemsOf: (ids) => ids.flatMap((id) => items.get(id) ?? []),
  };
}

function tooMuch(): NgsiLdError {
  return new NgsiLdError(
    'TooManyResults',
    'The Entities of this page have more than 128 MB together: ask for fewer at once (limit), or for less of them (attrs, pick, omit).',
  );
}
