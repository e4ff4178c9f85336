import type { lookup } from 'node:dns';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Agent } from 'undici';
import { createHttpDelivery } from '../../../broker/notifications/http-delivery.ts';
import { type EgressPolicy, egressAgent, egressPolicy } from '../../../runtime/egress.ts';
import { freePort } from '../../support/free-port.ts';
import { START } from './fake-time.ts';
import { receiver } from './receiver.ts';

const agents: Agent[] = [];
const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.destroy()));
  for (const server of servers.splice(0)) server.close();
});

function sendUnder(policy: Partial<Parameters<typeof egressPolicy>[0]> = {}, timeout = 5000) {
  const egress: EgressPolicy = egressPolicy({
    schemes: ['http', 'https'],
    privateAddresses: 'allow',
    ...policy,
  });
  const dispatcher = egressAgent(egress);
  agents.push(dispatcher);
  const send = createHttpDelivery({ dispatcher, refusal: egress.refusal, timeout, now: () => START });
  return (
    uri: string,
    {
      timeout: patience,
      headers,
    }: { readonly timeout?: number; readonly headers?: Record<string, string> } = {},
  ) =>
    send({
      uri,
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{"é":1}',
      ...(patience !== undefined && { timeout: patience }),
    });
}

describe('sending a notification by HTTP', () => {
  it('posts body and headers, and tells the status', async () => {
    const to = await receiver();
    const result = await sendUnder()(`${to.url}/a?b=c`, { headers: { 'X-Key': 'k' } });
    expect(result).toEqual({ kind: 'answered', status: 204 });
    expect(to.received).toMatchObject([
      {
        method: 'POST',
        path: '/a?b=c',
        body: '{"é":1}',
        headers: { 'x-key': 'k', 'content-type': 'application/json' },
      },
    ]);
    expect(to.received[0]?.headers['content-length']).toBe('8');
  });

  it('follows no redirect', async () => {
    const [to, elsewhere] = [await receiver(), await receiver()];
    to.answer = (response) => response.writeHead(307, { Location: elsewhere.url }).end();
    expect(await sendUnder()(to.url)).toEqual({ kind: 'answered', status: 307 });
    expect(elsewhere.received).toEqual([]);
  });

  it.each([
    ['7', 7000],
    ['0', 0],
    [new Date(START / 1000 + 90_000).toUTCString(), 90_000],
    [new Date(START / 1000 - 90_000).toUTCString(), 0],
  ])('reads Retry-After %s', async (header, retryAfter) => {
    const to = await receiver();
    to.answer = (response) => response.writeHead(503, { 'Retry-After': header }).end('later');
    expect(await sendUnder()(to.url)).toEqual({ kind: 'answered', status: 503, retryAfter });
  });

  it('reads nothing from a Retry-After that says nothing', async () => {
    const to = await receiver();
    to.answer = (response) => response.writeHead(503, { 'Retry-After': 'soon' }).end();
    expect(await sendUnder()(to.url)).toEqual({ kind: 'answered', status: 503 });
  });

  it('waits for an answer as long as the Subscription says, else as the setting says', async () => {
    const to = await receiver();
    to.answer = () => undefined;
    expect(await sendUnder()(to.url, { timeout: 20.5 })).toEqual({
      kind: 'unanswered',
      error: 'no answer within 21 ms',
    });
    expect(await sendUnder({}, 20)(to.url)).toEqual({ kind: 'unanswered', error: 'no answer within 20 ms' });
  });

  it('is content with the status when the rest of the answer never comes', async () => {
    const to = await receiver();
    to.answer = (response) => response.writeHead(200, { 'Content-Length': 10 }).write('x');
    expect(await sendUnder()(to.url, { timeout: 100 })).toEqual({ kind: 'answered', status: 200 });
  });

  it('is content with the status of an answer that is far too long', async () => {
    const to = await receiver();
    to.answer = (response) => response.writeHead(200).end('x'.repeat(1_000_000));
    expect(await sendUnder()(to.url)).toEqual({ kind: 'answered', status: 200 });
  });

  it('takes what comes before the answer (1xx) for none', async () => {
    const to = await receiver();
    to.answer = (response) =>
      response.writeEarlyHints({ link: '</a>; rel=preload' }, () => response.destroy());
    expect(await sendUnder()(to.url)).toMatchObject({ kind: 'unanswered' });
    to.answer = (response) =>
      response.writeEarlyHints({ link: '</a>; rel=preload' }, () => response.writeHead(204).end());
    expect(await sendUnder()(to.url)).toEqual({ kind: 'answered', status: 204 });
  });

  it('sends nothing any more once the time for a connection is over', async () => {
    const to = await receiver();
    const waiting: (() => void)[] = [];
    const resolve = ((_name: string, _options: unknown, callback: (...found: unknown[]) => void) =>
      waiting.push(() => callback(null, [{ address: '127.0.0.1', family: 4 }]))) as unknown as typeof lookup;
    const send = sendUnder({ resolve });
    const named = to.url.replace('127.0.0.1', 'receiver.example');
    expect(await send(named, { timeout: 50 })).toEqual({
      kind: 'unanswered',
      error: 'no answer within 50 ms',
    });
    const next = send(named);
    for (const answer of waiting) answer();
    expect(await next).toEqual({ kind: 'answered', status: 204 });
    expect(to.received).toHaveLength(1);
  });

  it('tells a receiver that nobody can have reached from one that may have got it', async () => {
    expect(await sendUnder()(`http://127.0.0.1:${await freePort()}/`)).toMatchObject({
      kind: 'unreachable',
      error: expect.stringContaining('ECONNREFUSED'),
    });
    const to = await receiver();
    to.answer = (response) => response.destroy();
    expect(await sendUnder()(to.url)).toMatchObject({ kind: 'unanswered' });
  });

  it('takes a name without an address for an endpoint that is away', async () => {
    const resolve = ((_name: string, _options: object, callback: (error: Error) => void) =>
      callback(
        Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' }),
      )) as unknown as typeof lookup;
    expect(await sendUnder({ resolve })('http://nowhere.example/')).toMatchObject({ kind: 'unreachable' });
  });

  it('sends nothing where the egress policy forbids the address', async () => {
    const to = await receiver();
    expect(await sendUnder({ privateAddresses: 'deny' })(to.url)).toMatchObject({
      kind: 'impossible',
      error: expect.stringContaining('127.0.0.1 is a private address'),
    });
    expect(to.received).toEqual([]);
  });

  it('judges the address that a name has at the moment of connecting', async () => {
    const to = await receiver();
    const resolve = ((_name: string, _options: object, callback: (error: null, all: object[]) => void) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }])) as unknown as typeof lookup;
    const uri = `http://rebound.example:${to.port}/`;
    expect(await sendUnder({ privateAddresses: 'deny', resolve })(uri)).toMatchObject({
      kind: 'impossible',
      error: expect.stringContaining('not allowed'),
    });
    expect(to.received).toEqual([]);
    expect(await sendUnder({ resolve })(uri)).toMatchObject({ kind: 'answered' });
  });

  it('survives an answer that is no HTTP', async () => {
    const server = createServer((socket) => socket.end('220 smtp ready\r\n'));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect(await sendUnder()(`http://127.0.0.1:${port}/`)).toMatchObject({ kind: 'unanswered' });
  });
});
