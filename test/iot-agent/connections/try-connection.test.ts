import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Aedes } from 'aedes';
import { Agent } from 'undici';
import { secretBox } from '../../../iot-agent/connections/secret-box.ts';
import { tryConnection } from '../../../iot-agent/connections/try-connection.ts';
import type { ConnectionSettings } from '../../../iot-agent/registry/connection.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(async () => server.close());
  return (server.address() as AddressInfo).port;
}

/** A broker on which only topics below `city` may be read; it tells the client ids that it sees. */
async function startedBroker() {
  const clients: string[] = [];
  const aedes = await Aedes.createBroker({
    authorizeSubscribe: (_client, subscription, done) =>
      done(null, subscription.topic.startsWith('city/') ? subscription : null),
  });
  aedes.on('client', ({ id }) => clients.push(id));
  const port = await listening(createServer(aedes.handle));
  ends.push(() => new Promise<void>((resolve) => aedes.close(() => resolve())));
  return { url: `mqtt://127.0.0.1:${port}`, clients };
}

function attempt(settings: Omit<ConnectionSettings, 'name' | 'enabled'>) {
  const http = new Agent();
  ends.push(() => http.destroy());
  const parts = { box: secretBox(undefined), agentId: 'agent', http };
  return tryConnection(parts, { tenant: '', settings: { name: 'lns', enabled: true, ...settings } });
}

describe('tryConnection', () => {
  it('connects and subscribes, under a client id of its own', async () => {
    const { url, clients } = await startedBroker();
    const trial = await attempt({ type: 'chirpstack', mqtt: { url, topics: ['city/#'] } });
    expect(trial).toMatchObject({ ok: true, steps: [{ step: 'connect' }, { step: 'subscribe' }] });
    expect(clients).toEqual([expect.stringMatching(/^agent-lns-test-/)]);
  });

  it('names the topics that the user may not read', async () => {
    const { url } = await startedBroker();
    const trial = await attempt({ type: 'chirpstack', mqtt: { url, topics: ['city/#', 'town/#'] } });
    expect(trial.ok).toBe(false);
    expect(trial.steps[1]?.message).toMatch(/not allowed: town\/#\. Give the user the right/);
  });

  it('names what answers and is no MQTT broker', async () => {
    const port = await listening(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const trial = await attempt({ type: 'mqtt', mqtt: { url: `mqtt://127.0.0.1:${port}` } });
    expect(trial).toMatchObject({ ok: false, steps: [{ step: 'connect', ok: false }] });
  });

  it('names a file that is absent', async () => {
    const trial = await attempt({ type: 'mqtt', mqtt: { url: 'mqtts://127.0.0.1:1', ca: '/absent.pem' } });
    expect(trial.steps).toEqual([
      { step: expect.any(String), ok: false, message: expect.stringContaining('/absent.pem') },
    ]);
  });

  it.each([
    [200, true, /answers \(200\)/],
    [404, true, /answers \(404\)/],
    [401, false, /refuses the key/],
    [502, false, /answers \(502\)/],
  ])('asks the HTTP interface: %i', async (status, ok, message) => {
    const keys: unknown[] = [];
    const server = createHttpServer(({ headers }, response) => {
      keys.push(headers.authorization);
      response.writeHead(status).end();
    });
    const port = await listening(server);
    const trial = await attempt({
      type: 'chirpstack',
      api: { url: `http://127.0.0.1:${port}`, key: 'token' },
    });
    expect(trial).toMatchObject({ ok, steps: [{ step: 'api', message: expect.stringMatching(message) }] });
    expect(keys).toEqual(['Bearer token']);
  });
});
