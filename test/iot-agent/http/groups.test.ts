import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

let api: ConfigApiServer;

beforeEach(async () => {
  api = await configApiServer();
});

const group = { resource: '/iot/json', apikey: 'k1', entity_type: 'Room' };
const tenant = { 'Fiware-Service': 'city', 'Fiware-ServicePath': '/' };

describe.each(['groups', 'services'])('/iot/%s', (collection) => {
  const path = `/iot/${collection}`;

  it('registers, lists, changes and removes groups', async () => {
    await request(api.server)
      .post(path)
      .set(tenant)
      .send({ [collection]: [group] })
      .expect(201, {});
    const listed = await request(api.server).get(path).set(tenant).expect(200);
    expect(listed.body).toEqual({
      count: 1,
      [collection]: [{ ...group, service: 'city', service_path: '/' }],
    });
    const query = `${path}?resource=/iot/json&apikey=k1`;
    await request(api.server).put(query).set(tenant).send({ autoprovision: false }).expect(204);
    const one = await request(api.server).get(query).set(tenant).expect(200);
    expect(one.body).toMatchObject({ ...group, autoprovision: false });
    await request(api.server).delete(query).set(tenant).expect(204);
    await request(api.server).delete(query).set(tenant).expect(404);
    expect((await request(api.server).get(path).set(tenant)).body.count).toBe(0);
  });
});

describe('service groups', () => {
  const post = (groups: unknown, headers: Record<string, string> = {}) =>
    request(api.server).post('/iot/groups').set(headers).send({ groups });

  it('take `type` for entity_type', async () => {
    await post([{ apikey: 'k1', type: 'Light' }]).expect(201);
    const { body } = await request(api.server).get('/iot/groups?apikey=k1');
    expect(body).toMatchObject({ entity_type: 'Light', resource: '' });
    expect(body).not.toHaveProperty('type');
  });

  it('are taken with what FIWARE users set, which is kept with a warning where it has no effect', async () => {
    const settings = {
      ...group,
      cbroker: 'http://orion:1026',
      token: 't',
      expressionLanguage: 'legacy',
      timezone: 'Europe/Berlin',
      entityNameExp: "id + '__' + t",
      attributes: [{ object_id: 't', name: 'temperature', type: 'Property', reverse: [] }],
    };
    const { body } = await post([{ ...settings, _id: '5f', __v: 0, creationDate: 1 }]).expect(201);
    expect(body.warnings.map(({ message }: { message: string }) => message)).toEqual([
      'token is kept, but has no effect',
      'cbroker is kept, but has no effect',
      'expressionLanguage other than jexl is kept, but has no effect',
      'reverse of attributes is kept, but has no effect',
    ]);
    const stored = await request(api.server).get('/iot/groups?apikey=k1');
    expect(stored.body).toEqual({ ...settings, service: '', service_path: '/' });
  });

  it('are configured as docs/mapping.md shows', async () => {
    const [, example = ''] = /```json\n([^`]*)```/.exec(readFileSync('docs/mapping.md', 'utf8')) ?? [];
    const { body } = await post(JSON.parse(example).groups).expect(201);
    expect(body).toEqual({});
  });

  it('have static attributes that an Entity could have', async () => {
    const light = { apikey: 'k1', entity_type: 'Streetlight' };
    const bad = [{ name: 'status', type: 'Text', value: 'fine' }];
    const { body } = await post([{ ...light, static_attributes: bad }]).expect(400);
    expect(body.message).toContain('static_attributes of group k1: status must be one of ok, defectiveLamp');
    await post([light]).expect(201);
    await request(api.server).put('/iot/groups?apikey=k1').send({ static_attributes: bad }).expect(400);
  });

  it('have an apikey that no other has, in any tenant', async () => {
    await post([group], tenant).expect(201);
    const { body } = await post([{ apikey: 'k2' }, group]).expect(409);
    expect(body).toEqual({ name: 'DUPLICATE_GROUP', message: expect.stringContaining('k1') });
    expect((await request(api.server).get('/iot/groups')).body.count).toBe(0);
  });

  it('are not shown to another tenant, nor changed by it', async () => {
    await post([group], tenant).expect(201);
    await request(api.server).get('/iot/groups?apikey=k1').expect(404);
    await request(api.server).put('/iot/groups?apikey=k1').send({ entity_type: 'X' }).expect(404);
    await request(api.server).delete('/iot/groups?apikey=k1').expect(404);
  });

  it('may get another apikey, if that is free', async () => {
    await post([group, { apikey: 'k2' }]).expect(201);
    const taken = await request(api.server).put('/iot/groups?apikey=k1').send({ apikey: 'k2' }).expect(409);
    expect(taken.body.name).toBe('DUPLICATE_GROUP');
    await request(api.server).put('/iot/groups?apikey=k1').send({ apikey: 'k3' }).expect(204);
    await request(api.server).get('/iot/groups?apikey=k3').expect(200);
  });

  it('are named by apikey', async () => {
    const { body } = await request(api.server).delete('/iot/groups').expect(400);
    expect(body).toEqual({ name: 'MISSING_ATTRIBUTES', message: expect.stringContaining('apikey') });
  });

  it('must have an apikey', async () => {
    const { body } = await post([{ entity_type: 'Room' }]).expect(400);
    expect(body).toEqual({ name: 'MISSING_ATTRIBUTES', message: 'groups[0] must have apikey' });
  });
});
