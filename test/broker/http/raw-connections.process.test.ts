import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BuiltAgent, type BuiltProgram, startAgent, startBroker } from '../../support/built-programs.ts';
import { type RawRequest, sendRaw } from '../../support/fuzz/raw-connection.ts';
import { killSpawned } from '../../support/spawn-program.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const folder = tempFolder();
let broker: BuiltProgram;
let agent: BuiltAgent;
const LIMIT = 30_000;
const portOf = (url: string): number => Number(new URL(url).port);

beforeAll(async () => {
  broker = await startBroker(folder);
  agent = await startAgent(folder, broker.origin);
});
afterAll(() => killSpawned());

const ROOT = '/ngsi-ld/v1';
const entity = JSON.stringify({ id: 'urn:ngsi-ld:Raw:1', type: 'Raw', level: 1 });
const post = (path: string, body: string, length: number | string = Buffer.byteLength(body)): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;
const get = (path: string, headers = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
const whole = [
  get(`${ROOT}/entities?type=Raw`),
  get(`${ROOT}/types`, `Link: ${'<http://x.example/>, '.repeat(50)}\r\n`),
  post(`${ROOT}/entities`, entity),
  post(`${ROOT}/entityOperations/upsert`, `[${entity}]`),
  post('/iot/json?k=k1&i=d1', '{"t":1}'),
  post('/iot/devices', '{"devices":[]}'),
  get('/health/live'),
  get('/metrics'),
];
const oddBytes = fc.constantFrom(
  ...[
    '\r\n',
    '\r',
    '\n',
    '\0',
    ' ',
    ':',
    'HTTP/9.9',
    'Transfer-Encoding: chunked\r\n',
    'Content-Length: 5\r\n',
    '\xff\xfe',
  ],
  ...[
    'Expect: 100-continue\r\n',
    'Upgrade: h2c\r\nConnection: Upgrade\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '-1',
    '%',
    '//',
  ],
);
const damaged = fc
  .tuple(fc.constantFrom(...whole), fc.array(fc.tuple(fc.nat(), oddBytes, fc.boolean()), { maxLength: 3 }))
  .map(([text, changes]) =>
    changes.reduce((given, [at, odd, cuts]) => {
      const place = at % (given.length + 1);
      return given.slice(0, place) + odd + (cuts ? '' : given.slice(place));
    }, text),
  );
const rawRequest: fc.Arbitrary<RawRequest> = fc.record({
  bytes: fc
    .array(damaged, { minLength: 1, maxLength: 3 })
    .map((texts) => Buffer.from(texts.join(''), 'latin1')),
  ends: fc.constant(true),
  pieces: fc.constantFrom(1, 7, 10_000),
});

/** Answers 200, and quickly: nothing of what was sent before is in the way. */
async function expectAlive(): Promise<void> {
  for (const url of [`${broker.origin}/health/ready`, `${agent.origin}/health/live`]) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(LIMIT) });
    expect([url, answer.status]).toEqual([url, 200]);
    await answer.body?.cancel();
  }
}

describe('connections that speak HTTP badly, or something else', () => {
  it('are answered or closed, and disturb nobody', async () => {
    const ports = [broker.origin, agent.origin, agent.deviceOrigin].map(portOf);
    const send = async (raw: RawRequest, index: number): Promise<void> => {
      const { statuses, isClosed } = await sendRaw(ports[index] ?? 0, raw, { answers: 0, limit: LIMIT });
      expect(isClosed).toBe(true);
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(rawRequest, { minLength: 4, maxLength: 4 }),
        fc.nat({ max: 2 }),
        async (raws, index) => {
          await Promise.all(raws.map((raw) => send(raw, index)));
        },
      ),
      { numRuns: 100 },
    );
    await expectAlive();
  });

  it('get as many answers as they pipeline requests, in order', async () => {
    const paths = ['/health/live', `${ROOT}/types`, `${ROOT}/nothing`, `${ROOT}/entities`];
    const bytes = Buffer.from(
      Array(10)
        .fill(paths.map((path) => get(path)).join(''))
        .join(''),
    );
    const { statuses } = await sendRaw(
      portOf(broker.origin),
      { bytes, ends: false },
      { answers: 40, limit: LIMIT },
    );
    expect(statuses).toEqual(Array(10).fill([200, 200, 404, 400]).flat());
  });

  it.each([
    ['a head of 66 KB', get(`${ROOT}/types`, `Link: ${'x'.repeat(66_000)}\r\n`), [431]],
    ['3,000 headers', get(`${ROOT}/types`, 'X-A: 1\r\n'.repeat(3000)), [200]],
    ['a target of 60 KB', get(`${ROOT}/entities?q=${'a'.repeat(60_000)}`), [200]],
    [
      'two lengths',
      `${post(`${ROOT}/entities`, entity).replace('\r\n', '\r\nContent-Length: 5\r\n')}`,
      [400],
    ],
    ['a length that is no number', post(`${ROOT}/entities`, entity, 'five'), [400]],
    [
      'both framings',
      post(`${ROOT}/entities`, entity).replace('Host', 'Transfer-Encoding: chunked\r\nHost'),
      [400],
    ],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
    ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [400]],
  ])('are answered where they have %s', async (_, text, expected) => {
    const bytes = Buffer.from(text, 'latin1');
    const { statuses } = await sendRaw(
      portOf(broker.origin),
      { bytes, ends: false },
      { answers: 1, limit: LIMIT },
    );
    expect(statuses).toEqual(expected);
    await expectAlive();
  });

  it('may stop in the midst of a request, many at a time, without holding up others', async () => {
    const halves = [
      `POST ${ROOT}/entities HTTP/1.1\r\nHo`,
      post(`${ROOT}/entities`, entity.slice(0, 20), 500),
    ];
    const sockets = Array.from({ length: 100 }, (_, number) => {
      const socket = connect(portOf(broker.origin), '127.0.0.1');
      socket.on('error', () => {});
      socket.write(halves[number % 2] ?? '');
      return socket;
    });
    await expectAlive();
    for (const socket of sockets) socket.destroy();
    await expectAlive();
  });

  it('speak no MQTT to the MQTT broker: it ends them and serves the others', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc
        .uint8Array({ maxLength: 40 })
        .map((rest) => Uint8Array.from([0x10, rest.length + 10, 0, 4, 77, 81, 84, 84, 4, 2, 0, 9, ...rest])),
      fc.constantFrom(...whole).map((text) => Uint8Array.from(Buffer.from(text))),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (given) => {
        const raw = { bytes: Buffer.from(given), ends: true };
        expect((await sendRaw(portOf(agent.mqttUrl), raw, { answers: 0, limit: LIMIT })).isClosed).toBe(true);
      }),
      { numRuns: 200 },
    );
    await expectAlive();
  });
});
