import { beforeEach, describe, expect, it } from '@jest/globals';
import { brokerUnderTest, CITY_CONTEXT, contextLink, ERRORS } from './broker-under-test.ts';

const broker = brokerUnderTest();
const id = 'urn:ngsi-ld:Tagged:1';
const path = `/entities/${id}`;

beforeEach(async () => {
  await broker.api.delete(path);
  await broker.api
    .post('/entities')
    .send({ id, type: 'Tagged', level: { value: 1 } })
    .expect(201);
});

const tagOf = async (target = path, headers: Record<string, string> = {}): Promise<string> =>
  (await broker.api.get(target).set(headers).expect(200)).headers['etag'] as string;
const patch = (level: number) => broker.api.patch(path).send({ level: { value: level } });

describe('ETag of a retrieve (RFC 9110 section 8.8.3)', () => {
  it('is strong, stays while the Entity does, and moves with it', async () => {
    const tag = await tagOf();
    expect(tag).toMatch(/^"[\w.-]+"$/);
    expect(await tagOf()).toBe(tag);
    await patch(1).expect(204);
    expect(await tagOf()).toBe(tag);
    await patch(2).expect(204);
    expect(await tagOf()).not.toBe(tag);
  });

  it('is another one for another representation', async () => {
    const tags = [
      await tagOf(),
      await tagOf(`${path}?options=keyValues`),
      await tagOf(`${path}?options=sysAttrs`),
      await tagOf(path, { Accept: 'application/ld+json' }),
      await tagOf(path, { Link: contextLink(CITY_CONTEXT) }),
      (await broker.api.get(path).set('Prefer', 'ngsi-ld=1.4')).headers['etag'],
      await tagOf(path, { Accept: 'application/geo+json' }),
      await tagOf(path, { Accept: 'application/geo+json', Prefer: 'body=json' }),
    ];
    expect(new Set(tags).size).toBe(tags.length);
    expect(await tagOf(path, { Link: contextLink(CITY_CONTEXT) })).toBe(tags[4]);
  });

  it('comes with the headers that choose the answer, for caches in between, as all reads do', async () => {
    const varies = 'Accept, Link, NGSILD-Tenant, Prefer, X-API-Key';
    const tag = await tagOf();
    const reads = [
      await broker.api.get(path),
      await broker.api.head(path),
      await broker.api.get(path).set('If-None-Match', tag),
      await broker.api.get('/entities?type=Tagged'),
      await broker.api.get('/temporal/entities/urn:ngsi-ld:Tagged:none'),
    ];
    expect(reads.map(({ status, headers }) => [status, headers['vary']])).toEqual(
      [200, 200, 304, 200, 404].map((status) => [status, varies]),
    );
    expect((await patch(7)).headers['vary']).toBeUndefined();
  });

  it('moves when an Attribute expires, and when the Entity is deleted and created again', async () => {
    const expiresAt = new Date(broker.clock.now() / 1000 + 5_000).toISOString();
    await broker.api
      .post(`${path}/attrs`)
      .send({ fading: { value: 1, expiresAt } })
      .expect(204);
    const tag = await tagOf();
    broker.clock.advance(5_000_000);
    const faded = await tagOf();
    expect(faded).not.toBe(tag);
    await broker.api.delete(path).expect(204);
    await broker.api.post('/entities').send({ id, type: 'Tagged', level: { value: 1 } });
    expect([tag, faded]).not.toContain(await tagOf());
  });

  it('is not there where the answer shows linked Entities as well', async () => {
    const { headers } = await broker.api.get(`${path}?join=flat`).expect(200);
    expect(headers).not.toHaveProperty('etag');
  });
});

describe('If-None-Match on a retrieve (RFC 9110 section 13.1.2)', () => {
  it('answers 304 without a body to who has the representation', async () => {
    const tag = await tagOf();
    for (const known of [tag, `W/${tag}`, `"a-b", ${tag}`, '*']) {
      const { text, headers } = await broker.api.get(path).set('If-None-Match', known).expect(304);
      expect([text, headers['etag'], headers['content-length']]).toEqual(['', tag, undefined]);
    }
    await broker.api.head(path).set('If-None-Match', tag).expect(304);
    await broker.api.get(`${path}?options=keyValues`).set('If-None-Match', tag).expect(200);
    await patch(2).expect(204);
    await broker.api.get(path).set('If-None-Match', tag).expect(200);
  });
});

describe('If-Match on the writes of one Entity (RFC 9110 section 13.1.1)', () => {
  it('answers 412 when the Entity has changed, and writes nothing', async () => {
    const tag = await tagOf();
    await patch(2).set('If-Match', tag).expect(204);
    const { body } = await patch(3).set('If-Match', tag).expect(412);
    expect(body).toMatchObject({ type: `${ERRORS}InvalidRequest`, status: 412 });
    expect(body.detail).toContain(id);
    expect((await broker.api.get(`${path}?options=keyValues`)).body.level).toBe(2);
  });

  it('lets one of two writers win', async () => {
    const tag = await tagOf();
    const answers = await Promise.all([10, 11, 12].map((level) => patch(level).set('If-Match', tag)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 412, 412]);
  });

  it.each([
    ['put', path, { id, type: 'Tagged', level: 5 }],
    ['post', `${path}/attrs`, { other: 5 }],
    ['patch', `${path}/attrs`, { level: 5 }],
    ['patch', `${path}/attrs/level`, { value: 5 }],
    ['put', `${path}/attrs/level`, { type: 'Property', value: 5 }],
    ['delete', `${path}/attrs/level`, undefined],
    ['delete', path, undefined],
  ] as const)('holds for %s %s', async (method, target, body) => {
    const send = (tag: string) => {
      const request = broker.api[method](target).set('If-Match', tag);
      return body === undefined ? request : request.send(body);
    };
    const tag = await tagOf(`${path}?options=keyValues`);
    expect((await send(`"1-x", W/${tag}`)).status).toBe(412);
    expect((await send(`"1-x", ${tag}`)).status).toBe(204);
  });

  it('takes * for whatever is there, and says 404 where nothing is', async () => {
    await patch(2).set('If-Match', '*').expect(204);
    await broker.api.patch('/entities/urn:a:lost').send({ level: 1 }).set('If-Match', '*').expect(404);
  });

  it('has its opposite in If-None-Match', async () => {
    const tag = await tagOf();
    await patch(2).set('If-None-Match', tag).expect(412);
    await patch(2).set('If-None-Match', '*').expect(412);
    await patch(2).set('If-None-Match', '"1-x"').expect(204);
  });
});
