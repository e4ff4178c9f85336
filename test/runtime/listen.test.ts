import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Listening, type ListenOptions, listen as listenAt } from '../../runtime/listen.ts';
import { isLoopback, refuseOpen } from '../../runtime/refuse-open.ts';
import { StartError } from '../../runtime/start-error.ts';

const place = { host: '127.0.0.1', port: 0, variable: 'BROKER_PORT' };

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close(0)));
});

async function listen(server: Server, options: ListenOptions): Promise<Listening> {
  const listening = await listenAt(server, options);
  open.push(listening);
  return listening;
}

describe('listen', () => {
  it('tells the port that the system chose', async () => {
    const listening = await listen(createServer(), place);
    expect(listening.port).toBeGreaterThan(0);
  });

  it('names the variable when the port is taken', async () => {
    const first = await listen(createServer(), place);
    const second = listen(createServer(), { ...place, port: first.port });
    await expect(second).rejects.toThrow(StartError);
    await expect(second).rejects.toThrow(`Port ${first.port} of 127.0.0.1 is taken`);
    await expect(second).rejects.toThrow('set BROKER_PORT to a free port');
  });

  it('names HOST when the address is not of this machine', async () => {
    await expect(listen(createServer(), { ...place, host: '192.0.2.1' })).rejects.toThrow(
      'HOST is 192.0.2.1',
    );
  });

  it('leaves idle connections open for longer than proxies keep theirs', async () => {
    const server = createServer((_request, response) => response.end());
    const { port } = await listen(server, place);
    const { headers } = await fetch(`http://127.0.0.1:${port}`);
    expect(headers.get('keep-alive')).toBe('timeout=75');
  });

  it('lets clients on open connections go with the next answer', async () => {
    const requests: ServerResponse[] = [];
    const server = createServer((_request, response) => requests.push(response));
    const listening = await listen(server, place);
    const socket = connect(listening.port, '127.0.0.1');
    const ask = async (): Promise<void> => {
      const asked = once(server, 'request');
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await asked;
    };
    await ask();
    const closing = listening.close(60_000);
    requests[0]?.end('running');
    await ask();
    requests[1]?.end('last');
    socket.resume();
    await closing;
    expect(requests[1]?.getHeader('Connection')).toBe('close');
  });

  it('ends connections that stay open after the grace time', async () => {
    const server = createServer(() => undefined);
    const listening = await listen(server, place);
    const socket = connect(listening.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const asked = once(server, 'request');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await asked;
    const ended = once(socket, 'close');
    await listening.close(10);
    await ended;
    expect(server.listening).toBe(false);
  });
});

describe('refuseOpen', () => {
  it.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('knows that %s is loopback', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.evil.com', 'broker'])('knows that %s is not', (host) => {
    expect(isLoopback(host)).toBe(false);
  });

  it('refuses another host without protection, and says the remedies', () => {
    const open = { host: '0.0.0.0', isProtected: false, allowOpen: false };
    expect(() => refuseOpen(open)).toThrow(/HOST is 0\.0\.0\.0.*API_KEYS.*ALLOW_OPEN=1/);
    expect(() => refuseOpen({ ...open, isProtected: true })).not.toThrow();
    expect(() => refuseOpen({ ...open, allowOpen: true })).not.toThrow();
    expect(() => refuseOpen({ ...open, host: '127.0.0.1' })).not.toThrow();
  });
});
