import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { deviceApp } from '../../../../iot-agent/transports/http/device-app.ts';
import type { ConfigurationOutcome } from '../../../../iot-agent/transports/plain/plain-devices.ts';
import { readFixture } from '../lorawan/read-fixture.ts';
import { deferred, type Recording, recordingParts, startTime } from '../recording-parts.ts';

const secret = 'bell-tower';
const uplink = {
  end_device_ids: { device_id: 'pm-04', dev_eui: '70B3D57BA0000123' },
  uplink_message: { f_port: 1, f_cnt: 7, frm_payload: 'AhtQ', received_at: '2026-11-24T07:59:59.5Z' },
};

function setUp(recording: Recording = recordingParts(), webhookSecret: string | undefined = secret) {
  const secrets = { webhookSecret, actilityTunnelKey: undefined };
  return { recording, agent: request(deviceApp(secrets, recording.parts)) };
}

describe('webhooks', () => {
  it('answers 204 once the uplink is in the spool, under the correlation id of the request', async () => {
    const disk = deferred();
    const { agent, recording } = setUp(recordingParts({ receive: () => disk.promise }));
    let isAnswered = false;
    const answer = agent
      .post('/webhooks/things-stack')
      .set('X-Webhook-Secret', secret)
      .set('X-Correlation-Id', 'c-1')
      .send(uplink)
      .then((response) => {
        isAnswered = true;
        return response;
      });
    await recording.until(() => recording.incoming.length === 1);
    expect(isAnswered).toBe(false);
    disk.resolve();
    const { status, headers } = await answer;
    expect([status, headers['x-correlation-id']]).toEqual([204, 'c-1']);
    expect(recording.correlationIds).toEqual(['c-1']);
    expect(recording.incoming).toMatchObject([{ kind: 'lorawan', devEui: '70B3D57BA0000123', fCnt: 7 }]);
  });

  it('takes events of ChirpStack, and ignores those that say nothing about a device', async () => {
    const { agent, recording } = setUp();
    const message = { deviceInfo: { devEui: '0101010101010101' }, batteryLevel: 88.3 };
    const post = (event: string) =>
      agent
        .post(`/webhooks/chirpstack?event=${event}`)
        .set('Authorization', `Bearer ${secret}`)
        .send(message);
    await post('status').expect(204);
    await post('integration').expect(204);
    expect(recording.counted).toEqual(['chirpstack spooled', 'chirpstack ignored']);
  });

  it.each([
    ['none', {}],
    ['a wrong one', { Authorization: 'Bearer gong-tower' }],
    ['one of another scheme', { Authorization: `Basic ${secret}` }],
    ['The Things Stack’s own key', { 'X-Downlink-Apikey': secret }],
  ])('answers 401 to a request with %s for a secret, and reads nothing of it', async (_, headers) => {
    const { agent, recording } = setUp();
    const answer = await agent.post('/webhooks/things-stack').set(headers).send(uplink).expect(401);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.body).toMatchObject({ status: 401, title: expect.any(String), type: 'about:blank' });
    expect(recording.counted).toEqual([]);
  });

  it('tells the operator once that a network server is refused, until it is taken again', async () => {
    const { agent, recording } = setUp();
    const post = (given: string) =>
      agent.post('/webhooks/things-stack').set('X-Webhook-Secret', given).send(uplink);
    const warned = () => recording.lines.filter((line) => line.includes('a webhook was refused'));
    for (let n = 0; n < 3; n++) await post('gong').expect(401);
    expect(warned().map((line) => JSON.parse(line).level)).toEqual(['warn', 'debug', 'debug']);
    expect(warned()[0]).toContain('/webhooks/things-stack');
    expect(recording.lines.join('')).not.toContain('gong');
    await post(secret).expect(204);
    await post('gong').expect(401);
    expect(warned().map((line) => JSON.parse(line).level)).toEqual(['warn', 'debug', 'debug', 'warn']);
  });

  it('is open when there is no secret', async () => {
    const recording = recordingParts();
    const secrets = { webhookSecret: undefined, actilityTunnelKey: undefined };
    await request(deviceApp(secrets, recording.parts))
      .post('/webhooks/things-stack')
      .send(uplink)
      .expect(204);
  });

  it.each([
    ['JSON that ends early', '{"end_device_ids":', /not JSON/],
    ['a message of somebody else', '{"hello":"world"}', /end_device_ids is absent/],
    ['nothing', '', /not JSON/],
  ])('answers 400 to %s, and keeps it with the reason', async (_, body, reason) => {
    const { agent, recording } = setUp();
    const answer = await agent
      .post('/webhooks/things-stack')
      .set('X-Webhook-Secret', secret)
      .set('Content-Type', 'application/json')
      .send(body)
      .expect(400);
    expect(answer.body.detail).toMatch(reason);
    expect(recording.malformed).toMatchObject([{ source: '/webhooks/things-stack', text: body }]);
  });

  it('tells an event of ChirpStack by its shape when the URL does not, or says what is missing', async () => {
    const { agent, recording } = setUp();
    const post = (body: object) =>
      agent.post('/webhooks/chirpstack').set('X-Webhook-Secret', secret).send(body);
    await post(readFixture('chirpstack/status') as object).expect(204);
    expect(recording.incoming).toMatchObject([{ event: 'status', batteryLevel: 0.883 }]);
    const answer = await post({}).expect(400);
    expect(answer.body.detail).toContain('?event=up');
  });

  it.each([
    'things-stack/uplink',
    'chirpstack/up',
    'loriot/gw',
    'actility/uplink',
    'netmore/uplink',
    'helium/uplink',
  ])('takes %s on the path of its server, and on the one for all', async (fixture) => {
    const { agent, recording } = setUp();
    const [server = ''] = fixture.split('/');
    for (const path of [server, 'lorawan'])
      await agent
        .post(`/webhooks/${path}`)
        .set('X-Webhook-Secret', secret)
        .send(readFixture(fixture) as object)
        .expect(204);
    const [first] = recording.incoming;
    expect(first).toMatchObject({ kind: 'lorawan', server });
    expect(recording.incoming.at(recording.incoming.length / 2)).toEqual(first);
    expect(recording.counted).toEqual([`${server} spooled`, 'lorawan spooled']);
  });

  it('keeps the way back that The Things Stack says, and never logs it', async () => {
    const { agent, recording } = setUp();
    await agent
      .post('/webhooks/things-stack')
      .set('X-Webhook-Secret', secret)
      .set('X-Downlink-Push', 'https://eu1/push')
      .set('X-Downlink-Replace', 'ftp://eu1/replace')
      .set('X-Downlink-Apikey', 'NNSXS.1')
      .send(uplink)
      .expect(204);
    expect(recording.incoming).toMatchObject([{ downlink: { push: 'https://eu1/push', apikey: 'NNSXS.1' } }]);
    expect(recording.incoming[0]).not.toHaveProperty('downlink.replace');
    expect(recording.lines.join('')).not.toMatch(/NNSXS|eu1/);
  });

  it('takes the application that the URL names', async () => {
    const { agent, recording } = setUp();
    await agent
      .post('/webhooks/loriot?applicationId=BE7A0001')
      .set('X-Webhook-Secret', secret)
      .send(readFixture('loriot/gw') as object)
      .expect(204);
    expect(recording.incoming).toMatchObject([{ applicationId: 'BE7A0001' }]);
  });

  it('takes the connection that the URL names, by which downlinks go', async () => {
    const { agent, recording } = setUp();
    const post = (connection: string) =>
      agent
        .post('/webhooks/lorawan')
        .query({ connection })
        .set('X-Webhook-Secret', secret)
        .send(readFixture('chirpstack/up') as object);
    await post('city/lns').expect(204);
    expect(recording.incoming).toMatchObject([{ connection: 'city/lns' }]);
    await post('a/b/c').expect(400);
  });

  it.each(['application/octet-stream', 'application/x-www-form-urlencoded', 'text/json'])(
    'answers 415 to %s',
    async (type) => {
      const { agent } = setUp();
      await agent
        .post('/webhooks/things-stack')
        .set('X-Webhook-Secret', secret)
        .set('Content-Type', type)
        .send('{}')
        .expect(415);
    },
  );

  it('answers 413 to a body beyond the limit, compressed or not', async () => {
    const { agent } = setUp(recordingParts({ maxMessageSize: 100 }));
    const large = JSON.stringify({ text: 'x'.repeat(200) });
    const post = () =>
      agent
        .post('/webhooks/things-stack')
        .set('X-Webhook-Secret', secret)
        .set('Content-Type', 'application/json');
    await post().send(large).expect(413);
    const compressed = gzipSync(large);
    expect(compressed.length).toBeLessThan(100);
    await post()
      .set('Content-Encoding', 'gzip')
      .serialize((body) => body as unknown as string)
      .send(compressed)
      .expect(413);
  });

  it('answers 503 with Retry-After when the spool takes nothing', async () => {
    const { agent } = setUp(recordingParts({ receive: () => Promise.reject(new Error('/data is full')) }));
    const answer = await agent
      .post('/webhooks/things-stack')
      .set('X-Webhook-Secret', secret)
      .send(uplink)
      .expect(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.text).not.toContain('/data is full');
  });
});

describe('the webhook of ThingPark with a tunnel key', () => {
  const report = {
    CustomerID: '100000507',
    DevEUI: '000000000F1D8693',
    FPort: '2',
    FCntUp: '7011',
    payload_hex: '0027bd00',
  };
  const signature = {
    LrnDevEui: '000000000F1D8693',
    LrnFPort: '2',
    LrnInfos: 'UPHTTP_LAB_LORA',
    AS_ID: 'app1.sample.com',
    Time: '2016-01-11T14:11:11.333+02:00',
    Token: 'fd0b0b00464aa798a59282d64eaa70813e33bff87682880db49638569d096aad',
  };
  const post = (body: object, query: object, recording = recordingParts()) =>
    request(
      deviceApp(
        { webhookSecret: secret, actilityTunnelKey: '46ab678cd45df4a4e4b375Eacd096acc' },
        recording.parts,
      ),
    )
      .post('/webhooks/actility')
      .query(query)
      .send(body);

  it('takes what is signed, without the secret', async () => {
    const recording = recordingParts();
    await post({ DevEUI_uplink: report }, signature, recording).expect(204);
    expect(recording.incoming).toMatchObject([{ devEui: report.DevEUI, applicationId: 'app1.sample.com' }]);
  });

  it.each([
    ['another content', { DevEUI_uplink: { ...report, payload_hex: '0027bd01' } }, signature],
    ['no token', { DevEUI_uplink: report }, { ...signature, Token: undefined }],
  ])('answers 401 to %s, and keeps nothing of it', async (_, body, query) => {
    const recording = recordingParts();
    const answer = await post(body, query, recording).set('X-Webhook-Secret', secret).expect(401);
    expect(answer.body.detail).toContain('ACTILITY_TUNNEL_KEY');
    expect(recording.counted).toEqual([]);
  });

  it('answers 401 to what is no JSON', async () => {
    await post({}, signature).set('Content-Type', 'application/json').send('{').expect(401);
  });
});

describe('measures', () => {
  it('takes a measure, at the time of its arrival', async () => {
    const { agent, recording } = setUp();
    await agent.post('/iot/json?k=k1&i=d1').send({ t: 23, h: 45 }).expect(200, {});
    expect(recording.incoming).toEqual([
      {
        kind: 'plain',
        apikey: 'k1',
        deviceId: 'd1',
        values: { t: 23, h: 45 },
        observedAt: startTime,
        byHttp: true,
      },
    ]);
  });

  it('takes the time from t, and from TimeInstant before that', async () => {
    const { agent, recording } = setUp();
    const body = [{ vol: 1 }, { vol: 0, TimeInstant: '2024-04-10T10:15:00Z' }];
    await agent.post('/iot/json?k=k1&i=d1&t=2026-01-01T00:00:00Z').send(body).expect(200);
    expect(recording.incoming).toMatchObject([
      { values: { vol: 0 }, observedAt: Date.UTC(2024, 3, 10, 10, 15) * 1000 },
      { values: { vol: 1 }, observedAt: Date.UTC(2026, 0, 1) * 1000 },
    ]);
  });

  it('takes a t without an offset for a time where the device is, as TimeInstant', async () => {
    const { agent, recording } = setUp();
    const path = '/iot/json?k=k1&i=d1&t=2026-11-24T08:00:00';
    await agent
      .post(path)
      .send([{ a: 1 }, { a: 2, TimeInstant: '2026-11-24T09:00:00Z' }])
      .expect(200);
    await agent.post('/iot/json/attrs/a?k=k1&i=d1&t=2026-11-24T08:00:00').send({ b: 1 }).expect(200);
    await agent.get('/iot/d?k=k1&i=d1&t=2026-11-24T08:00:00&d=a|3').expect(200);
    const [local, own, single, ultraLight] = recording.incoming;
    for (const one of [local, single, ultraLight])
      expect(one).toMatchObject({ observedAt: startTime, isLocal: true });
    expect(own).not.toHaveProperty('isLocal');
  });

  it('takes measures of devices that can only GET', async () => {
    const { agent, recording } = setUp();
    const d = encodeURIComponent('{"t":23}');
    await agent.get(`/iot/json?k=k1&i=d1&d=${d}`).expect(200, {});
    expect(recording.incoming).toMatchObject([{ values: { t: 23 } }]);
  });

  it.each([
    ['application/json', '70', 70],
    ['application/json', '{"a":[1]}', { a: [1] }],
    ['text/plain', '70', 70],
    ['text/plain', 'open', 'open'],
    ['application/soap+xml', '<t>1</t>', '<t>1</t>'],
    ['application/octet-stream', '70', '3730'],
    ['image/png', 'open', '6f70656e'],
  ])('takes one value of %s: %s', async (type, body, value) => {
    const { agent, recording } = setUp();
    await agent
      .post('/iot/json/attrs/level?k=k1&i=d1')
      .set('Content-Type', type)
      .serialize((bytes) => bytes as unknown as string)
      .send(Buffer.from(body) as unknown as object)
      .expect(200, {});
    expect(recording.incoming).toMatchObject([{ values: { level: value } }]);
  });

  it.each([
    ['/iot/json?i=d1', /parameter k must/],
    ['/iot/json?k=k1', /parameter i must/],
    ['/iot/json?k=k1&i=', /parameter i must/],
    ['/iot/json?k=k1&k=k2&i=d1', /parameter k must/],
    ['/iot/json?k=k1&i=d1&t=yesterday', /parameter t must/],
  ])('answers 400 to %s', async (path, reason) => {
    const { agent, recording } = setUp();
    const answer = await agent.post(path).send({ t: 1 }).expect(400);
    expect(answer.body.detail).toMatch(reason);
    expect(recording.incoming).toEqual([]);
  });

  it('answers 400 to what is no measure, and tells its log nothing of the apikey', async () => {
    const { agent, recording } = setUp();
    await agent.post('/iot/json?k=secret-key&i=d1').send([1]).expect(400);
    expect(recording.malformed).toHaveLength(1);
    expect(recording.lines.join('')).not.toContain('secret-key');
  });

  it('answers 415 to a form', async () => {
    const { agent } = setUp();
    await agent.post('/iot/json?k=k1&i=d1').type('form').send({ t: 1 }).expect(415);
  });
});

const waiting = [
  { name: 'turn', value: 'left' },
  { name: 'move', value: 20 },
];

describe('UltraLight by HTTP', () => {
  it('takes measures and results of commands in one message', async () => {
    const { agent, recording } = setUp();
    await agent
      .post('/iot/d?k=k1&i=d1')
      .type('text/plain')
      .send('t|15#2016-06-13T00:35:30Z|lle|100#d1@turn|ok')
      .expect(200, '');
    expect(recording.incoming).toMatchObject([
      { values: { lle: 100 }, observedAt: Date.UTC(2016, 5, 13, 0, 35, 30) * 1000 },
      { values: { t: 15 }, observedAt: startTime },
      { kind: 'command-results', results: { turn: 'ok' } },
    ]);
    expect(recording.counted).toEqual(['ultralight spooled']);
  });

  it('takes measures of devices that can only GET, with their time', async () => {
    const { agent, recording } = setUp();
    await agent.get('/iot/d?k=k1&i=d1&t=2026-01-01T00:00:00Z').query({ d: 't|15|k|abc' }).expect(200, '');
    const observedAt = Date.UTC(2026, 0, 1) * 1000;
    expect(recording.incoming).toMatchObject([{ values: { t: 15, k: 'abc' }, observedAt }]);
  });

  it('takes one value', async () => {
    const { agent, recording } = setUp();
    await agent.post('/iot/d/attrs/door?k=k1&i=d1').type('text/plain').send('open').expect(200, '');
    expect(recording.incoming).toMatchObject([{ values: { door: 'open' } }]);
  });

  it('answers 400 with the rule to what is no UltraLight, and 415 to JSON', async () => {
    const { agent } = setUp();
    const answer = await agent.post('/iot/d?k=k1&i=d1').type('text/plain').send('t').expect(400);
    expect(answer.body.detail).toContain('name|value');
    await agent.post('/iot/d?k=k1&i=d1').send({ t: 1 }).expect(415);
  });
});

describe('commands by HTTP', () => {
  const asked: string[][] = [];
  const recording = () =>
    recordingParts({
      plain: {
        poll: async (...sender) => {
          asked.push(sender);
          return waiting;
        },
      },
    });

  it.each([
    ['/iot/json', '{"turn":"left","move":20}'],
    ['/iot/d', 'd1@turn|left#d1@move|20'],
  ])('are handed out at %s with getCmd=1, with a measure or without', async (path, text) => {
    const { agent, recording: recorded } = setUp(recording());
    const get = await agent.get(`${path}?k=k1&i=d1&getCmd=1`).expect(200);
    expect(get.text).toBe(text);
    expect(recorded.incoming).toEqual([]);
    const measure = path === '/iot/d' ? 't|1' : '{"t":1}';
    const post = await agent.get(`${path}?k=k1&i=d1&getCmd=1`).query({ d: measure }).expect(200);
    expect(post.text).toBe(text);
    expect(recorded.incoming).toMatchObject([{ values: { t: 1 } }]);
    expect(asked.splice(0)).toEqual([
      ['k1', 'd1'],
      ['k1', 'd1'],
    ]);
  });

  it('stay where they are when the device does not ask for them', async () => {
    const { agent } = setUp(recording());
    await agent.post('/iot/json?k=k1&i=d1').send({ t: 1 }).expect(200, {});
    expect(asked).toEqual([]);
  });

  it('do not keep a measure from being taken when they cannot be looked up', async () => {
    const plain = { poll: () => Promise.reject(new Error('the registry is away')) };
    const { agent, recording: recorded } = setUp(recordingParts({ plain }));
    await agent.post('/iot/json?k=k1&i=d1&getCmd=1').send({ t: 1 }).expect(200, {});
    expect(recorded.incoming).toHaveLength(1);
  });

  it('are answered with their results', async () => {
    const { agent, recording: recorded } = setUp();
    await agent.post('/iot/json/commands?k=k1&i=d1').send({ turn: 'done' }).expect(200, {});
    await agent.post('/iot/d/commands?k=k1&i=d1').type('text/plain').send('d1@move|20').expect(200, '');
    const result = { kind: 'command-results', deviceId: 'd1' };
    expect(recorded.incoming).toMatchObject([
      { ...result, results: { turn: 'done' } },
      { ...result, results: { move: 20 } },
    ]);
  });
});

describe('values of the Entity by HTTP', () => {
  const request = { type: 'configuration', fields: ['sleepTime'] };
  const answering = (outcome: ConfigurationOutcome) =>
    setUp(recordingParts({ plain: { configure: async () => outcome } })).agent;

  it.each(['/iot/json/configuration/commands', '/configuration/commands'])(
    'are in the answer of %s',
    async (path) => {
      const agent = answering({ kind: 'answered', text: '{"sleepTime":"200"}' });
      await agent.post(`${path}?k=k1&i=d1`).send(request).expect(200, { sleepTime: '200' });
    },
  );

  it('are in the form of the message where the path tells none', async () => {
    const agent = answering({ kind: 'answered', text: 'd1@configuration|sleepTime=200' });
    const answer = await agent
      .post('/configuration/commands?k=k1&i=d1')
      .type('text/plain')
      .send('configuration|sleepTime')
      .expect(200, 'd1@configuration|sleepTime=200');
    expect(answer.headers['content-type']).toBe('text/plain');
  });

  it('are refused with 404 to strangers, and with 503 while the broker is away', async () => {
    const path = '/iot/json/configuration/commands?k=k1&i=d1';
    const refused = answering({ kind: 'refused', reason: 'no device d1' });
    expect((await refused.post(path).send(request).expect(404)).body.detail).toBe('no device d1');
    const away = await answering({ kind: 'away', reason: 'later' }).post(path).send(request).expect(503);
    expect(away.headers['retry-after']).toBe('5');
  });
});

describe('the path of a group', () => {
  const waysOf = async (apikey: string) =>
    apikey === 'k1'
      ? { resource: '/city/bins/' }
      : { resource: '/city/robots', protocol: 'ultralight' as const };
  const own = () => setUp(recordingParts({ plain: { waysOf, poll: async () => waiting } }));

  it('takes what its devices send, of the protocol that they speak', async () => {
    const { agent, recording } = own();
    await agent.post('/city/bins?k=k1&i=d1').send({ t: 1 }).expect(200, {});
    await agent.post('/city/bins/attrs/level?k=k1&i=d1').send('70').type('json').expect(200, {});
    await agent.post('/city/bins?k=k1&i=d2').type('text/plain').send('t|2').expect(200, '');
    await agent.get('/city/robots?k=k2&i=d3').query({ d: 't|3' }).expect(200, '');
    expect(recording.incoming).toMatchObject([
      { deviceId: 'd1', values: { t: 1 } },
      { deviceId: 'd1', values: { level: 70 } },
      { deviceId: 'd2', values: { t: 2 } },
      { deviceId: 'd3', values: { t: 3 } },
    ]);
  });

  it('hands out commands', async () => {
    await own().agent.get('/city/robots?k=k2&i=d1&getCmd=1').expect(200, 'd1@turn|left#d1@move|20');
  });

  it('is none for other groups', async () => {
    const { agent } = own();
    await agent.post('/city/bins?k=k2&i=d1').send({ t: 1 }).expect(404);
    await agent.post('/city/binsful?k=k1&i=d1').send({ t: 1 }).expect(404);
    await agent.post('/city/bins').send({ t: 1 }).expect(404);
  });
});

describe('deviceApp', () => {
  it('answers 404 to paths that it does not have', async () => {
    const answer = await setUp().agent.get('/iot/devices').expect(404);
    expect(answer.body).toMatchObject({ status: 404, detail: expect.stringContaining('/iot/devices') });
  });

  it.each([
    ['put', '/iot/json', 'GET, POST'],
    ['get', '/webhooks/chirpstack', 'POST'],
    ['get', '/iot/json/attrs/t', 'POST'],
    ['put', '/iot/d', 'GET, POST'],
    ['get', '/iot/d/configuration/commands', 'POST'],
  ] as const)('answers 405 to %s %s', async (method, path, allowed) => {
    const answer = await setUp().agent[method](path).expect(405);
    expect(answer.headers['allow']).toBe(allowed);
  });

  it('hands out no commands, and takes nothing, by HEAD', async () => {
    let polls = 0;
    const poll = async () => {
      polls += 1;
      return [];
    };
    const { agent, recording } = setUp(recordingParts({ plain: { poll } }));
    await agent.head('/iot/json?k=k1&i=d1&getCmd=1').expect(405).expect('Allow', 'GET, POST');
    await agent.head('/iot/d?k=k1&i=d1&d=t|1').expect(405);
    expect([polls, recording.incoming.length]).toEqual([0, 0]);
  });

  it('answers 400 to a path that is no text', async () => {
    const answer = await setUp().agent.post('/iot/json/attrs/%ff?k=k1&i=d1').send('1').expect(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });
});
