import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { badRequest, NgsiLdError } from '../../../broker/domain/errors.ts';
import { createStreamsBinding, type LiveStreams, type StreamSink } from '../../../broker/http/streams.ts';
import { apiKeyCheck, hashKey } from '../../../runtime/api-keys.ts';
import { corsPolicy } from '../../../runtime/cors.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { ERRORS } from './broker-under-test.ts';

const KEY = 'a long random text';
const ID = 'urn:ngsi-ld:Subscription:1';
const PAGE = 'https://dashboard.example';

import { eventually } from '../../support/eventually.ts';

type StreamRequest = Parameters<LiveStreams['prepare']>[0];

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

interface Options {
  readonly keys?: readonly string[];
  readonly takesKeyInUrl?: boolean;
  readonly isFull?: () => boolean;
  /** What the streams find out before one may be opened; several at once where it is one promise. */
  readonly prepared?: Promise<void>;
  readonly open?: (sink: StreamSink) => void;
  readonly logged?: string[];
}

/** A binding in front of streams that only say what was asked of them, and end at once. */
async function binding(options: Options = {}) {
  const asked: StreamRequest[] = [];
  const streams: LiveStreams = {
    isFull: options.isFull ?? (() => false),
    prepare: async (request) => {
      asked.push(request);
      if (request.subscriptionId !== ID) throw new NgsiLdError('ResourceNotFound', 'no such Subscription');
      if (request.lastEventId === 'bad') throw badRequest('no such event');
      await options.prepared;
      return (sink) => {
        (options.open ?? ((to) => to.end()))(sink);
        return { drained: () => undefined, closed: () => undefined };
      };
    },
  };
  const check = apiKeyCheck((options.keys ?? []).map((key) => ({ name: 'test', sha256: hashKey(key) })));
  const serve = createStreamsBinding({
    streams,
    tenants: { hasTenant: (tenant) => tenant === '' || tenant === 'city' },
    cors: corsPolicy({ origins: [PAGE], methods: ['GET', 'HEAD'], exposed: ['NGSILD-Tenant'] }),
    isAllowed: (headers) => check(headers).allowed,
    takesKeyInUrl: options.takesKeyInUrl ?? false,
    log: createLogger({
      ...{ name: 'test', level: 'debug' },
      ...{ destination: { write: (line: string) => void options.logged?.push(line) } },
    }),
  });
  const server = createServer((request, response) => serve(request, response, request.url ?? ''));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { api: supertest(`http://127.0.0.1:${port}`), asked };
}

const once = (sink: StreamSink): void => {
  sink.write('event: notification\ndata: {}\n\n');
  sink.end();
};

describe('a request for a live stream', () => {
  it('is answered with events', async () => {
    const { api, asked } = await binding({ open: once });
    const answer = await api
      .get(`/${encodeURIComponent(ID)}`)
      .buffer(true)
      .expect(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    expect(answer.text).toBe('event: notification\ndata: {}\n\n');
    expect(asked).toEqual([{ tenant: '', subscriptionId: ID }]);
  });

  it.each([
    ['/', 404, 'ResourceNotFound'],
    ['', 404, 'ResourceNotFound'],
    [`/${ID}/`, 404, 'ResourceNotFound'],
    [`/${ID}/x`, 404, 'ResourceNotFound'],
    ['/urn:ngsi-ld:Subscription:2', 404, 'ResourceNotFound'],
    ['/no-uri', 400, 'BadRequestData'],
    ['/urn:x:a%20b', 400, 'BadRequestData'],
    ['/urn:x:%ff', 400, 'InvalidRequest'],
    [`/${ID}?tenant=nobody`, 404, 'NonexistentTenant'],
    [`/${ID}?tenant=a%20b`, 400, 'BadRequestData'],
    [`/${ID}?tenant=%ff`, 400, 'InvalidRequest'],
    [`/${ID}?limit=1`, 400, 'InvalidRequest'],
    [`/${ID}?tenant=city&tenant=city`, 400, 'InvalidRequest'],
    [`/${ID}?key=${encodeURIComponent(KEY)}`, 400, 'InvalidRequest'],
    [`/${ID}?lastEventId=bad`, 400, 'BadRequestData'],
  ])('%s is refused with %i %s', async (path, status, type) => {
    const { api } = await binding();
    const answer = await api.get(path).expect(status);
    expect(answer.body).toMatchObject({ type: ERRORS + type, status });
  });

  it('may name its tenant and the last event by header or URL, the header of the event first', async () => {
    const { api, asked } = await binding();
    const city = { 'NGSILD-Tenant': 'city' };
    const byHeader = await api.get(`/${ID}?lastEventId=old`).set(city).set('Last-Event-ID', 'new');
    expect([byHeader.status, byHeader.headers['ngsild-tenant']]).toEqual([200, 'city']);
    const byUrl = await api.get(`/${ID}?tenant=city&lastEventId=old`);
    expect([byUrl.status, byUrl.headers['ngsild-tenant']]).toEqual([200, 'city']);
    await api.get(`/${ID}?tenant=city&lastEventId=`).set(city).expect(200);
    expect(asked.map(({ tenant, lastEventId }) => [tenant, lastEventId])).toEqual([
      ['city', 'new'],
      ['city', 'old'],
      ['city', undefined],
    ]);
    const both = await api.get(`/${ID}?tenant=other`).set(city).expect(400);
    expect(both.body.detail).toContain('different tenants');
  });

  it.each([
    ['text/event-stream', 200],
    ['text/*;q=0.1', 200],
    ['application/json, */*;q=0.5', 200],
    ['', 200],
    ['application/json', 406],
    ['*/*, text/event-stream;q=0', 406],
  ])('that accepts %j is answered with %i', async (accept, status) => {
    const { api } = await binding();
    await api.get(`/${ID}`).set('Accept', accept).expect(status);
  });

  it.each(['post', 'put', 'patch', 'delete'] as const)('%s is refused with 405', async (method) => {
    const { api } = await binding();
    const answer = await api[method](`/${ID}`).expect(405);
    expect(answer.headers['allow']).toBe('GET, HEAD, OPTIONS');
  });

  it('HEAD tells what GET would, and opens nothing', async () => {
    const { api } = await binding({
      open: () => {
        throw new Error('a stream was opened');
      },
    });
    const answer = await api.head(`/${ID}`).expect(200);
    expect(answer.headers['content-type']).toBe('text/event-stream');
    await api.head('/urn:x:none').expect(404);
  });

  it('OPTIONS tells the methods, and pages of other origins what they may', async () => {
    const { api } = await binding({ keys: [KEY], open: once });
    const preflight = await api
      .options(`/${ID}`)
      .set({ Origin: PAGE, 'Access-Control-Request-Method': 'GET' })
      .set('Access-Control-Request-Headers', 'x-api-key, ngsild-tenant')
      .expect(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-headers': 'x-api-key, ngsild-tenant',
    });
    const options = await api.options(`/${ID}`).set('X-API-Key', KEY).expect(204);
    expect(options.headers['allow']).toBe('GET, HEAD, OPTIONS');
    const answer = await api.get(`/${ID}`).set({ Origin: PAGE, 'X-API-Key': KEY }).expect(200);
    expect(answer.headers['access-control-allow-origin']).toBe(PAGE);
    const refused = await api.get(`/${ID}`).set('Origin', PAGE).expect(401);
    expect(refused.headers['access-control-allow-origin']).toBe(PAGE);
  });

  it('needs a key where there are keys: by header, and by URL only where that is allowed', async () => {
    const byUrl = `/${ID}?key=${encodeURIComponent(KEY)}`;
    const strict = await binding({ keys: [KEY] });
    await strict.api.get(`/${ID}`).expect(401);
    await strict.api.get(`/${ID}`).set('Authorization', `Bearer ${KEY}`).expect(200);
    const refused = await strict.api.get(byUrl).expect(400);
    expect(refused.body.detail).toContain('STREAM_KEY_IN_URL');
    const logged: string[] = [];
    const open = await binding({ keys: [KEY], takesKeyInUrl: true, logged });
    await open.api.get(byUrl).expect(200);
    await open.api.get(`/${ID}?key=wrong`).expect(401);
    await open.api.get(byUrl).set('X-API-Key', 'wrong').expect(401);
    expect(logged.join()).toContain(`/streams/${ID}`);
    expect(decodeURIComponent(logged.join())).not.toContain(KEY);
  });

  it('is refused with 503 when there are too many', async () => {
    const { api } = await binding({ isFull: () => true });
    const answer = await api.get(`/${ID}`).expect(503);
    expect(answer.headers['retry-after']).toBe('30');
    expect(answer.body.detail).toContain('STREAM_LIMIT');
  });

  it('is refused with 503 when the last place went to another one of the same moment', async () => {
    let opened = 0;
    let go = (): void => undefined;
    const prepared = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { api, asked } = await binding({
      isFull: () => opened > 0,
      prepared,
      open: (sink) => {
        opened += 1;
        sink.end();
      },
    });
    const answers = Promise.all(Array.from({ length: 5 }, () => api.get(`/${ID}`)));
    await eventually(() => expect(asked).toHaveLength(5));
    go();
    const statuses = (await answers).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 503, 503, 503, 503]);
  });

  it('is answered with a ProblemDetails when opening it fails', async () => {
    const { api } = await binding({
      open: () => {
        throw new NgsiLdError('Unavailable', 'stopping');
      },
    });
    await api.get(`/${ID}`).expect(503);
  });
});
