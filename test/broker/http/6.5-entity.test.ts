import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, CITY_CONTEXT, contextLink, ERRORS, TEMPERATURE } from './broker-under-test.ts';

const broker = brokerUnderTest();
const ID = 'urn:ngsi-ld:Room:1';
const PATH = `/entities/${ID}`;
const NULL = 'urn:ngsi-ld:null';

const room: JsonObject = {
  id: ID,
  type: 'Room',
  scope: '/House',
  level: { type: 'Property', value: 1, unitCode: 'C62', source: { type: 'Property', value: 'plan' } },
  size: { type: 'Property', value: { width: 3, length: { m: 4, cm: 20 } } },
  name: { type: 'LanguageProperty', languageMap: { en: 'Hall', nl: 'Gang' } },
  door: { type: 'Relationship', object: 'urn:ngsi-ld:Door:1', observedAt: '2026-05-01T00:00:00Z' },
};

beforeEach(async () => {
  await broker.api.delete(PATH);
  await broker.api.post('/entities').send(room).expect(201);
});

async function read(search = ''): Promise<JsonObject> {
  return (await broker.api.get(PATH + search).expect(200)).body;
}

describe('GET /entities/{entityId} (clause 6.5.3.1)', () => {
  it.each([
    ['', room],
    ['?type=Room,Hall', room],
    ['?attrs=level', { id: ID, type: 'Room', scope: '/House', level: room['level'] }],
    ['?pick=type,level&format=simplified', { type: 'Room', level: 1 }],
    [
      '?omit=id,type,scope,size,door,level&format=concise',
      { name: { languageMap: { en: 'Hall', nl: 'Gang' } } },
    ],
    ['?pick=name&lang=nl,en;q=0.5', { name: { type: 'Property', value: 'Gang', lang: 'nl' } }],
    ['?pick=door&options=keyValues', { door: 'urn:ngsi-ld:Door:1' }],
  ])('%s', async (search, expected) => {
    expect(await read(search)).toEqual(expected);
  });

  it.each([
    ['/entities/urn:ngsi-ld:Room:none', 404, 'ResourceNotFound'],
    [`${PATH}?type=Hall`, 404, 'ResourceNotFound'],
    [`${PATH}?attrs=nothing`, 404, 'ResourceNotFound'],
    [`${PATH}?pick=nothing`, 404, 'ResourceNotFound'],
    ['/entities/room1', 400, 'BadRequestData'],
    ['/entities//', 400, 'BadRequestData'],
    [`${PATH}?geometryProperty=location`, 400, 'BadRequestData'],
    [`${PATH}?q=level`, 400, 'InvalidRequest'],
  ])('refuses %s with %i', async (path, status, type) => {
    const response = await broker.api.get(path);
    expect([response.status, response.body.type]).toEqual([status, ERRORS + type]);
  });

  it('takes the id percent-encoded as well', async () => {
    const { body } = await broker.api.get(`/entities/${encodeURIComponent(ID)}`).expect(200);
    expect(body.id).toBe(ID);
  });

  it('is a Feature for Accept: application/geo+json, whatever is picked (clause 4.5.16)', async () => {
    const geometry = { type: 'Point', coordinates: [4, 51] };
    await broker.api.post(`${PATH}/attrs`).send({ entrance: geometry }).expect(204);
    const feature = async (search: string) =>
      JSON.parse(
        (
          await broker.api
            .get(PATH + search)
            .set('Accept', 'application/geo+json')
            .buffer(true)
            .expect(200)
        ).text,
      );
    expect(await feature('?pick=id,level&format=simplified&geometryProperty=entrance')).toMatchObject({
      id: ID,
      type: 'Feature',
      geometry,
      properties: { level: 1 },
    });
    expect(await feature('')).toMatchObject({ geometry: null, properties: { type: 'Room' } });
  });

  it('answers 406 with what there is, before anything is done', async () => {
    const { body } = await broker.api.get(PATH).set('Accept', 'text/html').expect(406);
    expect(body.detail).toContain('application/ld+json');
  });
});

describe('PUT /entities/{entityId} (clause 6.5.3.3)', () => {
  it('replaces everything but createdAt', async () => {
    const { createdAt } = await read('?options=sysAttrs');
    broker.clock.advance(1_000_000);
    await broker.api.put(PATH).send({ id: ID, type: 'Hall', light: 5 }).expect(204);
    const after = await read('?options=sysAttrs');
    expect(after).toMatchObject({ id: ID, type: 'Hall', createdAt, light: { value: 5 } });
    expect(after['modifiedAt']).not.toBe(createdAt);
    expect(Object.keys(after).sort()).toEqual(['createdAt', 'id', 'light', 'modifiedAt', 'type']);
  });

  it('does without the id in the body, which the path tells', async () => {
    await broker.api.put(PATH).send({ type: 'Hall' }).expect(204);
    expect(await read()).toEqual({ id: ID, type: 'Hall' });
  });

  it.each([
    [PATH, { id: 'urn:ngsi-ld:Room:2', type: 'Room' }, 400],
    [PATH, { id: ID }, 400],
    [PATH, { id: ID, type: 'Room', level: NULL }, 400],
    ['/entities/urn:ngsi-ld:Room:none', { type: 'Room' }, 404],
    [`${PATH}?type=Hall`, { type: 'Room' }, 404],
  ])('refuses %s with %j', async (path, body, status) => {
    await broker.api.put(path).send(body).expect(status);
    expect(await read()).toEqual(room);
  });
});

describe('PATCH /entities/{entityId} (clause 6.5.3.4)', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['a new Attribute', { light: 3 }, { light: { type: 'Property', value: 3 } }],
    [
      'a value, the rest of the Attribute stays',
      { level: 2 },
      { level: { ...(room['level'] as JsonObject), value: 2 } },
    ],
    [
      'an object value, member by member',
      { size: { value: { length: { cm: NULL, mm: 7 } } } },
      { size: { type: 'Property', value: { width: 3, length: { m: 4, mm: 7 } } } },
    ],
    [
      'one language',
      { name: { languageMap: { nl: 'Hal' } } },
      { name: { type: 'LanguageProperty', languageMap: { en: 'Hall', nl: 'Hal' } } },
    ],
    [
      'a sub-Attribute away',
      { level: { type: 'Property', source: NULL } },
      { level: { type: 'Property', value: 1, unitCode: 'C62' } },
    ],
    ['a type more', { type: 'Hall' }, { type: ['Room', 'Hall'] }],
    ['other scopes', { scope: ['/A', '/B'] }, { scope: ['/A', '/B'] }],
  ])('merges %s', async (_what, fragment, changed) => {
    await broker.api.patch(PATH).send(fragment).expect(204);
    expect(await read()).toEqual({ ...room, ...changed });
  });

  it('removes an Attribute and the scope by NGSI-LD Null, and what is not there without complaint', async () => {
    await broker.api.patch(PATH).send({ level: NULL, scope: NULL, nothing: NULL }).expect(204);
    const { level: _level, scope: _scope, ...rest } = room;
    expect(await read()).toEqual(rest);
  });

  it('fills in observedAt where there was one, and keeps kinds with format=simplified', async () => {
    await broker.api
      .patch(`${PATH}?format=simplified&observedAt=2026-05-02T00:00:00Z&lang=nl`)
      .send({ door: 'urn:ngsi-ld:Door:2', level: 4, name: 'Inkom' })
      .expect(204);
    expect(await read()).toMatchObject({
      door: { type: 'Relationship', object: 'urn:ngsi-ld:Door:2', observedAt: '2026-05-02T00:00:00Z' },
      level: { type: 'Property', value: 4 },
      name: { type: 'LanguageProperty', languageMap: { en: 'Hall', nl: 'Inkom' } },
    });
    expect((await read())['level']).not.toHaveProperty('observedAt');
  });

  it.each(['f r', 'fr,nl', '*', ''])('answers 400 to lang=%s, which is no language tag', async (lang) => {
    await broker.api.patch(PATH).query({ lang }).send({ name: 'Hal' }).expect(400);
    expect(await read('?pick=name')).toEqual({ name: room.name });
  });

  it('takes a text, or several, in the language of the request (table 6.5.3.4-1)', async () => {
    await broker.api
      .patch(`${PATH}?lang=nl`)
      .send({ name: 'Inkom', level: ['a', 'b'] })
      .expect(204);
    await broker.api
      .patch(`${PATH}?lang=fr`)
      .send({ name: ['Entrée', 'Vestibule'] })
      .expect(204);
    await broker.api
      .patch(`${PATH}?lang=de&options=simplified`)
      .send({ name: ['Flur'] })
      .expect(204);
    const languageMap = { en: 'Hall', nl: 'Inkom', fr: ['Entrée', 'Vestibule'], de: ['Flur'] };
    expect(await read('?pick=name,level')).toMatchObject({
      name: { type: 'LanguageProperty', languageMap },
      level: { type: 'Property', value: ['a', 'b'] },
    });
  });

  it('takes format before options', async () => {
    await broker.api.patch(`${PATH}?format=simplified&options=keyValues`).send({ level: 3 }).expect(204);
    const { body } = await broker.api.patch(`${PATH}?format=concise&options=keyValues`).send({ level: 4 });
    expect(body.detail).toContain('concise');
    expect(await read('?pick=level&format=simplified&options=normalized')).toEqual({ level: 3 });
  });

  it('takes application/merge-patch+json', async () => {
    const patch = broker.api.patch(PATH).set('Content-Type', 'application/merge-patch+json');
    await patch.send('{"level":9}').expect(204);
    expect(await read('?pick=level&format=simplified')).toEqual({ level: 9 });
  });

  it('is no change when nothing differs: modifiedAt stays and nobody is matched', async () => {
    const before = await read('?options=sysAttrs');
    const matched = broker.matched.length;
    broker.clock.advance(1_000_000);
    await broker.api.patch(PATH).send({ level: 1 }).expect(204);
    expect(await read('?options=sysAttrs')).toEqual(before);
    expect(broker.matched).toHaveLength(matched);
  });

  it.each<[string, string, Json, number, RegExp]>([
    ['another kind', PATH, { level: { type: 'Relationship', object: 'urn:a:b' } }, 400, /level/],
    ['another id', PATH, { id: 'urn:a:b', level: 2 }, 400, /id/],
    ['no such Entity', '/entities/urn:ngsi-ld:Room:none', { level: 2 }, 404, /Room:none/],
    ['another type', `${PATH}?type=Hall`, { level: 2 }, 404, /Room/],
    ['a format', `${PATH}?format=concise`, { level: 2 }, 400, /concise/],
    ['a time', `${PATH}?observedAt=yesterday`, { level: 2 }, 400, /observedAt/],
  ])('refuses %s', async (_what, path, body, status, detail) => {
    const response = await broker.api.patch(path).send(body as object);
    expect(response.status).toBe(status);
    expect(response.body.detail).toMatch(detail);
    expect(await read()).toEqual(room);
  });
});

describe('DELETE /entities/{entityId} (clause 6.5.3.2)', () => {
  it('answers 204 without a length, then 404', async () => {
    const response = await broker.api.delete(PATH).expect(204);
    expect(response.headers).not.toHaveProperty('content-length');
    await broker.api.get(PATH).expect(404);
    const { body } = await broker.api.delete(PATH).expect(404);
    expect(body.detail).toContain(ID);
    expect(broker.matched.at(-1)).toMatchObject({ change: { kind: 'deleted', before: { id: ID } } });
  });

  it('answers 404 when the Entity has another type, and 400 for an id that is no URI', async () => {
    await broker.api.delete(`${PATH}?type=Hall`).expect(404);
    await broker.api.delete('/entities/room').expect(400);
    expect(await read()).toEqual(room);
  });
});

it('expands the type and the names in the path with the @context of the Link', async () => {
  await broker.api.patch(PATH).set('Link', contextLink(CITY_CONTEXT)).send({ temp: 20 }).expect(204);
  expect(await read(`?pick=${encodeURIComponent(TEMPERATURE)}`)).toEqual({
    [TEMPERATURE]: { type: 'Property', value: 20 },
  });
  await broker.api.delete(`${PATH}/attrs/temp`).expect(404);
  await broker.api.delete(`${PATH}/attrs/temp`).set('Link', contextLink(CITY_CONTEXT)).expect(204);
});

it('answers 415 to packed bodies, and says that they may not be (RFC 9110 12.5.3)', async () => {
  const put = (coding: string) =>
    broker.api.put(PATH).set('Content-Type', 'application/json').set('Content-Encoding', coding).send('{}');
  const { headers, text } = await put('gzip').expect(415);
  expect([headers['accept-encoding'], text]).toEqual(['identity', '']);
  await put('Identity').expect(({ status }) => expect(status).not.toBe(415));
});

it('answers 405 with Allow, 415 and 411 (clauses 6.3.2, 6.3.4)', async () => {
  const wrong = await broker.api.post(PATH).send({});
  expect([wrong.status, wrong.headers['allow']]).toEqual([405, 'GET, PUT, PATCH, DELETE, HEAD, OPTIONS']);
  const typed = await broker.api.put(PATH).set('Content-Type', 'text/plain').send('{}').expect(415);
  expect(typed.text).toBe('');
});

it.each(['put', 'patch'] as const)(
  'refuses %s without an id (clauses 5.6.17.4, 5.6.18.4)',
  async (method) => {
    const { body } = await broker.api[method]('/entities/').send({}).expect(400);
    expect(body).toMatchObject({
      type: expect.stringMatching(/BadRequestData$/),
      detail: expect.stringContaining('entityId'),
    });
  },
);
