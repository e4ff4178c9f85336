import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../broker/domain/entity.ts';
import { coreUrl } from '../../../broker/jsonld/core-versions.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { CITY_CONTEXT } from '../notifications/notifying-broker.ts';
import {
  attributesOf,
  type ContextsBroker,
  contextPage,
  contextsBroker,
  ERRORS,
  linkTo,
  pathOf,
  TEMPERATURE,
  urlAt,
  WEB_CONTEXT,
} from './contexts-broker.ts';

const TERMS = { temp: TEMPERATURE };
const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;

describe('/jsonldContexts', () => {
  const folder = tempFolder();
  let broker: ContextsBroker;
  beforeEach(async () => {
    broker = await contextsBroker();
  });
  const get = (path: string) => broker.api.get(path);
  const list = async (query = '') => (await get(`/jsonldContexts${query}`).expect(200)).body;
  const use = (context: Json = WEB_CONTEXT, id?: string) => attributesOf(broker, context, id);

  describe('Add @context (clauses 5.13.2, 6.29.3.1)', () => {
    const post = (body: Json | string) =>
      broker.api
        .post('/jsonldContexts')
        .set('Content-Type', 'application/json')
        .send(typeof body === 'string' ? body : JSON.stringify(body));

    it('answers 201 with the relative path of what it stored, and nothing else', async () => {
      const { headers, text } = await post({ '@context': TERMS, other: 1 }).expect(201);
      expect(headers['location']).toMatch(
        /^\/ngsi-ld\/v1\/jsonldContexts\/urn:ngsi-ld:Context:[0-9a-f-]{36}$/,
      );
      expect(text).toBe('');
      const path = String(headers['location']).slice('/ngsi-ld/v1'.length);
      expect((await get(path).expect(200)).body).toEqual({ '@context': TERMS });
    });

    it.each<[string, Json | string, string]>([
      ['no @context', { temp: TEMPERATURE }, 'InvalidRequest'],
      ['an array', [{ '@context': TERMS }], 'InvalidRequest'],
      ['what is not JSON', '{"@context" {}}', 'InvalidRequest'],
      ['a number', { '@context': 42 }, 'BadRequestData'],
      ['a boolean', { '@context': false }, 'BadRequestData'],
      ['a number in an array', { '@context': ['https://away.example/', 7] }, 'BadRequestData'],
      ['a scoped context', { '@context': { T: { '@id': 'urn:t', '@context': {} } } }, 'BadRequestData'],
      ['a term without IRI', { '@context': { t: { '@id': 5 } } }, 'BadRequestData'],
    ])('refuses %s, and stores nothing', async (_what, body, type) => {
      const answer = await post(body).expect(400);
      expect(answer.body.type).toBe(ERRORS + type);
      expect(answer.headers['location']).toBeUndefined();
      expect(await list('?kind=Hosted')).toEqual([]);
    });

    it('takes an @context that points to one that is away: whether that is valid shows when it is there', async () => {
      broker.web.pages.set('https://away.example/c.jsonld', { status: 500 });
      const path = await broker.host(['https://away.example/c.jsonld', TERMS]);
      await broker.api
        .get('/entities?type=T')
        .set('Link', linkTo(urlAt(path)))
        .expect(504);
    });

    it('takes it as application/ld+json, too', async () => {
      const request = broker.api.post('/jsonldContexts').set('Content-Type', 'application/ld+json');
      await request.send({ '@context': TERMS }).expect(201);
    });
  });

  describe('a Hosted @context in use (clause 5.13.1)', () => {
    it('holds by its URL here, in bodies and Link headers, and nobody is asked for it', async () => {
      const path = await broker.host(TERMS);
      const url = urlAt(path);
      expect(await use(url)).toEqual([TEMPERATURE]);
      expect(await use([url])).toEqual([TEMPERATURE]);
      const entity = { id: 'urn:e:2', type: 'T', temp: 1 };
      await broker.api.post('/entities').set('Link', linkTo(url)).send(entity).expect(201);
      const read = await get('/entities/urn:e:2').set('Link', linkTo(url)).expect(200);
      expect(read.body).toHaveProperty('temp');
      expect(read.headers['link']).toBe(linkTo(url));
      expect(broker.web.asked).toEqual([]);
    });

    it('is known by whatever name a client has for this broker', async () => {
      const path = await broker.host(TERMS);
      expect(await use(`http://localhost:9090/proxy/ngsi-ld/v1${path}`)).toEqual([TEMPERATURE]);
      expect(broker.web.asked).toEqual([]);
    });

    it('may consist of URLs, which are then Cached', async () => {
      const path = await broker.host([WEB_CONTEXT]);
      expect(await use(urlAt(path))).toEqual([TEMPERATURE]);
      expect(await broker.details(pathOf(WEB_CONTEXT))).toMatchObject({ kind: 'Cached', URL: WEB_CONTEXT });
    });

    it('that leads back to itself is refused', async () => {
      const loop = 'https://loop.example/c.jsonld';
      broker.web.pages.set(loop, { status: 500 });
      const path = await broker.host([loop]);
      broker.web.pages.set(loop, contextPage(`http://localhost:9090/ngsi-ld/v1${path}`));
      broker.clock.advance(SECOND);
      const refused = await broker.api
        .get('/entities?type=T')
        .set('Link', linkTo(urlAt(path)))
        .expect(400);
      expect(refused.body.detail).toMatch(/includes itself/);
    });

    it('outlives a restart, as does a Cached one, without a network', async () => {
      const path = join(folder, 'broker.db');
      const before = await contextsBroker({ path });
      const hosted = await before.host(TERMS);
      await attributesOf(before, WEB_CONTEXT);
      await before.crash();
      const after = await contextsBroker({ path });
      after.web.pages.clear();
      expect(await attributesOf(after, urlAt(hosted))).toEqual([TEMPERATURE]);
      expect(await attributesOf(after, WEB_CONTEXT)).toEqual([TEMPERATURE]);
      expect(after.web.asked).toEqual([]);
    });

    it('is over for all who used it when it is deleted', async () => {
      const path = await broker.host(TERMS);
      await use(urlAt(path));
      await broker.api.delete(path).expect(204);
      const refused = await broker.api
        .get('/entities?type=T')
        .set('Link', linkTo(urlAt(path)))
        .expect(504);
      expect(refused.body.type).toBe(`${ERRORS}LdContextNotAvailable`);
      expect(broker.web.asked).toEqual([]);
    });
  });

  describe('List @contexts (clauses 5.13.3, 6.29.3.2)', () => {
    it('lists URLs in order of creation, and last what the broker comes with', async () => {
      const path = await broker.host(TERMS);
      await use();
      const urls = await list();
      expect(urls.slice(0, 2)).toEqual([urlAt(path), WEB_CONTEXT]);
      expect(urls).toContain(coreUrl('1.9'));
      expect(urls).toContain(CITY_CONTEXT);
      expect(await list('?details=false')).toEqual(urls);
    });

    it('lists one kind', async () => {
      const path = await broker.host(TERMS);
      await use();
      expect(await list('?kind=Hosted')).toEqual([urlAt(path)]);
      expect(await list('?kind=Cached')).toEqual(expect.arrayContaining([WEB_CONTEXT, coreUrl('1.9')]));
      expect(await list('?kind=Cached')).not.toContain(urlAt(path));
      for (const name of ['ImplicitlyCreated', 'ImplicitlyGenerated'])
        expect(await list(`?kind=${name}`)).toEqual([]);
    });

    it('lists metadata with details', async () => {
      const path = await broker.host(TERMS);
      expect(await list('?details=true&kind=Hosted')).toEqual([
        {
          URL: urlAt(path),
          localId: path.split('/')[2],
          kind: 'Hosted',
          createdAt: expect.stringMatching(/^2026-06-01T12:00:00\.\d+Z$/),
          numberOfHits: 0,
        },
      ]);
      const cached = await list('?details=true&kind=Cached');
      expect(cached.find(({ URL }: { URL: string }) => URL === coreUrl('1.9'))).toEqual({
        URL: coreUrl('1.9'),
        localId: expect.stringMatching(/^urn:ngsi-ld:Context:/),
        kind: 'Cached',
        createdAt: expect.any(String),
        extraInfo: 'built in',
      });
    });

    it('gives pages when they are asked for', async () => {
      const paths = [];
      for (const name of ['a', 'b', 'c']) paths.push(await broker.host({ [name]: `urn:${name}` }));
      const page = await get('/jsonldContexts?kind=Hosted&limit=1&offset=1&count=true').expect(200);
      expect(page.body).toEqual([urlAt(paths[1] ?? '')]);
      expect(page.headers['ngsild-results-count']).toBe('3');
      expect(page.headers['link']).toMatch(/offset=0.*rel="prev".*offset=2.*rel="next"/);
      const rest = await get('/jsonldContexts?kind=Hosted&offset=1').expect(200);
      expect(rest.body).toHaveLength(2);
      expect(rest.headers['link']).toBeUndefined();
    });

    it.each(['kind=other', 'kind=cached', 'details=other', 'details=true&kind=other', 'limit=0', 'limit=x'])(
      'refuses %s',
      async (query) => {
        const { body } = await get(`/jsonldContexts?${query}`).expect(400);
        expect(body.type).toBe(`${ERRORS}BadRequestData`);
      },
    );
  });

  describe('Serve @context (clauses 5.13.4, 6.30.3.1)', () => {
    it('serves the document as JSON, or as JSON-LD', async () => {
      const path = await broker.host(TERMS);
      const json = await get(path).expect(200);
      expect(json.headers['content-type']).toBe('application/json');
      const jsonLd = await get(`${path}?details=false`).set('Accept', 'application/ld+json').expect(200);
      expect(jsonLd.headers['content-type']).toBe('application/ld+json');
      expect(JSON.parse(jsonLd.text)).toEqual(json.body);
    });

    it('tells of a Cached one by its original URL or its local identifier, and serves it by neither', async () => {
      await use();
      const details = await broker.details(pathOf(WEB_CONTEXT));
      expect(details).toMatchObject({ URL: WEB_CONTEXT, kind: 'Cached' });
      const localId = String(details['localId']);
      expect(await broker.details(pathOf(localId))).toMatchObject({ URL: WEB_CONTEXT, localId });
      for (const id of [WEB_CONTEXT, localId, coreUrl('1.9'), CITY_CONTEXT]) {
        const { body } = await get(pathOf(id)).expect(422);
        expect(body.type).toBe(`${ERRORS}OperationNotSupported`);
      }
    });

    it('takes the URL here for the local identifier', async () => {
      const path = await broker.host(TERMS);
      await get(pathOf(urlAt(path))).expect(200);
    });

    it('tells when the copy was made and when it expires, by the headers that came with it (clause 6.3.16)', async () => {
      broker.web.pages.set(WEB_CONTEXT, contextPage(TERMS, { 'cache-control': 'max-age=7200' }));
      await use();
      const { createdAt, expiresAt } = await broker.details(pathOf(WEB_CONTEXT));
      expect(Date.parse(String(expiresAt)) - Date.parse(String(createdAt))).toBe(7_200_000);
    });

    it.each(['urn:ngsi-ld:Context:none', 'wrong', 'https://none.example/', 'http:'])(
      'answers 404 to %s',
      async (id) => {
        for (const query of ['', '?details=true']) {
          const { body } = await get(pathOf(id) + query).expect(404);
          expect(body.type).toBe(`${ERRORS}ResourceNotFound`);
          expect(body.detail).toContain(id);
        }
      },
    );

    it('refuses other parameters and values', async () => {
      const path = await broker.host(TERMS);
      await get(`${path}?details=other`).expect(400);
      await get(`${path}?kind=Hosted`).expect(400);
    });
  });

  describe('Delete and Reload @context (clauses 5.13.5, 6.30.3.2)', () => {
    const remove = (id: string, query = '') => broker.api.delete(pathOf(id) + query);

    it('deletes a Hosted one', async () => {
      const path = await broker.host(TERMS);
      const answer = await broker.api.delete(path).expect(204);
      expect(answer.text).toBe('');
      await get(path).expect(404);
      await broker.api.delete(path).expect(404);
      expect(await list('?kind=Hosted')).toEqual([]);
    });

    it('deletes a Cached one by its original URL: it is downloaded again when it is needed', async () => {
      await use();
      await remove(WEB_CONTEXT, '?reload=false').expect(204);
      await get(`${pathOf(WEB_CONTEXT)}?details=true`).expect(404);
      await use();
      expect(broker.web.asked).toEqual([WEB_CONTEXT, WEB_CONTEXT]);
      expect(await broker.details(pathOf(WEB_CONTEXT))).toMatchObject({ numberOfHits: 1 });
    });

    it('reloads a Cached one: the new content holds at once', async () => {
      await use();
      const before = await broker.details(pathOf(WEB_CONTEXT));
      broker.web.pages.set(WEB_CONTEXT, contextPage({ temp: 'https://city.example/temperament' }));
      await remove(WEB_CONTEXT, '?reload=true').expect(204);
      expect(await use()).toEqual(['https://city.example/temperament']);
      const after = await broker.details(pathOf(WEB_CONTEXT));
      expect(after['localId']).toBe(before['localId']);
      expect(Date.parse(String(after['createdAt']))).toBeGreaterThanOrEqual(
        Date.parse(String(before['createdAt'])),
      );
      expect(after['createdAt']).not.toBe(before['createdAt']);
    });

    it.each([
      ['away', { status: 404 }],
      ['not to be reached', new Error('refused')],
      ['not JSON', { status: 200, text: '<html>' }],
      ['no valid @context', contextPage({ temp: { '@id': 5 } })],
    ])('answers 504 when the new one is %s, and the copy stays', async (_what, page) => {
      await use();
      const before = await broker.details(pathOf(WEB_CONTEXT));
      broker.web.pages.set(WEB_CONTEXT, page);
      const { body } = await remove(WEB_CONTEXT, '?reload=true').expect(504);
      expect(body.type).toBe(`${ERRORS}LdContextNotAvailable`);
      expect(body.detail).toContain(WEB_CONTEXT);
      expect(await use()).toEqual([TEMPERATURE]);
      expect(await broker.details(pathOf(WEB_CONTEXT))).toMatchObject({ createdAt: before['createdAt'] });
      await remove(WEB_CONTEXT).expect(204);
    });

    it('does not reload what is no copy', async () => {
      const path = await broker.host(TERMS);
      const { body } = await broker.api.delete(`${path}?reload=true`).expect(400);
      expect(body.type).toBe(`${ERRORS}BadRequestData`);
      await get(path).expect(200);
    });

    it('answers 404 to an identifier that is none, 400 when it is no URI and is to be reloaded', async () => {
      await remove('wrong').expect(404);
      await remove('urn:ngsi-ld:Context:none', '?reload=true').expect(404);
      await remove('wrong', '?reload=true').expect(400);
      await remove('wrong', '?reload=other').expect(400);
    });

    it('keeps what the broker comes with; the core @context is always as it is published', async () => {
      for (const id of [coreUrl('1.9'), coreUrl('1.6'), CITY_CONTEXT]) await remove(id).expect(400);
      await remove(coreUrl('1.9'), '?reload=true').expect(204);
      await remove(CITY_CONTEXT, '?reload=true').expect(400);
      expect(broker.web.asked).toEqual([]);
    });
  });

  describe('usage (clause 5.13.3.5)', () => {
    it('counts the requests that need an @context, and tells of the last', async () => {
      await use();
      broker.clock.advance(HOUR / 2);
      const first = await broker.details(pathOf(WEB_CONTEXT));
      expect(first['numberOfHits']).toBe(1);
      await use([WEB_CONTEXT], 'urn:e:2');
      const second = await broker.details(pathOf(WEB_CONTEXT));
      // The request for its details has found it, too.
      expect(second['numberOfHits']).toBe(3);
      expect(
        Date.parse(String(second['lastUsage'])) - Date.parse(String(first['lastUsage'])),
      ).toBeGreaterThanOrEqual(1_800_000);
    });

    it('counts serving', async () => {
      const path = await broker.host(TERMS);
      expect(await broker.details(path)).not.toHaveProperty('lastUsage');
      await get(path).expect(200);
      expect(await broker.details(path)).toMatchObject({ numberOfHits: 2, lastUsage: expect.any(String) });
    });
  });
});
