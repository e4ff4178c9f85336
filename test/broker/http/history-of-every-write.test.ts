import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Attribute, Entity, Json } from '../../../broker/domain/entity.ts';
import type { HistoryInstance } from '../../../broker/store/temporal-store.ts';
import { brokerUnderTest, DEFAULT } from './broker-under-test.ts';

const broker = brokerUnderTest();
const B = 'urn:ngsi-ld:Dataset:b';
const HOUR = '2026-05-01T01:00:00Z';
const SECOND = 1_000_000;

let counter = 0;
let ID: string;

type Method = 'post' | 'put' | 'patch' | 'delete';
/** A request; in its path and body `{id}` stands for the Entity. */
type Sent = readonly [method: Method, path: string, body?: Json];
/** What a write is called, the request, what the history has of it, and by how many changes. */
type Case = readonly [name: string, request: Sent, added: readonly string[], changes?: number];

const send = ([method, path, body]: Sent) => {
  const sent = body === undefined ? undefined : JSON.parse(JSON.stringify(body).replaceAll('{id}', ID));
  return broker.api[method](path.replaceAll('{id}', ID)).send(sent);
};

/** Everything the history has, oldest first. */
async function history(): Promise<readonly HistoryInstance[]> {
  const page = await broker.store.of('').temporal.instances(ID, { timeproperty: 'modifiedAt' });
  return [...page.instances.values()].flat();
}

/** An instance in short: `level b = 3`, or `level gone` for a deletion. */
function inShort({ attribute, datasetId, deletedAt, attributeInstance: { value } }: HistoryInstance): string {
  const short = (name: Json) => String(name).replace(DEFAULT, '');
  const place = `${short(attribute)}${datasetId === B ? ' b' : ''}`;
  const text = Array.isArray(value) ? value.map(short).join(',') : short(value);
  return deletedAt === undefined ? `${place} = ${text}` : `${place} gone`;
}

/** The state that the history tells: the last instance of each Attribute and dataset, without what was deleted. */
function lastStates(instances: readonly HistoryInstance[]): ReadonlyMap<string, Attribute> {
  const last = new Map<string, HistoryInstance>();
  for (const one of instances) {
    const key = `${one.attribute} ${one.datasetId ?? ''}`;
    if (one.modifiedAt >= (last.get(key)?.modifiedAt ?? 0)) last.set(key, one);
  }
  const living = [...last].filter(([key, { deletedAt }]) => deletedAt === undefined && !key.startsWith('@'));
  return new Map(living.map(([key, { attributeInstance }]) => [key, attributeInstance]));
}

function statesOf(entity: Entity | undefined): ReadonlyMap<string, Attribute> {
  const all = Object.entries(entity?.attributes ?? {});
  return new Map(
    all.flatMap(([name, instances]) =>
      instances.map((instance) => [`${name} ${instance.datasetId ?? ''}`, instance] as const),
    ),
  );
}

/** The ids of instances begin with the stamp of the change. */
function changesOf(instances: readonly HistoryInstance[]): number {
  return new Set(instances.map(({ instanceId }) => instanceId.replace(/-[^-]*$/, ''))).size;
}

/** Does the write, and holds what it left against what is due. */
async function check([, request, added, changes = 1]: Case): Promise<void> {
  const known = new Set((await history()).map(({ instanceId }) => instanceId));
  const response = await send(request);
  expect(response.status).toBeLessThan(300);
  const all = await history();
  const fresh = all.filter(({ instanceId }) => !known.has(instanceId));
  expect(fresh.map(inShort).sort()).toEqual([...added].sort());
  expect(changesOf(fresh)).toBe(changes);
  expect(new Set(all.map(({ instanceId }) => instanceId)).size).toBe(known.size + fresh.length);
  const entity = await broker.store.of('').get(ID);
  expect(lastStates(all)).toEqual(statesOf(entity));
  const { types, deletedAt } = (await broker.store.of('').temporal.getEntity(ID)) ?? {};
  expect(deletedAt === undefined).toBe(entity !== undefined);
  if (entity !== undefined) expect(types).toEqual(entity.types);
}

const base = {
  id: '{id}',
  type: 'Lamp',
  scope: '/A',
  level: [{ value: 1 }, { value: 2, datasetId: B }],
  name: 'x',
};
const created = ['level = 1', 'level b = 2', 'name = x', '@scope = /A'];
const nothing = 'urn:ngsi-ld:null';

describe('every way to create an Entity writes its history', () => {
  beforeEach(() => {
    counter += 1;
    ID = `urn:ngsi-ld:New:${counter}`;
  });

  it.each<Case>([
    ['POST /entities', ['post', '/entities', base], created],
    ['batch create', ['post', '/entityOperations/create', [base]], created],
    ['batch upsert', ['post', '/entityOperations/upsert', [base]], created],
    ['batch upsert, update', ['post', '/entityOperations/upsert?options=update', [base]], created],
  ])('%s', async (...one) => check(one));
});

describe('every way to change an Entity writes its history', () => {
  beforeEach(async () => {
    counter += 1;
    ID = `urn:ngsi-ld:Lamp:${counter}`;
    await send(['post', '/entities', base]).expect(201);
  });

  it.each<Case>([
    [
      'PUT entity',
      ['put', '/entities/{id}', { id: '{id}', type: 'Lamp', level: 3 }],
      ['level = 3', 'level b gone', 'name gone', '@scope gone'],
    ],
    [
      'PATCH entity',
      ['patch', '/entities/{id}', { level: { value: 3, observedAt: HOUR }, name: nothing }],
      ['level = 3', 'name gone'],
    ],
    [
      'PATCH entity, type and scope',
      ['patch', '/entities/{id}', { type: 'Sign', scope: '/B' }],
      ['@type = Lamp,Sign', '@scope = /B'],
    ],
    ['PATCH entity without a change', ['patch', '/entities/{id}', { name: 'x' }], [], 0],
    [
      'POST attrs',
      ['post', '/entities/{id}/attrs', { level: { value: 3, datasetId: B }, more: 1 }],
      ['level b = 3', 'more = 1'],
    ],
    [
      'POST attrs, noOverwrite',
      ['post', '/entities/{id}/attrs?options=noOverwrite', { name: 'y', more: 1 }],
      ['more = 1'],
    ],
    ['POST attrs, type', ['post', '/entities/{id}/attrs', { type: 'Sign' }], ['@type = Lamp,Sign']],
    [
      'PATCH attrs',
      ['patch', '/entities/{id}/attrs', { name: 'y', level: nothing }],
      ['name = y', 'level gone'],
    ],
    [
      'PATCH attrs, type and scope',
      ['patch', '/entities/{id}/attrs', { type: 'Sign', scope: ['/A', '/B'] }],
      ['@type = Lamp,Sign', '@scope = /A,/B'],
    ],
    ['PATCH attr', ['patch', '/entities/{id}/attrs/level', { value: 3, datasetId: B }], ['level b = 3']],
    ['PUT attr', ['put', '/entities/{id}/attrs/level', { value: 3 }], ['level = 3']],
    ['PUT attr value', ['put', '/entities/{id}/attrs/name/value', ['y']], ['name = y']],
    ['DELETE attr', ['delete', '/entities/{id}/attrs/level'], ['level gone']],
    ['DELETE attr of a dataset', ['delete', `/entities/{id}/attrs/level?datasetId=${B}`], ['level b gone']],
    [
      'DELETE attr, all',
      ['delete', '/entities/{id}/attrs/level?deleteAll=true'],
      ['level gone', 'level b gone'],
    ],
    ['DELETE scope', ['delete', '/entities/{id}/attrs/scope'], ['@scope gone']],
    [
      'DELETE entity',
      ['delete', '/entities/{id}'],
      ['level gone', 'level b gone', 'name gone', '@scope gone'],
    ],
    [
      'purge',
      ['delete', '/entities?id={id}&type=Lamp'],
      ['level gone', 'level b gone', 'name gone', '@scope gone'],
    ],
    ['purge, drop', ['delete', '/entities?id={id}&type=Lamp&drop=name'], ['name gone']],
    ['purge, keep', ['delete', '/entities?id={id}&type=Lamp&keep=name'], ['level gone', 'level b gone']],
    [
      'batch upsert',
      ['post', '/entityOperations/upsert', [{ id: '{id}', type: 'Sign', level: 3 }]],
      ['level = 3', 'level b gone', 'name gone', '@type = Sign', '@scope gone'],
    ],
    [
      'batch upsert, update',
      ['post', '/entityOperations/upsert?options=update', [{ id: '{id}', type: 'Sign', level: 3 }]],
      ['level = 3', '@type = Lamp,Sign'],
    ],
    [
      'batch upsert, twice the same',
      [
        'post',
        '/entityOperations/upsert?options=update',
        [
          { id: '{id}', type: 'Lamp', level: 3 },
          { id: '{id}', type: 'Lamp', level: 4 },
        ],
      ],
      ['level = 3', 'level = 4'],
      2,
    ],
    [
      'batch update',
      ['post', '/entityOperations/update', [{ id: '{id}', level: 3, scope: '/B' }]],
      ['level = 3', '@scope = /B'],
    ],
    [
      'batch update, noOverwrite',
      ['post', '/entityOperations/update?options=noOverwrite', [{ id: '{id}', level: 3, more: 1 }]],
      ['more = 1'],
    ],
    [
      'batch merge',
      ['post', '/entityOperations/merge', [{ id: '{id}', level: 3, name: nothing, type: 'Sign' }]],
      ['level = 3', 'name gone', '@type = Lamp,Sign'],
    ],
    [
      'batch delete',
      ['post', '/entityOperations/delete', ['{id}']],
      ['level gone', 'level b gone', 'name gone', '@scope gone'],
    ],
  ])('%s', async (...one) => check(one));

  it('the end of an Entity by its expiresAt ends its scopes and takes nothing from it, and another one begins anew', async () => {
    const expiresAt = new Date((broker.clock.now() + 10 * SECOND) / 1000).toISOString();
    await check(['', ['patch', '/entities/{id}', { expiresAt, name: 'y' }], ['name = y']]);
    broker.clock.advance(11 * SECOND);
    await send(['patch', '/entities/{id}', { name: 'z' }]).expect(404);
    const all = await history();
    expect(all.map(inShort).sort()).toEqual([...created, 'name = y', '@scope gone'].sort());
    const times = all.map(({ deletedAt }) => deletedAt).filter((at) => at !== undefined);
    expect(new Set(times)).toEqual(new Set([Date.parse(expiresAt) * 1000]));
    await send(['post', '/entities', { id: '{id}', type: 'Lamp', name: 'z' }]).expect(201);
    expect((await history()).map(inShort)).toContain('name = z');
  });

  it('the end of an instance by its expiresAt takes nothing from it', async () => {
    const expiresAt = new Date((broker.clock.now() + 10 * SECOND) / 1000).toISOString();
    await check(['', ['patch', '/entities/{id}', { more: { value: 1, expiresAt } }], ['more = 1']]);
    broker.clock.advance(11 * SECOND);
    await send(['patch', '/entities/{id}', { name: 'y' }]).expect(204);
    expect((await history()).map(inShort).sort()).toEqual([...created, 'more = 1', 'name = y'].sort());
  });
});
