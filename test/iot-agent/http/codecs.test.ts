import { beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

let api: ConfigApiServer;

beforeEach(async () => {
  api = await configApiServer();
});

const script = "function decodeUplink({ bytes }) { return { data: { t: bytes[0] } }; }\n// 'é'\n";
const put = (name: string, body: string | object = script, type = 'text/javascript') =>
  request(api.server).put(`/iot/codecs/${name}`).set('Content-Type', type).send(body);

describe('/iot/codecs', () => {
  it.each(['text/javascript', 'application/javascript', 'text/plain', 'text/javascript; charset=utf-8'])(
    'takes a script as %s',
    async (type) => {
      const { body } = await put('acme-th', script, type).expect(201);
      expect(body).toMatchObject({ name: 'acme-th', functions: ['decodeUplink'], size: 79, warnings: [] });
      const { text } = await request(api.server).get('/iot/codecs/acme-th').expect(200);
      expect(text).toBe(script);
    },
  );

  it('takes JSON with a description, gives JSON to who accepts that, and lists what there is', async () => {
    await put('b', { script, description: 'of ACME' }, 'application/json').expect(201);
    await put('a', { script }, 'application/json').expect(201);
    const one = await request(api.server).get('/iot/codecs/b').set('Accept', 'application/json').expect(200);
    expect(one.body).toMatchObject({
      name: 'b',
      description: 'of ACME',
      script,
      revision: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    const { body } = await request(api.server).get('/iot/codecs').expect(200);
    expect(body).toMatchObject({
      count: 2,
      codecs: [
        { name: 'a' },
        { name: 'b', functions: ['decodeUplink'], updated: expect.stringMatching(/Z$/) },
      ],
    });
    expect(body.builtIn.map(({ name }: { name: string }) => name)).toEqual(['cayenne-lpp', 'cbor']);
    expect(JSON.stringify(body)).not.toContain('bytes[0]');
  });

  it('puts a new script in the place of the old one', async () => {
    await put('a').expect(201);
    await put('a', 'function Decoder() { return {}; }').expect(204);
    const { body } = await request(api.server).get('/iot/codecs/a').set('Accept', 'application/json');
    expect(body.functions).toEqual(['Decoder']);
  });

  it('keeps the codecs of tenants apart', async () => {
    await put('a').set('NGSILD-Tenant', 'city').expect(201);
    await request(api.server).get('/iot/codecs/a').expect(404);
    await request(api.server).delete('/iot/codecs/a').expect(404);
    await request(api.server).get('/iot/codecs/a').set('Fiware-Service', 'city').expect(200);
  });

  it.each([
    ['that does not parse', 'function decodeUplink() {\n  return 1 +;\n}', 'line 2, column 13'],
    ['without any known function', 'function decode() {}', 'it has none of the functions decodeUplink'],
    ['that fails when it is loaded', 'throw new Error("no");', 'Error: no (line 1'],
    ['that does not end', 'while (true) {}', 'takes longer than 100 ms'],
    ['that is empty', '', 'none of the functions'],
  ])('refuses a script %s', async (_what, text, reason) => {
    const { body } = await put('a', text).expect(400);
    expect(body).toMatchObject({ name: 'WRONG_SYNTAX', message: expect.stringContaining(reason) });
    await request(api.server).get('/iot/codecs/a').expect(404);
  });

  it('warns of a script that decodes nothing', async () => {
    const response = await put('a', 'function encodeDownlink() {}').expect(201);
    expect(response.headers['warning']).toContain('decodeUplink');
    expect(response.body.warnings).toHaveLength(1);
  });

  it.each([
    ['cbor', 'built in'],
    ['cayenne-lpp', 'built in'],
    ['%20a', 'letters, digits'],
    ['a'.repeat(129), '1 to 128'],
  ])('refuses the name %s', async (name, reason) => {
    const { body } = await put(name).expect(400);
    expect(body.message).toContain(reason);
  });

  it('refuses other bodies', async () => {
    expect((await put('a', 'x', 'application/x-www-form-urlencoded').expect(415)).body.message).toContain(
      'text/javascript',
    );
    expect((await put('a', { code: 'x' }, 'application/json').expect(400)).body.message).toContain(
      'must have script',
    );
    expect((await put('a', '{', 'application/json').expect(400)).body.message).toContain('no JSON');
    await put('a', '/'.repeat(110_000)).expect(413);
  });

  it('says which methods there are', async () => {
    const response = await request(api.server).post('/iot/codecs/a').send({}).expect(405);
    expect(response.headers['allow']).toBe('GET, PUT, DELETE');
  });
});

describe('devices and groups with a codec', () => {
  const device = { device_id: 'd1', devEui: '70B3D57BA0000001', entity_type: 'Room', codec: 'acme' };
  const post = (settings: object) =>
    request(api.server)
      .post('/iot/devices')
      .send({ devices: [settings] });

  it('name one that is there, or is built in', async () => {
    await put('acme').expect(201);
    await post(device).expect(201);
    await post({ ...device, device_id: 'd2', devEui: '70B3D57BA0000002', codec: 'cbor' }).expect(201);
    const { body } = await request(api.server).get('/iot/devices/d1');
    expect(body.codec).toBe('acme');
  });

  it('are refused by name with close ones when it is not there', async () => {
    await put('acme-th').expect(201);
    const { body } = await post({ ...device, codec: 'acme-ht' }).expect(400);
    expect(body.message).toContain('codec of device d1 is "acme-ht"');
    expect(body.message).toContain('did you mean acme-th');
    const group = { apikey: 'k', entity_type: 'T', codec: 'cayene-lpp' };
    const answer = await request(api.server)
      .post('/iot/groups')
      .send({ groups: [group] })
      .expect(400);
    expect(answer.body.message).toContain('did you mean cayenne-lpp');
    await post({ ...device, codec: 'cbor' }).expect(201);
    await request(api.server).put('/iot/devices/d1').send({ codec: 'nothing' }).expect(400);
  });

  it('keep theirs from being deleted', async () => {
    await put('acme').expect(201);
    await post(device).expect(201);
    await request(api.server)
      .post('/iot/groups')
      .send({ groups: [{ apikey: 'k', entity_type: 'T', codec: 'acme' }] });
    const { body } = await request(api.server).delete('/iot/codecs/acme').expect(409);
    expect(body).toMatchObject({
      name: 'CODEC_IN_USE',
      message: expect.stringContaining('group k, device d1'),
    });
    await request(api.server).delete('/iot/devices/d1').expect(204);
    await request(api.server).delete('/iot/groups?apikey=k').expect(204);
    await request(api.server).delete('/iot/codecs/acme').expect(204);
    await request(api.server).get('/iot/codecs/acme').expect(404);
  });
});
