import { describe, expect, it } from '@jest/globals';
import type { Change } from '../../../../broker/domain/change/changes.ts';
import type { Attribute } from '../../../../broker/domain/entity.ts';
import { parseChangeText, toChangeText, withoutBulk } from '../../../../broker/store/mongo/change-text.ts';
import { entityAt, property } from '../contract/entities.ts';

const [LEVEL, PLACE] = ['urn:level', 'urn:place'];
const long = 'x'.repeat(10_000);

function changeOf(before: readonly Attribute[], after: readonly Attribute[]): Change {
  return {
    kind: 'updated',
    before: entityAt('urn:1', 1, { attributes: { [LEVEL]: before } }),
    entity: entityAt('urn:1', 1, { attributes: { [LEVEL]: after } }),
    attributes: [
      { attribute: LEVEL, kind: 'updated', before: before[0] as Attribute, after: after[0] as Attribute },
      { attribute: LEVEL, datasetId: 'urn:d', kind: 'created', after: after[1] as Attribute },
      { attribute: PLACE, kind: 'deleted', before: property('elsewhere', 3) },
    ],
    typesChanged: false,
    scopesChanged: false,
  };
}

describe('a change as text', () => {
  const change = changeOf(
    [property(long, 1)],
    [property(`${long}y`, 2), property(7, 2, { datasetId: 'urn:d' })],
  );

  it('comes back as it was, instances that stand in no Entity too', () => {
    expect(parseChangeText(toChangeText(change))).toEqual(change);
  });

  it('holds each instance once', () => {
    expect(toChangeText(change).length).toBeLessThan(3 * long.length);
  });

  it('looks at each of many instances a few times', () => {
    const many = 2000;
    let looks = 0;
    const instances = (value: number) =>
      Array.from({ length: many }, (_, at) =>
        Object.defineProperty(property(value, 1), 'datasetId', {
          enumerable: true,
          get: () => {
            looks += 1;
            return `urn:d:${at}`;
          },
        }),
      );
    const [before, after] = [instances(1), instances(2)];
    const touched = after.map((instance, at) => ({
      attribute: LEVEL,
      datasetId: `urn:d:${at}`,
      kind: 'updated' as const,
      before: before[at] as Attribute,
      after: instance,
    }));
    const text = toChangeText({ ...changeOf(before, after), attributes: touched });
    expect(looks).toBeLessThan(10 * many);
    expect(parseChangeText(text).attributes).toHaveLength(many);
    expect(text.match(/"in":"ba"/g)).toHaveLength(many);
  });

  it('keeps an instance apart that only looks like the one in the Entity', () => {
    const other = { ...change.attributes[0], after: property('other', 9) } as Change['attributes'][number];
    const odd: Change = { ...change, attributes: [other] };
    expect(parseChangeText(toChangeText(odd))).toEqual(odd);
  });

  it('of a change that notifies nobody leaves out what the history does not need', () => {
    const { entity, before, attributes } = withoutBulk(change);
    expect([entity?.attributes, before?.attributes]).toEqual([{}, {}]);
    expect(attributes.map(({ before }) => before?.value)).toEqual([undefined, undefined, 'elsewhere']);
    expect(attributes.map(({ after }) => after?.value)).toEqual([`${long}y`, 7, undefined]);
    expect(parseChangeText(toChangeText(withoutBulk(change)))).toEqual(withoutBulk(change));
  });
});
