import { describe, expect, it } from '@jest/globals';
import {
  decodeInstances,
  encodeGroups,
  encodeInstances,
} from '../../../../broker/store/sqlite/history-instances.ts';
import type { HistoryInstance } from '../../../../broker/store/store.ts';
import { LEVEL, property } from '../contract/entities.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const iris = { add: () => 7, nameOf: () => LEVEL };

/** Its text is as long as the value and some hundred characters. */
function instance(n: number, value = `${n}`): HistoryInstance {
  return {
    instanceId: `urn:ngsi-ld:Instance:${n}`,
    entityId: ID,
    attribute: LEVEL,
    kind: 'Property',
    ...{ createdAt: 1, modifiedAt: n },
    attributeInstance: property(value, n),
  };
}

const lengthOf = (...instances: readonly HistoryInstance[]) => encodeInstances(instances, iris).length;

describe('groups of instances as texts', () => {
  const some = Array.from({ length: 50 }, (_, n) => instance(n, 'x'.repeat((n * 37) % 200)));

  it('has each instance once, in order, beside the text of its group', () => {
    const groups = [...encodeGroups(some, iris, 1000)];
    expect(groups.length).toBeGreaterThan(10);
    expect(groups.flatMap(({ instances }) => instances)).toEqual(some);
    for (const { instances, text } of groups) {
      expect(text).toBe(encodeInstances(instances, iris));
      expect(decodeInstances(text, ID, iris)).toEqual(instances);
    }
  });

  it.each([400, 1000, 5000])('fills a group as far as %d characters go, and no further', (size) => {
    const groups = [...encodeGroups(some, iris, size)];
    for (const [index, { instances, text }] of groups.entries()) {
      expect(text.length).toBeLessThanOrEqual(size);
      const next = groups[index + 1]?.instances[0];
      if (next !== undefined) expect(lengthOf(...instances, next)).toBeGreaterThan(size - 1);
    }
  });

  it('gives one that is larger than a group a group of its own', () => {
    const large = instance(2, 'x'.repeat(2000));
    const groups = [...encodeGroups([instance(1), large, instance(3)], iris, 500)];
    expect(groups.map(({ instances }) => instances)).toEqual([[instance(1)], [large], [instance(3)]]);
  });

  it('has one group of what fits, and none of nothing', () => {
    expect([...encodeGroups([instance(1), instance(2)], iris, 1000)]).toHaveLength(1);
    expect([...encodeGroups([], iris, 1000)]).toEqual([]);
  });
});
