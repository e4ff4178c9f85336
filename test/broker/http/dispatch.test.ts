import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import { type Call, type DispatchOptions, dispatch } from '../../../broker/http/dispatch.ts';
import { readBody } from '../../../broker/http/read-body.ts';
import type { Route } from '../../../broker/http/route.ts';
import { createRouteTable } from '../../../broker/http/route-table.ts';
import { createContexts } from '../../../broker/jsonld/contexts.ts';
import type { Store } from '../../../broker/store/store.ts';
import { contextLink, LOST_CONTEXT } from './broker-under-test.ts';

const route: Omit<Route, 'method'> = {
  path: '/things',
  clause: '0',
  parameters: [],
  consumes: [],
  handle: () => ({ status: 204 }),
};

/** A binding whose store is away. */
const options: DispatchOptions = {
  routes: createRouteTable([
    { ...route, method: 'GET' },
    { ...route, method: 'DELETE', createsTenant: true },
  ]),
  store: {
    hasTenant: () => Promise.reject(new NgsiLdError('Unavailable', 'The store is away.')),
  } as unknown as Store,
  contexts: createContexts({
    download: { fetch: () => Promise.reject(new Error('no network')), timeLimitMs: 1000, maxBytes: 1000 },
    now: () => 0,
  }),
  maxBodySize: 1000,
  requireContentLength: true,
};

function callOf(method: string, headers: Record<string, string>): Call {
  const request = { headers: { 'ngsild-tenant': 'city', ...headers } } as unknown as IncomingMessage;
  return { request, method, path: '/things', search: '', correlationId: 'c', accept: 'application/json' };
}

describe('a request while the store is away', () => {
  const unhandled = jest.fn();
  afterEach(() => {
    process.off('unhandledRejection', unhandled);
    unhandled.mockClear();
  });

  it.each<[string, string, Record<string, string>, object]>([
    ['of an unknown tenant', 'GET', {}, { type: 'Unavailable' }],
    [
      'that is refused at once',
      'GET',
      { link: `${contextLink('a')}, ${contextLink('b')}` },
      { type: 'BadRequestData' },
    ],
    ['whose @context is lost', 'GET', { link: contextLink(LOST_CONTEXT) }, { name: 'NgsiLdError' }],
    ['that makes its tenant', 'DELETE', {}, { status: 204 }],
  ])('%s leaves no rejection that nobody handles', async (_what, method, headers, outcome) => {
    process.on('unhandledRejection', unhandled);
    const answer = await (async () => dispatch(options, callOf(method, headers)))().catch(
      (error: unknown) => error,
    );
    expect(answer).toMatchObject(outcome);
    await setImmediate();
    await setImmediate();
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe('reading a body', () => {
  it('tells that the client went away before its end', async () => {
    const request = new PassThrough();
    const outcome = readBody(request as unknown as IncomingMessage, 1000);
    request.write('{"id":');
    request.destroy();
    expect(await outcome).toEqual({ kind: 'cut-off' });
  });
});
