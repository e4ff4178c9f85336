import type { lookup } from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Agent, request } from 'undici';
import { egressPolicy } from '../../runtime/egress.ts';
import { egressDispatcher } from '../../runtime/egress-proxy.ts';
import { proxyExceptions } from '../../runtime/proxy-exceptions.ts';
import { eventually } from '../support/eventually.ts';
import { proxyTo, type TestProxy } from './test-proxy.ts';

const agents: Agent[] = [];
const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.destroy()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { readonly port: number }).port;
}

/** Names of this kind alone have an address here. */
const resolve = ((name: string, _options: object, callback: (error: Error | null, all: object[]) => void) => {
  const inside = name.endsWith('.inside');
  const error = inside ? null : Object.assign(new Error(`queryA ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
  callback(error, inside ? [{ address: '10.0.0.7', family: 4 }] : []);
}) as unknown as typeof lookup;

function agentVia({ url }: TestProxy, exceptions = ''): Agent {
  const policy = egressPolicy({ schemes: ['http', 'https'], privateAddresses: 'deny', resolve });
  const agent = egressDispatcher(policy, { proxy: { url, exceptions: proxyExceptions(exceptions) } });
  agents.push(agent);
  return agent;
}

const login = `Basic ${Buffer.from('us@er:pass').toString('base64')}`;
const hello = () => listening(createServer((_incoming, outgoing) => outgoing.end('hello')));

describe('asking through a proxy', () => {
  it('asks for whole URLs over HTTP, with the login of its own', async () => {
    const proxy = await proxyTo(await hello());
    const dispatcher = agentVia(proxy);
    for (let time = 0; time < 2; time++) {
      const { statusCode, body } = await request('http://outside.example/a', {
        dispatcher,
        method: 'POST',
        body: 'x',
      });
      expect([statusCode, await body.text()]).toEqual([200, 'hello']);
    }
    expect(proxy.asked).toEqual(Array(2).fill(`POST http://outside.example/a ${login}`));
  });

  it('asks for a way through over HTTPS, and tells when there is none', async () => {
    const proxy = await proxyTo(await hello());
    proxy.isRefusing = true;
    await expect(request('https://outside.example/a', { dispatcher: agentVia(proxy) })).rejects.toThrow(
      'Proxy response (403) !== 200 when HTTP Tunneling',
    );
    expect(proxy.asked).toEqual([`CONNECT outside.example:443 ${login}`]);
  });

  it.each([
    ['http://db.inside/', '10.0.0.7 is a private address'],
    ['https://db.inside/', '10.0.0.7 is a private address'],
    ['http://127.0.0.1/', '127.0.0.1 is a private address'],
    ['http://[::1]/', '::1 is a private address'],
    ['https://169.254.169.254/', 'never asked'],
  ])('does not ask it for %s, which the policy forbids', async (url, reason) => {
    const proxy = await proxyTo(await hello());
    await expect(request(url, { dispatcher: agentVia(proxy) })).rejects.toMatchObject({
      name: 'EgressRefused',
      message: expect.stringContaining(reason),
    });
    expect(proxy.asked).toEqual([]);
  });

  it('goes directly, as the policy allows, where a host is excepted', async () => {
    const proxy = await proxyTo(await hello());
    await expect(request('http://db.inside/', { dispatcher: agentVia(proxy, 'inside') })).rejects.toThrow(
      '10.0.0.7 is a private address',
    );
    await expect(
      request('http://outside.example/', { dispatcher: agentVia(proxy, 'example:80') }),
    ).rejects.toThrow('ENOTFOUND');
    expect(proxy.asked).toEqual([]);
  });

  it('ends its connections to the proxy with the agent', async () => {
    const server = createServer();
    const port = await listening(server);
    server.on('request', (_incoming, outgoing) => outgoing.end());
    const agent = agentVia({ url: `http://127.0.0.1:${port}`, asked: [], isRefusing: false });
    const { body } = await request('http://outside.example/', { dispatcher: agent });
    await body.dump();
    await agent.destroy();
    await eventually(async () => {
      const open = await new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
      expect(open).toBe(0);
    });
  });
});
