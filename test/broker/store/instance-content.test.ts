import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../broker/domain/entity.ts';
import { contentOf } from '../../../broker/store/instance-content.ts';

const content = (value: Json): string =>
  contentOf({
    instanceId: 'urn:ngsi-ld:Instance:1',
    entityId: 'urn:ngsi-ld:Lamp:1',
    attribute: 'urn:a',
    kind: 'Property',
    createdAt: 1,
    modifiedAt: 1,
    attributeInstance: { kind: 'Property', value, createdAt: 1, modifiedAt: 1 },
  });

describe('the content of an instance', () => {
  it('is the same whatever the order of members', () => {
    expect(content({ a: 1, b: { c: 2, d: 3 } })).toBe(content({ b: { d: 3, c: 2 }, a: 1 }));
  });

  it.each<[Json, Json]>([
    [{ a: 1 }, [['a', 1]]],
    [{}, []],
  ])('tells %j from %j', (object, array) => {
    expect(content(object)).not.toBe(content(array));
  });
});
