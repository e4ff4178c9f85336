import { describe, expect, it } from '@jest/globals';
import {
  decodeInstances,
  decodeLines,
  encodeGroups,
  encodeInstance,
  encodeInstances,
  joinTexts,
} from '../../../../broker/store/sqlite/history-instances.ts';
import { type WantedOf, wantedLines } from '../../../../broker/store/sqlite/wanted-lines.ts';
import type { HistoryInstance } from '../../../../broker/store/temporal-store.ts';
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

const groupsOf = (instances: readonly HistoryInstance[], size: number) => [
  ...encodeGroups(instances, (one) => encodeInstance(one, iris), size),
];

describe('groups of instances as texts', () => {
  const some = Array.from({ length: 50 }, (_, n) => instance(n, 'x'.repeat((n * 37) % 200)));

  it('has each instance once, in order, beside the text of its group', () => {
    const groups = groupsOf(some, 1000);
    expect(groups.length).toBeGreaterThan(10);
    expect(groups.flatMap(({ items }) => items)).toEqual(some);
    for (const { items, text } of groups) {
      expect(text).toBe(encodeInstances(items, iris));
      expect(decodeInstances(text, ID, iris)).toEqual(items);
    }
  });

  it.each([400, 1000, 5000])('fills a group as far as %d characters go, and no further', (size) => {
    const groups = groupsOf(some, size);
    for (const [index, { items, text }] of groups.entries()) {
      expect(text.length).toBeLessThanOrEqual(size);
      const next = groups[index + 1]?.items[0];
      if (next !== undefined) expect(lengthOf(...items, next)).toBeGreaterThan(size - 1);
    }
  });

  it('gives one that is larger than a group a group of its own', () => {
    const large = instance(2, 'x'.repeat(2000));
    const groups = groupsOf([instance(1), large, instance(3)], 500);
    expect(groups.map(({ items }) => items)).toEqual([[instance(1)], [large], [instance(3)]]);
  });

  it('has one group of what fits, and none of nothing', () => {
    expect(groupsOf([instance(1), instance(2)], 1000)).toHaveLength(1);
    expect(groupsOf([], 1000)).toEqual([]);
  });
});

describe('texts of instances of which only some are asked for', () => {
  const OTHER = 'https://example.org/other';
  const known = new Map([
    [LEVEL, 7],
    [OTHER, 77],
  ]);
  const names = {
    add: (name: string) => known.get(name) ?? 0,
    find: (name: string) => known.get(name),
    nameOf: (no: number) => (no === 7 ? LEVEL : OTHER),
  };
  const at = (n: number, members: Partial<HistoryInstance> = {}): HistoryInstance => ({
    ...instance(n),
    observedAt: n,
    attributeInstance: { ...property(n, n), observedAt: n },
    ...members,
  });
  /** Says its time beside its Attribute, and looks like two, and like one of another. */
  const odd = at(4, {
    instanceId: 'urn:"odd",77,\n',
    attributeInstance: property('],\n["x",77,{"observedAt":1}]', 4),
  });
  const some = [at(1), at(2, { attribute: OTHER }), at(3), odd, at(-5), at(6, { attribute: OTHER })];
  const text = encodeInstances(some, names);
  const asked = (given: string, query: Partial<WantedOf>) =>
    decodeInstances(given, ID, names, wantedLines({ timeproperty: 'observedAt', ...query }, names));

  it('leave out those of other Attributes, and none of these', () => {
    expect(asked(text, { attributes: [OTHER] })).toEqual([some[1], odd, some[5]]);
    expect(asked(text, { attributes: [LEVEL] })).toEqual([some[0], some[2], odd, some[4]]);
    expect(asked(text, { attributes: ['https://example.org/unknown'] })).toEqual([odd]);
  });

  it('leave out those of other times, and none of these', () => {
    expect(asked(text, { from: 2, to: 4 })).toEqual([some[1], some[2]]);
    expect(asked(text, { to: 0 })).toEqual([some[4]]);
    expect(asked(text, { from: 4, attributes: [LEVEL] })).toEqual([odd]);
    expect(asked(text, { timeproperty: 'deletedAt', from: 0 })).toEqual([]);
  });

  it('are the same ones put together, of which all are there', () => {
    const parts = some.map((one) => encodeInstances([one], names));
    expect(joinTexts(parts)).toBe(text);
    expect(decodeInstances(text, ID, names)).toEqual(some);
  });

  it.each([
    ['in lines', text],
    ['without lines, as older files have them', JSON.stringify(JSON.parse(text))],
  ])('tell the Attribute and the times of each by its line: %s', (_, given) => {
    const deleted = { ...at(7), deletedAt: 9 };
    const all = [...some, instance(8), deleted];
    const lines = [given, encodeInstances([instance(8), deleted], names)].flatMap(decodeLines);
    expect(lines).toEqual(
      all.map((one) => ({
        attribute: names.add(one.attribute),
        line: encodeInstance(one, names),
        attributeInstance: one.attributeInstance,
        createdAt: one.createdAt,
        modifiedAt: one.modifiedAt,
        ...(one.observedAt !== undefined && { observedAt: one.observedAt }),
        ...(one.deletedAt !== undefined && { deletedAt: one.deletedAt }),
      })),
    );
  });

  it('without lines, as files have them that are older, are read whole', () => {
    const old = JSON.stringify(JSON.parse(text));
    expect(asked(old, { from: 2, to: 4 })).toEqual(some);
    const mixed = joinTexts([old, encodeInstances([at(8)], names)]);
    expect(asked(mixed, { attributes: [OTHER] })).toEqual([...some, at(8)]);
  });
});
