import { describe, expect, it } from '@jest/globals';
import { deleteAttribute } from '../../../../broker/domain/change/attribute-changes.ts';
import { createEntity, deleteEntity, upsertEntity } from '../../../../broker/domain/change/entity-changes.ts';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import { parseEntity } from '../../../../broker/domain/parsing/parse-entity.ts';
import { SCOPE } from '../../../../broker/domain/parsing/parse-names.ts';
import { CREATED, core, ID, iri, NOW, NULL, refusalOf, shown, stored } from '../support.ts';
import { OPERATIONS, type OperationName } from './operations.ts';

/** What becomes of `scope: /A` and `type: Room`, by the type and the scope in the body. */
const members: readonly (readonly [OperationName, JsonObject, types: Json, scopes: Json | undefined])[] = [
  ['append', { type: 'Hall' }, ['Room', 'Hall'], '/A'],
  ['noOverwrite', { type: ['Hall', 'Room'] }, ['Room', 'Hall'], '/A'],
  ['update', { type: 'Hall' }, ['Room', 'Hall'], '/A'],
  ['merge', { type: 'Hall' }, ['Room', 'Hall'], '/A'],
  ['upsertUpdate', { type: 'Hall' }, ['Room', 'Hall'], '/A'],
  ['replaceEntity', { type: 'Hall', scope: '/A' }, 'Hall', '/A'],
  ['upsertReplace', { type: 'Hall', scope: '/A' }, 'Hall', '/A'],
  ['append', { scope: 'B' }, 'Room', '/B'],
  ['noOverwrite', { scope: ['/B', '/A'] }, 'Room', ['/A', '/B']],
  ['update', { scope: ['/B', '/C'] }, 'Room', ['/B', '/C']],
  ['merge', { scope: '/B' }, 'Room', '/B'],
  ['upsertUpdate', { scope: '/B' }, 'Room', '/B'],
  ['replaceEntity', { scope: '/B' }, 'Room', '/B'],
  ['upsertReplace', { scope: '/B' }, 'Room', '/B'],
  ['replaceEntity', {}, 'Room', undefined],
  ['upsertReplace', {}, 'Room', undefined],
  ['update', { scope: NULL }, 'Room', undefined],
  ['merge', { scope: NULL }, 'Room', undefined],
];

describe('types and scopes (clauses 4.18, 5.6.2 to 5.6.18)', () => {
  it.each(members)('%s of %j gives type %j and scope %j', (operation, body, type, scope) => {
    const current = stored({ scope: '/A', a: 1 });
    const { change } = OPERATIONS[operation](current, {
      ...((operation === 'replaceEntity' || operation === 'upsertReplace') && { a: 1 }),
      ...body,
    });
    const result = shown(change?.entity ?? current);
    expect([result?.['type'], result?.['scope']]).toEqual([type, scope]);
    expect([change?.typesChanged, change?.scopesChanged]).toEqual([type !== 'Room', scope !== '/A']);
    expect(change?.entity).toMatchObject({ createdAt: CREATED, modifiedAt: NOW });
    expect(change?.attributes).toEqual([]);
  });

  it('are equal in whatever order: no change', () => {
    const current = stored({ type: ['Room', 'Hall'], scope: ['/A', '/B'] });
    expect(
      OPERATIONS.replaceEntity(current, { type: ['Hall', 'Room'], scope: ['/B', '/A'] }).change,
    ).toBeUndefined();
    expect(OPERATIONS.update(current, { type: 'Hall', scope: ['/B', '/A'] }).change).toBeUndefined();
  });

  it('a scope for an Entity without any is appended and merged, but ignored by update, which tells (clause 5.6.2.4)', () => {
    for (const scope of ['/B', NULL]) {
      const { change, notUpdated } = OPERATIONS.update(stored(), { scope });
      expect(change).toBeUndefined();
      expect(notUpdated).toEqual([{ attribute: SCOPE, reason: expect.stringContaining('no scope') }]);
    }
    expect(OPERATIONS.append(stored(), { scope: '/B' }).change?.entity?.scopes).toEqual(['/B']);
    expect(OPERATIONS.merge(stored(), { scope: '/B' }).change?.entity?.scopes).toEqual(['/B']);
  });

  it('the scopes can be deleted as an Attribute is (clause 5.6.5), when there are some', () => {
    const change = deleteAttribute(stored({ scope: '/A' }), SCOPE, NOW);
    expect(change).toMatchObject({ scopesChanged: true, entity: { scopes: [] } });
    expect(refusalOf(() => deleteAttribute(stored(), SCOPE, NOW)).type).toBe('ResourceNotFound');
  });
});

describe('system times (clause 4.8)', () => {
  const rewrite = { a: { value: 2, s: 3 }, b: 1 };
  const current = stored({ a: { value: 1, s: 3, t: 4 }, b: 1 });

  it.each(['append', 'update', 'merge', 'replaceEntity'] as const)(
    '%s keeps createdAt, and moves modifiedAt of what differs alone',
    (operation) => {
      const entity = OPERATIONS[operation](current, rewrite).change?.entity;
      expect(entity).toMatchObject({ createdAt: CREATED, modifiedAt: NOW });
      expect(entity?.attributes[iri('a')]).toMatchObject([
        {
          createdAt: CREATED,
          modifiedAt: NOW,
          subAttributes: { [iri('s')]: [{ createdAt: CREATED, modifiedAt: CREATED }] },
        },
      ]);
      expect(entity?.attributes[iri('b')]?.[0]).toBe(current.attributes[iri('b')]?.[0]);
    },
  );

  it('gives a new instance both times', () => {
    const entity = OPERATIONS.append(current, { c: 1 }).change?.entity;
    expect(entity?.attributes[iri('c')]).toMatchObject([{ createdAt: NOW, modifiedAt: NOW }]);
  });

  it('an update that differs in observedAt alone is a change', () => {
    const measured = stored({ a: { value: 1, observedAt: '2026-01-01T00:00:00Z' } });
    const same = { a: { value: 1, observedAt: '2026-01-01T00:00:00.000Z' } };
    const later = { a: { value: 1, observedAt: '2026-01-01T00:00:00.000001Z' } };
    expect(OPERATIONS.append(measured, same).change).toBeUndefined();
    expect(OPERATIONS.append(measured, later).change?.attributes).toMatchObject([{ kind: 'updated' }]);
  });

  it('the order of members of a value does not matter, that of elements does', () => {
    const valued = stored({ a: { value: { x: 1, y: [1, 2] } } });
    expect(OPERATIONS.append(valued, { a: { value: { y: [1, 2], x: 1 } } }).change).toBeUndefined();
    expect(OPERATIONS.append(valued, { a: { value: { y: [2, 1], x: 1 } } }).change).toBeDefined();
  });
});

describe('whole Entities (clauses 5.6.1, 5.6.6, 5.6.8)', () => {
  const input = parseEntity({ id: ID, type: 'Room', scope: '/A', a: 1, b: 2 }, core);

  it('create makes one, with a change for each instance', () => {
    const change = createEntity(undefined, input, NOW);
    expect(change).toMatchObject({ kind: 'created', typesChanged: true, scopesChanged: true });
    expect(change.before).toBeUndefined();
    expect(change.attributes.map(({ attribute, kind }) => [attribute, kind])).toEqual([
      [iri('a'), 'created'],
      [iri('b'), 'created'],
    ]);
  });

  it('create refuses an id that is taken', () => {
    const refusal = refusalOf(() => createEntity(stored(), input, NOW));
    expect([refusal.type, refusal.message]).toEqual(['AlreadyExists', expect.stringContaining(ID)]);
  });

  it('upsert creates what is not there, else replaces or updates', () => {
    const current = stored({ scope: '/A', a: 0, c: 3 });
    expect(upsertEntity(undefined, input, NOW, 'update')?.kind).toBe('created');
    const replaced = upsertEntity(current, input, NOW, 'replace')?.entity;
    expect(shown(replaced ?? current)).toMatchObject({ a: 1, b: 2 });
    expect(replaced?.attributes).not.toHaveProperty([iri('c')]);
    expect(shown(upsertEntity(current, input, NOW, 'update')?.entity ?? current)).toMatchObject({
      a: 1,
      b: 2,
      c: 3,
    });
  });

  it('delete lists what goes', () => {
    const current = stored({ a: 1, b: [{ value: 1 }, { value: 2, datasetId: 'urn:d:1' }] });
    const change = deleteEntity(current, NOW);
    expect(change).toMatchObject({
      kind: 'deleted',
      before: current,
      typesChanged: false,
      scopesChanged: false,
    });
    expect(change.entity).toBeUndefined();
    expect(change.attributes.map(({ kind, datasetId }) => [kind, datasetId])).toEqual([
      ['deleted', undefined],
      ['deleted', undefined],
      ['deleted', 'urn:d:1'],
    ]);
  });
});

describe('instances that have expired are not there for a write (clause 4.22)', () => {
  const soon = '2026-01-01T00:00:00.5Z';
  const current = stored({
    a: { value: 1, expiresAt: soon },
    b: { value: 1, s: { value: 2, expiresAt: soon } },
  });

  it('so that append creates, update cannot delete, and nothing of them is left', () => {
    const { change } = OPERATIONS.append(current, { a: 2 });
    expect(change?.attributes).toMatchObject([{ kind: 'created', attribute: iri('a') }]);
    expect(change?.entity?.attributes[iri('a')]).toMatchObject([{ createdAt: NOW }]);
    expect(change?.entity?.attributes[iri('b')]?.[0]).not.toHaveProperty('subAttributes');
    expect(OPERATIONS.update(current, { a: NULL }).notUpdated).toHaveLength(1);
    expect(refusalOf(() => OPERATIONS.partial(current, { value: 2 })).type).toBe('ResourceNotFound');
  });
});
