import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

let api: ConfigApiServer;
beforeEach(async () => {
  api = await configApiServer();
});
afterEach(async () => {
  await api.pipeline.end();
});

const mqtt = { url: 'mqtts://broker.example:8883', user: 'agent', password: 'bell' };
const air = { name: 'air', type: 'mqtt', mqtt };
const request = () => supertest(api.server);
const read = async (tenant = '') => {
  const get = request().get('/iot/connections/air');
  return (await (tenant === '' ? get : get.set('Fiware-Service', tenant)).expect(200)).body;
};
const kept = async () => (await api.pipeline.registry.connection('', 'air'))?.settings;

describe('/iot/connections', () => {
  it('keeps a connection, and shows it without its secrets, which are sealed at rest', async () => {
    const made = await request().post('/iot/connections').send(air).expect(201);
    expect(made.headers['location']).toBe('/iot/connections/air');
    const shown = { ...air, mqtt: { ...mqtt, password: '***' }, enabled: true };
    expect(made.body).toMatchObject(shown);
    expect(await read()).toMatchObject(shown);
    const { body } = await request().get('/iot/connections').expect(200);
    expect(body).toMatchObject({ count: 1, connections: [shown] });
    expect(JSON.stringify(await kept())).not.toContain('bell');
  });

  it('keeps the secret where asterisks come back, by PUT and PATCH, and takes a new one', async () => {
    await request().post('/iot/connections').send(air).expect(201);
    const { status, ...shown } = await read();
    const before = (await kept())?.mqtt?.password;
    await request()
      .put('/iot/connections/air')
      .send({ ...shown, enabled: false })
      .expect(204);
    expect(await kept()).toMatchObject({ enabled: false, mqtt: { password: before } });
    await request()
      .patch('/iot/connections/air')
      .send({ mqtt: { user: null, shareGroup: 'city' } })
      .expect(204);
    expect(await kept()).toMatchObject({ mqtt: { url: mqtt.url, password: before, shareGroup: 'city' } });
    expect(await kept()).not.toHaveProperty('mqtt.user');
    await request()
      .patch('/iot/connections/air')
      .send({ mqtt: { password: 'gong' } })
      .expect(204);
    expect((await kept())?.mqtt?.password).not.toBe(before);
    expect(await read()).toMatchObject({ mqtt: { password: '***' } });
  });

  it.each([
    ['another host', 'mqtts://elsewhere.example:8883'],
    ['another port', 'mqtts://broker.example:8884'],
    ['no TLS', 'mqtt://broker.example:8883'],
  ])('does not send a secret that is kept to %s: it is to be given again', async (_, url) => {
    await request().post('/iot/connections').send(air).expect(201);
    const { body } = await request().patch('/iot/connections/air').send({ mqtt: { url } }).expect(400);
    expect(body.message).toMatch(/kept for the server that it was given for/);
    expect(await kept()).toMatchObject({ mqtt: { url: mqtt.url } });
    await request()
      .patch('/iot/connections/air')
      .send({ mqtt: { url, password: 'gong' } })
      .expect(204);
  });

  it('is of one tenant', async () => {
    await request().post('/iot/connections').set('Fiware-Service', 'city').send(air).expect(201);
    await request().get('/iot/connections/air').expect(404);
    await request().delete('/iot/connections/air').expect(404);
    expect(await read('city')).toMatchObject({ name: 'air' });
    await request().post('/iot/connections').send(air).expect(201);
  });

  it('deletes', async () => {
    await request().post('/iot/connections').send(air).expect(201);
    await request().delete('/iot/connections/air').expect(204);
    await request().get('/iot/connections/air').expect(404);
    expect((await request().post('/iot/connections/air/test').expect(404)).body.name).toBe(
      'CONNECTION_NOT_FOUND',
    );
  });

  it('answers 409 to a name that is taken, and 405 to other methods', async () => {
    await request().post('/iot/connections').send(air).expect(201);
    const { body } = await request().post('/iot/connections').send(air).expect(409);
    expect(body).toMatchObject({
      name: 'DUPLICATE_CONNECTION',
      message: expect.stringContaining('PUT or PATCH'),
    });
    await request().post('/iot/connections/air').send(air).expect(405);
    await request().get('/iot/connections/air/test').expect(405);
  });

  it.each([
    [{ type: 'mqtt', mqtt }, /must have name/],
    [{ ...air, name: 'a/b' }, /name must/],
    [{ ...air, type: 'amqp' }, /type must be one of mqtt, things-stack/],
    [{ name: 'air', type: 'mqtt' }, /must have mqtt or api/],
    [{ ...air, mqtt: { url: 'http://broker' } }, /mqtt\.url must be a URL that starts with mqtt:\/\//],
    [{ ...air, mqtt: { url: 'mqtt://u:p@broker' } }, /must not hold a login/],
    [{ ...air, api: { url: 'ftp://x' } }, /api\.url must be a URL/],
    [{ ...air, mqtt: { ...mqtt, cert: 'c.pem' } }, /mqtt\.cert and mqtt\.key belong together/],
    [{ ...air, mqtt: { ...mqtt, passwort: 'x' } }, /passwort is no setting: did you mean password/],
    [{ ...air, mqtt: { ...mqtt, password: '***' } }, /\*\*\* stands for a secret that is there already/],
    [{ ...air, mqtt: { ...mqtt, topics: ['a/#/b'] } }, /no topic filter/],
    [
      { ...air, mqtt: { ...mqtt, topics: [{ template: 'a', format: 'yaml' }] } },
      /format must be one of json/,
    ],
    [
      { ...air, mqtt: { ...mqtt, topics: [{ template: 'a/{deviceId}', format: 'json' }] } },
      /needs the apikey/,
    ],
  ])('refuses %j', async (body, reason) => {
    const answer = await request().post('/iot/connections').send(body).expect(400);
    expect(answer.body.message).toMatch(reason);
  });

  it('cannot be renamed', async () => {
    await request().post('/iot/connections').send(air).expect(201);
    const { body } = await request()
      .put('/iot/connections/air')
      .send({ ...air, name: 'bins' })
      .expect(400);
    expect(body.message).toMatch(/the name of connection air cannot be changed/);
  });
});

const template = (text: string) => ({ template: text, format: 'text', name: 't', apikey: 'k1' });

describe('templates that fit the same topic', () => {
  it('are refused with 409 in one connection, naming both', async () => {
    const topics = [template('city/{site}/{deviceId}'), template('city/north/{deviceId}')];
    const { body } = await request()
      .post('/iot/connections')
      .send({ ...air, mqtt: { ...mqtt, topics } })
      .expect(409);
    expect(body).toMatchObject({ name: 'AMBIGUOUS_TOPICS' });
    expect(body.message).toMatch(/city\/north\/\{deviceId\}.*city\/\{site\}\/\{deviceId\}/);
  });

  it('are refused with 409 between groups; those of another tenant are not told by name', async () => {
    const group = (apikey: string, text: string) => ({
      groups: [{ apikey, entity_type: 'T', topics: [{ template: text, format: 'text', name: 't' }] }],
    });
    const post = (body: object, tenant: string) =>
      request().post('/iot/groups').set('Fiware-Service', tenant).send(body);
    await post(group('k1', 'city/{deviceId}'), 'a').expect(201);
    const own = await post(group('k2', '+/{deviceId}'), 'a').expect(409);
    expect(own.body.message).toMatch(/of group k2 and city\/\{deviceId\} of group k1/);
    const other = await post(group('k2', 'city/{deviceId}'), 'b').expect(409);
    expect(other.body.message).toMatch(/of a group of another tenant/);
    expect(other.body.message).not.toContain('k1');
    await post(group('k2', 'town/{deviceId}'), 'b').expect(201);
    const change = { topics: [{ template: 'city/x/{deviceId}', format: 'text', name: 't' }] };
    await request().patch('/iot/groups?apikey=k1').set('Fiware-Service', 'a').send(change).expect(204);
  });

  it('are refused with 409 where the usual devices and network servers publish', async () => {
    const topics = [{ template: '{a}/{deviceId}/attrs', format: 'text', name: 't' }];
    const { body } = await request()
      .post('/iot/groups')
      .send({ groups: [{ apikey: 'k1', topics }] })
      .expect(409);
    expect(body.message).toMatch(/fits topics of \+\/\+\/attrs alone/);
  });
});
