import type { Server } from 'node:http';
import { beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

const lamp = 'urn:ngsi-ld:Streetlight:1';
const rule = {
  name: 'court',
  when: { entities: { type: 'PresenceSensor' }, q: 'motionDetected==true' },
  then: [{ entity: lamp, command: 'on', value: true }],
  after: { delay: 'PT10M', then: [{ entity: lamp, command: 'on', value: false }] },
};
const group = { apikey: 'k1', resource: '', entity_type: 'Streetlight' };

let api: ConfigApiServer;
let server: Server;

beforeEach(async () => {
  api = await configApiServer();
  server = api.server;
});

const post = (path: string, body: object) => request(server).post(path).send(body);
const get = async (path: string) => (await request(server).get(path).expect(200)).body;

describe('/iot/rules', () => {
  it('makes, lists, shows, changes and deletes rules', async () => {
    await post('/iot/rules', rule).expect(201, {});
    await post('/iot/rules', {
      rules: [
        { ...rule, name: 'two' },
        { ...rule, name: 'three' },
      ],
    }).expect(201);
    expect(await get('/iot/rules?limit=2')).toEqual({ count: 3, rules: [rule, { ...rule, name: 'two' }] });
    expect(await get('/iot/rules/court')).toEqual({ ...rule, state: { delayed: [], waiting: [] } });
    const repeat = { ...rule, repeat: true };
    await request(server).put('/iot/rules/court').send(repeat).expect(204);
    expect(await get('/iot/rules/court')).toMatchObject(repeat);
    await request(server).put('/iot/rules/four').send({ when: rule.when, then: rule.then }).expect(201);
    await request(server).delete('/iot/rules/court').expect(204);
    expect((await request(server).get('/iot/rules/court').expect(404)).body).toMatchObject({
      name: 'RULE_NOT_FOUND',
      message: expect.stringContaining('GET /iot/rules lists'),
    });
    await request(server).delete('/iot/rules/court').expect(404);
  });

  it('keeps tenants apart', async () => {
    await post('/iot/rules', rule).set('NGSILD-Tenant', 'harbour').expect(201);
    expect((await get('/iot/rules')).count).toBe(0);
    await post('/iot/rules', rule).expect(201);
  });

  it('takes back what it shows', async () => {
    await post('/iot/rules', rule).expect(201);
    await request(server)
      .put('/iot/rules/court')
      .send(await get('/iot/rules/court'))
      .expect(204);
  });

  it.each([
    [{}, 400, 'the rule must have name'],
    [{ ...rule, wenn: 1 }, 400, 'the rule.wenn is no setting: known are name, description'],
    [{ ...rule, then: [{ entity: lamp, command: 'on' }] }, 400, 'the rule.then[0] must have value'],
    [
      { ...rule, during: { from: '22:00', to: '06:00' } },
      400,
      'rule "court": during.from is a time of the clock',
    ],
    [{ ...rule, when: { entities: { type: 'Streetlight' }, q: 'on==true' } }, 400, '(court → court)'],
    [{ ...rule, schedule: { at: '22:00' } }, 400, 'the rule.schedule must have then'],
    [{ rules: [] }, 400, 'rules must be a list'],
  ])('refuses %j', async (body, status, told) => {
    const answer = await post('/iot/rules', body).expect(status);
    expect(answer.body.message).toContain(told);
    expect((await get('/iot/rules')).count).toBe(0);
  });

  it('makes none of several where one is refused, or clashes', async () => {
    const two = await post('/iot/rules', { rules: [rule, { ...rule, then: [], after: undefined }] }).expect(
      409,
    );
    expect(two.body.name).toBe('DUPLICATE_RULE');
    await post('/iot/rules', { rules: [rule, { ...rule, name: '-' }] }).expect(400);
    expect((await get('/iot/rules')).count).toBe(0);
  });

  it('refuses a ring of two rules, and names it', async () => {
    const alarm = { when: { entities: { type: 'Streetlight' }, q: 'on==true' } };
    const siren = 'urn:ngsi-ld:PresenceSensor:1';
    await post('/iot/rules', rule).expect(201);
    const body = {
      name: 'back',
      ...alarm,
      then: [{ entity: siren, command: 'motionDetected', value: true }],
    };
    const answer = await post('/iot/rules', body).expect(400);
    expect(answer.body.message).toContain('back → court → back');
  });

  it('says what a test needs', async () => {
    await post('/iot/rules', rule).expect(201);
    expect((await post('/iot/rules/court/test', {}).expect(400)).body.message).toContain('{"entity":');
    await post('/iot/rules/none/test', { entity: lamp }).expect(404);
    // The broker is away.
    await post('/iot/rules/court/test', { entity: lamp }).expect(503);
  });

  it('names its methods', async () => {
    await request(server).patch('/iot/rules/court').send({}).expect(405).expect('Allow', 'GET, PUT, DELETE');
  });
});

describe('the rules of a group', () => {
  it('are the same: listed, changed and deleted at both places', async () => {
    await post('/iot/groups', { groups: [{ ...group, rules: [rule] }] }).expect(201, {});
    expect(await get('/iot/rules')).toEqual({ count: 1, rules: [{ ...rule, of: 'group k1' }] });
    await request(server)
      .put('/iot/rules/court')
      .send({ ...rule, repeat: true })
      .expect(204);
    expect((await get('/iot/groups?apikey=k1')).rules).toEqual([{ ...rule, repeat: true }]);
    await request(server)
      .put('/iot/groups?apikey=k1')
      .send({ rules: [rule] })
      .expect(204);
    expect(await get('/iot/rules/court')).toMatchObject(rule);
    await request(server).delete('/iot/rules/court').expect(204);
    expect((await get('/iot/groups?apikey=k1')).rules).toEqual([]);
  });

  it('are refused with the group, and clash with others of the tenant', async () => {
    const bad = { ...group, rules: [{ ...rule, after: { delay: 'soon', then: rule.then } }] };
    const answer = await post('/iot/groups', { groups: [bad] }).expect(400);
    expect(answer.body.message).toContain('rule "court": after.delay is no time');
    await post('/iot/rules', rule).expect(201);
    await post('/iot/groups', { groups: [{ ...group, rules: [rule] }] }).expect(409);
    expect((await get('/iot/groups')).count).toBe(0);
  });

  it('take time zone and place from it', async () => {
    const nightly = { ...rule, during: { from: 'sunset', to: '06:00' } };
    await post('/iot/groups', { groups: [{ ...group, rules: [nightly] }] }).expect(400);
    const location = { name: 'location', type: 'geo:point', value: '51.03, 4.48' };
    const placed = { ...group, timezone: 'Europe/Brussels', static_attributes: [location], rules: [nightly] };
    await post('/iot/groups', { groups: [placed] }).expect(201);
    expect((await get('/iot/rules/court')).fault).toBeUndefined();
  });
});

describe('the rules of a device', () => {
  const device = { device_id: 'd1', entity_type: 'Streetlight' };

  it('are the same too, and are refused with it', async () => {
    await post('/iot/devices', { devices: [{ ...device, rules: [{ ...rule, name: '-' }] }] }).expect(400);
    await post('/iot/devices', { devices: [{ ...device, rules: [rule] }] }).expect(201);
    expect(await get('/iot/rules/court')).toMatchObject({ of: 'device d1' });
    await request(server)
      .put('/iot/rules/court')
      .send({ ...rule, repeat: true })
      .expect(204);
    expect((await get('/iot/devices/d1')).rules).toEqual([{ ...rule, repeat: true }]);
    await request(server).delete('/iot/devices/d1').expect(204);
    await request(server).get('/iot/rules/court').expect(404);
  });
});

describe('a notification', () => {
  const notification = (entity: object) => ({ id: 'urn:n:1', type: 'Notification', data: [entity] });
  const motion = {
    id: 'urn:ngsi-ld:PresenceSensor:1',
    type: 'PresenceSensor',
    motionDetected: { type: 'Property', value: true },
  };

  it('fires the rule, which then shows what it has still to do', async () => {
    await post('/iot/rules', rule).expect(201);
    await post('/iot/notify/notify-secret/rules/court', notification(motion)).expect(204);
    expect((await get('/iot/rules/court')).state).toMatchObject({
      lastFired: { entity: motion.id },
      delayed: [{ entity: lamp, type: 'Streetlight', command: 'on', value: false }],
      waiting: [{ entity: lamp, command: 'on', value: true }],
    });
  });

  it('of nobody, of no rule, or of another form is refused', async () => {
    await post('/iot/rules', rule).expect(201);
    await post('/iot/notify/wrong/rules/court', notification(motion)).expect(404);
    await post('/iot/notify/notify-secret/rules/none', notification(motion)).expect(404);
    await post('/iot/notify/notify-secret/rules/court', { data: 1 }).expect(400);
    expect((await get('/iot/rules/court')).state.lastFired).toBeUndefined();
  });
});
