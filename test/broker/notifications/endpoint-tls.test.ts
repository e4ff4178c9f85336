import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { parseEndpoint } from '../../../broker/domain/subscription/parse-endpoint.ts';
import { createDelivery, type NotificationDelivery } from '../../../broker/notifications/delivery.ts';
import { notificationSettings } from '../../../broker/notifications/settings.ts';
import { systemTimers } from '../../../broker/notifications/timers.ts';
import { ConfigError, readSettings } from '../../../runtime/config.ts';
import { egressPolicy } from '../../../runtime/egress.ts';
import { type Certificates, makeCertificates } from '../../iot-agent/transports/mosquitto.ts';
import { proxyTo } from '../../runtime/test-proxy.ts';
import { describeWith } from '../../support/describe-with.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { keepingLog } from './fixtures.ts';
import { mqttReceiver } from './mqtt-receiver.ts';
import { receiver } from './receiver.ts';

const folder = tempFolder();
const deliveries: NotificationDelivery[] = [];
const closers: (() => void)[] = [];
afterEach(async () => {
  await Promise.all(deliveries.splice(0).map((one) => one.stop()));
  for (const close of closers.splice(0)) close();
});

function delivery(environment: Readonly<Record<string, string>>, log = keepingLog()): NotificationDelivery {
  const one = createDelivery({
    egress: egressPolicy({ schemes: ['http', 'https'], privateAddresses: 'allow', resolve: everyNameIsHere }),
    settings: readSettings(notificationSettings, environment),
    timers: systemTimers,
    now: () => Date.now() * 1000,
    log,
  });
  deliveries.push(one);
  return one;
}

const everyNameIsHere = ((_name: string, _options: object, callback: (error: null, all: object[]) => void) =>
  callback(null, [{ address: '127.0.0.1', family: 4 }])) as unknown as NonNullable<
  Parameters<typeof egressPolicy>[0]['resolve']
>;

function send(to: NotificationDelivery, uri: string) {
  const notifierInfo = [
    { key: 'MQTT-Version', value: 'mqtt3.1.1' },
    { key: 'MQTT-QoS', value: '1' },
  ];
  const { mqtt } = parseEndpoint({ uri, notifierInfo }, 'endpoint');
  return to.send({ uri, headers: { 'Content-Type': 'application/json' }, body: '{}', ...(mqtt && { mqtt }) });
}

async function secureReceiver({ cert, key }: Certificates): Promise<number> {
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (_incoming, outgoing) =>
    outgoing.writeHead(204).end(),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as { readonly port: number }).port;
}

describeWith('openssl', () => {
  let files: Certificates;
  beforeAll(() => {
    files = makeCertificates(folder);
  });

  describe.each(['https', 'mqtts'] as const)('an endpoint of %s', (scheme) => {
    /** Where it is; its certificate is for localhost and 127.0.0.1. */
    async function secured(): Promise<(host: string) => string> {
      const tls = { cert: readFileSync(files.cert), key: readFileSync(files.key) };
      const port = scheme === 'https' ? await secureReceiver(files) : (await mqttReceiver({ tls })).port;
      return (host) => `${scheme}://${host}:${port}/topic`;
    }

    it('is trusted when its authority is in NOTIFICATION_CA, by name and by address', async () => {
      const at = await secured();
      const to = delivery({ NOTIFICATION_CA: files.ca });
      for (const host of ['localhost', '127.0.0.1'])
        expect(await send(to, at(host))).toMatchObject({ kind: 'answered' });
    });

    it('is not trusted under another name', async () => {
      const at = await secured();
      expect(await send(delivery({ NOTIFICATION_CA: files.ca }), at('other.example'))).toMatchObject({
        kind: 'unreachable',
        error: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
      });
    });

    it('is not trusted without its authority', async () => {
      const at = await secured();
      expect(await send(delivery({}), at('localhost'))).toMatchObject({
        kind: 'unreachable',
        error: expect.stringContaining('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
      });
    });

    it('is taken for what it says it is with NOTIFICATION_INSECURE_TLS, which the log warns of', async () => {
      const at = await secured();
      const log = keepingLog();
      const to = delivery({ NOTIFICATION_INSECURE_TLS: '1' }, log);
      expect(await send(to, at('other.example'))).toMatchObject({ kind: 'answered' });
      expect(log.lines).toMatchObject([
        { level: 'warn', message: expect.stringContaining('NOTIFICATION_INSECURE_TLS') },
      ]);
    });

    it('is unreachable where something speaks without TLS', async () => {
      const { port } = await receiver();
      expect(await send(delivery({}), `${scheme}://127.0.0.1:${port}/topic`)).toMatchObject({
        kind: 'unreachable',
      });
    });
  });

  it('of https is reached through a proxy, and trusted as without one', async () => {
    const port = await secureReceiver(files);
    const proxy = await proxyTo(port);
    const environment = { NOTIFICATION_PROXY: proxy.url, NOTIFICATION_NO_PROXY: 'none.example' };
    const uri = 'https://localhost:4443/topic';
    expect(await send(delivery({ ...environment, NOTIFICATION_CA: files.ca }), uri)).toMatchObject({
      kind: 'answered',
      status: 204,
    });
    const untrusting = delivery(environment);
    expect(await send(untrusting, uri)).toMatchObject({
      kind: 'unreachable',
      error: expect.stringContaining('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
    });
    proxy.isRefusing = true;
    expect(await send(untrusting, uri)).toMatchObject({
      kind: 'unreachable',
      error: expect.stringContaining('Proxy response (403)'),
    });
    expect(new Set(proxy.asked.map((line) => line.split(' ').slice(0, 2).join(' ')))).toEqual(
      new Set(['CONNECT localhost:4443']),
    );
  });

  it.each([
    ['that is not there', () => join(folder, 'none.pem'), /NOTIFICATION_CA.*can be read \(ENOENT\)/],
    [
      'without certificates',
      () => files.key,
      /NOTIFICATION_CA.*must be the path of a PEM file with the certificates/,
    ],
  ])('NOTIFICATION_CA may not name a file %s', (_case, path, message) => {
    const read = () => readSettings(notificationSettings, { NOTIFICATION_CA: path() });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(message);
  });
});
