import { describe, expect, it } from '@jest/globals';
import type { Change } from '../../../../broker/domain/change/changes.ts';
import { createEntity, deleteEntity } from '../../../../broker/domain/change/entity-changes.ts';
import type { JsonObject } from '../../../../broker/domain/entity.ts';
import { parseEntity } from '../../../../broker/domain/parsing/parse-entity.ts';
import type { NotificationTrigger } from '../../../../broker/domain/subscription/subscription.ts';
import { isTriggered } from '../../../../broker/domain/subscription/triggers.ts';
import { OPERATIONS } from '../change/operations.ts';
import { core, ID, iri, NOW, NULL, stored } from '../support.ts';

const by = (body: JsonObject): Change => {
  const { change } = OPERATIONS.merge(stored({ a: 1, b: 2 }), body);
  if (change === undefined) throw new Error('Nothing changed.');
  return change;
};
const created = createEntity(undefined, parseEntity({ id: ID, type: 'Room', a: 1 }, core), NOW);
const bare = createEntity(undefined, parseEntity({ id: ID, type: 'Room' }, core), NOW);
const deleted = deleteEntity(stored({ a: 1 }), NOW);
const replaced = OPERATIONS.replaceEntity(stored({ a: 1, b: 2 }), { a: 3, c: 4 }).change as Change;

const every: readonly NotificationTrigger[] = [
  'entityCreated',
  'entityUpdated',
  'entityDeleted',
  'attributeCreated',
  'attributeUpdated',
  'attributeDeleted',
];

/** What fires, first when every Attribute is watched, then when only `a` is. */
const fires: readonly (readonly [
  what: string,
  Change,
  all: readonly NotificationTrigger[],
  a: readonly NotificationTrigger[],
])[] = [
  ['a new Entity', created, ['entityCreated', 'attributeCreated'], ['entityCreated', 'attributeCreated']],
  ['a new Entity without Attributes', bare, ['entityCreated'], []],
  ['a deleted Entity', deleted, ['entityDeleted', 'attributeDeleted'], ['entityDeleted', 'attributeDeleted']],
  [
    'a deleted Entity without what is watched',
    deleteEntity(stored({ b: 2 }), NOW),
    ['entityDeleted', 'attributeDeleted'],
    [],
  ],
  ['a new Attribute', by({ c: 1 }), ['entityUpdated', 'attributeCreated'], []],
  [
    'another value',
    by({ a: 5 }),
    ['entityUpdated', 'attributeUpdated'],
    ['entityUpdated', 'attributeUpdated'],
  ],
  ['another value of another Attribute', by({ b: 5 }), ['entityUpdated', 'attributeUpdated'], []],
  [
    'a new dataset of an Attribute',
    by({ a: { value: 1, datasetId: 'urn:d:1' } }),
    ['entityUpdated', 'attributeCreated'],
    ['entityUpdated', 'attributeCreated'],
  ],
  [
    'a deleted Attribute',
    by({ a: NULL }),
    ['entityUpdated', 'attributeDeleted'],
    ['entityUpdated', 'attributeDeleted'],
  ],
  [
    'a deleted and an updated Attribute',
    by({ a: NULL, b: 5 }),
    ['entityUpdated', 'attributeUpdated', 'attributeDeleted'],
    ['entityUpdated', 'attributeDeleted'],
  ],
  [
    'a replaced Entity',
    replaced,
    ['entityUpdated', 'attributeCreated', 'attributeUpdated', 'attributeDeleted'],
    ['entityUpdated', 'attributeUpdated'],
  ],
  ['another type', by({ type: 'Hall' }), [], []],
  ['another scope', by({ scope: '/A' }), [], []],
];

describe('what fires which trigger (clause 5.8.6, table 5.2.12-1)', () => {
  it.each(fires)('%s', (_what, change, all, a) => {
    const fired = (watched: ReadonlySet<string> | undefined) =>
      every.filter((trigger) => isTriggered([trigger], watched, change));
    expect(fired(undefined)).toEqual(all);
    expect(fired(new Set([iri('a')]))).toEqual(a);
  });

  it('one of several is enough', () => {
    expect(isTriggered(['attributeUpdated', 'entityCreated'], undefined, created)).toBe(true);
    expect(isTriggered([], undefined, created)).toBe(false);
  });
});
