import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { requestListener } from '../../../broker/http/app.ts';
import type { Binding } from '../../../broker/http/binding.ts';

/** Who answers a target, and as what. */
function taken(url: string): readonly [string, string | undefined] {
  let answer: readonly [string, string | undefined] = ['nobody', undefined];
  const app = ((request: IncomingMessage) => {
    answer = ['app', request.url];
  }) as unknown as Express;
  const taking =
    (name: string): Binding =>
    (_request, _response, target) => {
      answer = [name, target];
    };
  const bindings = { api: taking('api'), admin: taking('admin'), streams: taking('streams') };
  const listener = requestListener(bindings, app);
  listener({ url } as IncomingMessage, {} as ServerResponse);
  return answer;
}

describe('the request target (clause 6.1, RFC 9112 section 3.2)', () => {
  it.each([
    ['/ngsi-ld/v1/entities?type=A', '/entities?type=A'],
    ['/ngsi-ld/v1', ''],
    ['/ngsi-ld/v1?x', '?x'],
    ['/ngsi-ld/v1//%2e%2e/', '//%2e%2e/'],
    ['http://broker.example:1026/ngsi-ld/v1/types', '/types'],
    ['HTTPS://broker.example/ngsi-ld/v1/types', '/types'],
  ])('%s is for the API, as %s', (url, target) => {
    expect(taken(url)).toEqual(['api', target]);
  });

  it.each([
    ['/admin/dead-letters?limit=1', '/dead-letters?limit=1'],
    ['/admin', ''],
    ['http://broker.example/admin/x', '/x'],
  ])('%s is for operators, as %s', (url, target) => {
    expect(taken(url)).toEqual(['admin', target]);
  });

  it.each([
    ['/streams/urn:ngsi-ld:Subscription:1?tenant=a', '/urn:ngsi-ld:Subscription:1?tenant=a'],
    ['/streams', ''],
  ])('%s is for readers of streams, as %s', (url, target) => {
    expect(taken(url)).toEqual(['streams', target]);
  });

  it.each([
    ['/administration'],
    ['/'],
    ['/ngsi-ld/v1x'],
    ['/ngsi-ld'],
    ['*'],
    ['http://broker.example'],
    ['/x/ngsi-ld/v1/types'],
  ])('%s is not', (url) => {
    expect(taken(url)).toEqual(['app', url]);
  });
});
