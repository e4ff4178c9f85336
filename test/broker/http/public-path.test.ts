import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createBinding } from '../../../broker/http/binding.ts';
import { publicPathOf, referBelow } from '../../../broker/http/public-path.ts';
import type { Reply } from '../../../broker/http/route.ts';
import { createRouteTable } from '../../../broker/http/route-table.ts';
import { createContexts } from '../../../broker/jsonld/contexts.ts';
import type { Store } from '../../../broker/store/store.ts';
import { corsPolicy } from '../../../runtime/cors.ts';
import { createLogger } from '../../../runtime/logger.ts';

/** An API with one resource, whose answer is `reply`. */
function apiOf(reply: Reply, publicPath?: string): ReturnType<typeof supertest> {
  const route = { method: 'GET', path: '/things', clause: '0', parameters: [], consumes: [] } as const;
  const fetch = () => Promise.reject(new Error('no network'));
  const binding = createBinding({
    routes: createRouteTable([{ ...route, needsNoTenant: true, handle: () => reply }]),
    store: {} as Store,
    contexts: createContexts({ download: { fetch, timeLimitMs: 1000, maxBytes: 1000 }, now: () => 0 }),
    maxBodySize: 1000,
    requireContentLength: true,
    log: createLogger({ name: 'test', level: 'silent' }),
    cors: corsPolicy({ origins: [], methods: [], exposed: [] }),
    ...(publicPath !== undefined && { publicPath }),
    isAllowed: () => true,
    onAnswered: () => {},
  });
  return supertest(createServer((request, response) => binding(request, response, request.url ?? '')));
}

describe('behind a proxy that takes a prefix off the path', () => {
  it.each([
    [undefined, ''],
    ['http://127.0.0.1:1026', ''],
    ['https://city.example/', ''],
    ['https://city.example/broker/', '/broker'],
    ['https://city.example/a/b', '/a/b'],
  ])('%s has the prefix "%s"', (url, prefix) => {
    expect(publicPathOf(url)).toBe(prefix);
  });

  it('references to this API begin with the prefix; all else stays (clauses 6.3.10, 6.4.3.1)', () => {
    const next = '</ngsi-ld/v1/entities?limit=1&offset=1&q=a==%22%3C/ngsi-ld/v1/%22>; rel="next"';
    expect(
      referBelow('/broker', {
        Location: '/ngsi-ld/v1/entities/urn:ngsi-ld:A:1',
        Link: `<https://a.example/ngsi-ld/v1/c>; rel="x", ${next}`,
        ETag: '"/ngsi-ld/v1/"',
      }),
    ).toEqual({
      Location: '/broker/ngsi-ld/v1/entities/urn:ngsi-ld:A:1',
      Link: `<https://a.example/ngsi-ld/v1/c>; rel="x", ${next.replace('<', '</broker')}`,
      ETag: '"/ngsi-ld/v1/"',
    });
  });

  it.each([
    ['/broker', '/broker/ngsi-ld/v1/things/1'],
    ['', '/ngsi-ld/v1/things/1'],
    [undefined, '/ngsi-ld/v1/things/1'],
  ])('answers below "%s" lead to %s', async (publicPath, location) => {
    const api = apiOf({ status: 201, headers: { Location: '/ngsi-ld/v1/things/1' } }, publicPath);
    expect((await api.get('/things').expect(201)).headers['location']).toBe(location);
  });
});
