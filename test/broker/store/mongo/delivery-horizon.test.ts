import { expect, it } from '@jest/globals';
import type { StoredDelivery } from '../../../../broker/store/delivery.ts';
import { toDeliveryDocument, toStoredDelivery } from '../../../../broker/store/mongo/delivery-document.ts';
import { DeliveryHorizon } from '../../../../broker/store/mongo/delivery-horizon.ts';
import { delivery } from '../../notifications/fixtures.ts';

const A = 'aaaaaaaaaa';
const B = 'bbbbbbbbbb';

/** A delivery as a process wrote it at that moment. */
function written(writer: string, at: number): StoredDelivery {
  const stamp = `${at.toString(16).padStart(14, '0')}-${writer}`;
  return toStoredDelivery(toDeliveryDocument(delivery(at, 'urn:x:1'), stamp));
}

const placesOf = (...deliveries: readonly StoredDelivery[]): readonly string[] =>
  deliveries.flatMap(({ logged }) => logged ?? []);

it('with what was seen of a process all that it wrote before is there, and nothing of another one', () => {
  const horizon = new DeliveryHorizon();
  horizon.note(placesOf(written(A, 30), written(A, 20)));
  expect([10, 20, 30, 31].map((at) => horizon.now()(written(A, at)))).toEqual([true, true, true, false]);
  expect(horizon.now()(written(B, 10))).toBe(false);
});

it('what is seen later adds nothing to how it was', () => {
  const horizon = new DeliveryHorizon();
  horizon.note(placesOf(written(A, 10)));
  const before = horizon.now();
  horizon.note(placesOf(written(A, 20), written(B, 5)));
  expect([written(A, 20), written(B, 5)].map(before)).toEqual([false, false]);
  expect([written(A, 20), written(B, 5)].map(horizon.now())).toEqual([true, true]);
});

it('what was written before there was a log has long been there', () => {
  const { logged, ...old } = written(A, 10);
  expect(new DeliveryHorizon().now()(old)).toBe(true);
});
