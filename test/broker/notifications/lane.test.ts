import { expect, it } from '@jest/globals';
import { addTo, createLane, nextOf, takeFrom } from '../../../broker/notifications/lane.ts';
import type { StoredDelivery } from '../../../broker/store/delivery.ts';
import { delivery } from './fixtures.ts';

const LAMP = 'urn:e:1';
const stored = (index: number, entityId = LAMP): StoredDelivery => {
  const made = delivery(index, entityId);
  return { ...made, attempts: 0, dueAt: made.at };
};

it('what is met after later ones goes before them', () => {
  const lane = createLane(LAMP, false);
  for (const index of [2, 4, 1, 3]) addTo(lane, stored(index));
  expect(lane.waiting.map(({ order }) => order)).toEqual([1, 2, 3, 4].map((index) => stored(index).order));
});

it('what is met while a later one is being sent is sent next, and that one no second time', () => {
  const lane = createLane(LAMP, false);
  addTo(lane, stored(2));
  const { batch } = nextOf(lane);
  lane.state = 'sending';
  addTo(lane, stored(1));
  takeFrom(lane, batch);
  expect(nextOf(lane).batch).toEqual([stored(1)]);
});

it('under throttling what is met after a later one is superseded by it', () => {
  const lane = createLane('', true);
  addTo(lane, stored(2));
  addTo(lane, stored(3, 'urn:e:2'));
  expect(addTo(lane, stored(1))).toEqual([stored(1)]);
  expect(nextOf(lane).batch).toEqual([stored(2), stored(3, 'urn:e:2')]);
});
