import { describe, expect, it } from '@jest/globals';
import type { Attribute, Json } from '../../../broker/domain/entity.ts';
import { countWithin, weightOf } from '../../../broker/store/history-weight.ts';

const attribute = (value: Json, more: Partial<Attribute> = {}): Attribute => ({
  ...{ kind: 'Property', value, createdAt: 1_790_000_000_000_000, modifiedAt: 1_790_000_000_000_000 },
  ...more,
});
const text = 'x'.repeat(5000);

describe('the weight of an instance', () => {
  it.each([
    ['a number', attribute(20)],
    ['a text', attribute(text)],
    ['texts in an object', attribute({ a: [text, { [text]: null }], b: 7 })],
    ['sub-Attributes', attribute(1, { subAttributes: { 'urn:a': [attribute(text), attribute([1, text])] } })],
    ['a proof', attribute(1, { ngsildproof: { proofValue: text } })],
  ])('is about the length of its text: %s', (_, attributeInstance) => {
    const weight = weightOf({ attributeInstance });
    const { length } = JSON.stringify(attributeInstance);
    expect(weight).toBeGreaterThan(0.9 * length);
    expect(weight).toBeLessThan(1.1 * length + 300);
  });

  it('tells how many are within a limit, the first in any case', () => {
    const instances = [text, 1, text].map((value) => ({ attributeInstance: attribute(value) }));
    const counts = [1, 5300, 5700, 11_000].map((weight) => countWithin(instances, weight));
    expect([...counts, countWithin([], 1)]).toEqual([1, 1, 2, 3, 0]);
  });
});
