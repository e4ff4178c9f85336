import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { LorawanUplink } from '../../../iot-agent/measurement.ts';
import type { CauseName } from '../../../iot-agent/spool/causes.ts';
import { eventually } from '../../support/eventually.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { POINT } from '../mapping/sample-device.ts';
import { measure, timeText, uplink } from '../running-pipeline.ts';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

let broker: FakeBroker;
let api: ConfigApiServer;

beforeEach(async () => {
  broker = await fakeBroker();
  api = await configApiServer(broker.url);
});
afterEach(() => broker.close());

type Headers = Readonly<Record<string, string>>;
const id = '70b3d57ba0000001';
const location = { name: 'location', type: 'geo:json', value: POINT };
const known: Partial<LorawanUplink> = {
  server: 'chirpstack',
  applicationId: 'city',
  deviceId: 'pm 04',
  profile: 'DL-PM',
  tags: { site: 'north' },
};
const rules = '/iot/provisioning-rules';
const post = (path: string, body: object = {}, headers: Headers = {}) =>
  request(api.server).post(path).set(headers).send(body);
const get = async (path: string, headers: Headers = {}) =>
  (await request(api.server).get(path).set(headers).expect(200)).body;
const aside = (cause: CauseName): number => api.pipeline.spool.aside().get(cause) ?? 0;
const settled = (): Promise<void> => eventually(() => expect(api.pipeline.spool.depth()).toBe(0));

describe('an unknown device of a kind that the network server tells', () => {
  it('waits for approval; then what it sent is delivered in order', async () => {
    await api.pipeline.receive(uplink(1, 1, known), uplink(1, 2, known), uplink(1, 3, known));
    await eventually(() => expect(aside('pending')).toBe(3));
    expect(broker.upserts).toEqual([]);
    const { count, devices } = await get('/iot/devices?state=pending');
    expect(count).toBe(1);
    expect(devices[0]).toMatchObject({
      device_id: id,
      devEui: '70B3D57BA0000001',
      model: 'decentlab/dl-pm',
      state: 'pending',
      sighting: { server: 'chirpstack', profile: 'DL-PM', deviceId: 'pm 04' },
      last: { fCnt: 3 },
      waiting: [{ cause: 'pending', items: 3 }],
    });
    expect((await get('/iot/devices')).count).toBe(0);
    expect(await get(`/iot/devices/${id}`)).toMatchObject({ state: 'pending' });
    const { body } = await post(`/iot/devices/${id}/approve`, { static_attributes: { location } }).expect(
      201,
    );
    expect(body).toMatchObject({ device_id: id, entity_type: 'AirQualityObserved' });
    await eventually(() => expect(broker.upserts).toHaveLength(3));
    const times = broker.upserts.map(({ pm25 }) => (pm25 as { readonly observedAt: string }).observedAt);
    expect(times).toEqual([timeText(1), timeText(2), timeText(3)]);
    expect((await get('/iot/devices?state=pending')).count).toBe(0);
    await api.pipeline.receive(uplink(1, 4, known));
    await eventually(() => expect(broker.upserts).toHaveLength(4));
  });

  it('is ignored once it is rejected, until somebody approves of it after all', async () => {
    await api.pipeline.receive(uplink(1, 1, known));
    await eventually(() => expect(aside('pending')).toBe(1));
    await post(`/iot/devices/${id}/reject`).expect(204);
    expect(aside('pending')).toBe(0);
    await api.pipeline.receive(uplink(1, 2, known));
    await settled();
    expect([aside('pending'), aside('unknown-device'), broker.upserts.length]).toEqual([0, 0, 0]);
    expect((await get('/iot/devices?state=pending')).count).toBe(0);
    expect((await get('/iot/devices?state=rejected')).devices).toMatchObject([{ device_id: id }]);
    await post(`/iot/devices/${id}/approve`, { static_attributes: [location] }).expect(201);
    await api.pipeline.receive(uplink(1, 3, known));
    await eventually(() => expect(broker.upserts).toHaveLength(1));
  });

  it('waits again when it was deleted and sends again', async () => {
    await api.pipeline.receive(uplink(1, 1, known));
    await eventually(() => expect(aside('pending')).toBe(1));
    await request(api.server).delete(`/iot/devices/${id}`).expect(204);
    expect((await get('/iot/devices?state=pending')).count).toBe(0);
    await api.pipeline.receive(uplink(1, 2, known));
    await eventually(() => expect(aside('pending')).toBe(1));
  });

  it('waits no more when it is registered by hand', async () => {
    await api.pipeline.receive(uplink(1, 1, known));
    await eventually(() => expect(aside('pending')).toBe(1));
    const device = {
      device_id: 'pm-04',
      devEui: id,
      model: 'decentlab/dl-pm',
      static_attributes: [location],
    };
    await post('/iot/devices', { devices: [device] }).expect(201);
    await eventually(() => expect(broker.upserts).toHaveLength(1));
    expect((await get('/iot/devices?state=pending')).count).toBe(0);
  });

  it('belongs to the tenant of its tag', async () => {
    await api.pipeline.receive(
      uplink(1, 1, { ...known, tags: { tenant: 'city', model: 'decentlab/dl-pm' } }),
    );
    await eventually(() => expect(aside('pending')).toBe(1));
    expect((await get('/iot/devices?state=pending')).count).toBe(0);
    await post(`/iot/devices/${id}/approve`).expect(404);
    const theirs = await get('/iot/devices?state=pending', { 'NGSILD-Tenant': 'city' });
    expect(theirs.devices).toMatchObject([{ device_id: id, service: 'city' }]);
  });

  it('is only guessed at where the name is close', async () => {
    await api.pipeline.receive(uplink(1, 1, { profile: 'Decentlab-DLPN' }));
    await eventually(() => expect(aside('pending')).toBe(1));
    const { devices } = await get('/iot/devices?state=pending');
    expect(devices[0].suggestions).toContain('decentlab/dl-pm');
    expect(devices[0].model).toBe(devices[0].suggestions[0]);
  });

  it('stays unknown where nothing tells its kind, and an event does not count', async () => {
    const event = { kind: 'event', event: 'join', devEui: '70B3D57BA0000001', server: 'chirpstack' } as const;
    await api.pipeline.receive(
      { ...event, receivedAt: 1 },
      uplink(2, 1),
      uplink(3, 1, { profile: 'zzzzzzzzzzzz' }),
    );
    await eventually(() => expect(aside('unknown-device')).toBe(3));
    await api.pipeline.receive(uplink(1, 2, known));
    await eventually(() => expect(aside('pending')).toBe(1));
    expect((await get('/iot/devices?state=pending')).count).toBe(1);
  });

  it.each([['/iot/devices?state=sleeping', 'The parameter state must be registered, pending or rejected']])(
    'refuses %s',
    async (path, message) => {
      const { body } = await request(api.server).get(path).expect(400);
      expect(body.message).toBe(message);
    },
  );

  it('is told from one that is registered', async () => {
    await post('/iot/devices', { devices: [{ device_id: 'r1', entity_type: 'Room' }] });
    const { body } = await post('/iot/devices/r1/approve').expect(404);
    expect(body.message).toContain('waits for approval, and is registered');
  });
});

describe('a provisioning rule', () => {
  const auto = {
    name: 'air',
    match: { server: 'chirpstack', profile: 'dl-*', tags: { site: 'n?rth' } },
    policy: 'auto',
    naming: 'urn:ngsi-ld:{type}:{deviceId}',
  };

  it('registers what it fits at once, with a name by its template', async () => {
    await post(rules, auto).expect(201).expect('Location', `${rules}/air`);
    await api.pipeline.receive(uplink(1, 1, { ...known, location: { latitude: 50.9, longitude: 4.5 } }));
    await eventually(() => expect(broker.upserts).toHaveLength(1));
    expect(broker.upserts[0]?.id).toBe('urn:ngsi-ld:AirQualityObserved:pm%2004');
    expect(await get(`/iot/devices/${id}`)).toMatchObject({ model: 'decentlab/dl-pm' });
  });

  it('is for what came before it as well, and for the tenant that it names', async () => {
    await api.pipeline.receive(uplink(1, 1, { applicationId: 'waste' }));
    await eventually(() => expect(aside('unknown-device')).toBe(1));
    const rule = { match: { applicationId: 'waste' }, model: 'decentlab/dl-pm', tenant: 'city' };
    await post(rules, { name: 'w', policy: 'auto', ...rule }).expect(201);
    await eventually(() => expect(aside('incomplete')).toBe(1));
    const { devices } = await get('/iot/devices', { 'NGSILD-Tenant': 'city' });
    expect(devices).toMatchObject([{ device_id: id }]);
  });

  it('lets wait what cannot be registered at once, and says why', async () => {
    await post(rules, { name: 'any', match: { applicationId: '*' }, policy: 'auto' }).expect(201);
    await api.pipeline.receive(uplink(1, 1, { applicationId: 'waste' }));
    await eventually(() => expect(aside('pending')).toBe(1));
    const { devices } = await get('/iot/devices?state=pending');
    expect(devices).toMatchObject([
      { rule: 'any', obstacle: expect.stringContaining('must have entity_type') },
    ]);
  });

  it('gives devices the settings of a group', async () => {
    await post('/iot/groups', { groups: [{ apikey: 'g', entity_type: 'AirQualityObserved' }] });
    const rule = { name: 'g', match: { profile: 'DL-PM' }, policy: 'approve', group: 'g' };
    await post(rules, rule).expect(201);
    await api.pipeline.receive(uplink(1, 1, known));
    await eventually(() => expect(aside('pending')).toBe(1));
    await post(`/iot/devices/${id}/approve`).expect(201);
    expect(await get(`/iot/devices/${id}`)).toMatchObject({ apikey: 'g', entity_type: 'AirQualityObserved' });
  });

  it('is listed, changed and removed by the tenant that made it', async () => {
    const theirs = { 'NGSILD-Tenant': 'city' };
    const rule = { name: 'a b', match: { profile: 'x' }, policy: 'approve' };
    await post(rules, rule, theirs).expect(201);
    expect((await get(rules)).count).toBe(0);
    expect(await get(rules, theirs)).toEqual({ count: 1, rules: [{ ...rule, service: 'city' }] });
    const path = `${rules}/a%20b`;
    await request(api.server)
      .put(path)
      .send({ match: { profile: 'y' }, policy: 'auto' })
      .expect(404);
    await request(api.server)
      .put(path)
      .set(theirs)
      .send({ match: { profile: 'y' }, policy: 'auto' })
      .expect(200, { ...rule, match: { profile: 'y' }, policy: 'auto', service: 'city' });
    await post(rules, rule, theirs).expect(409);
    await request(api.server).delete(path).set(theirs).expect(204);
    await request(api.server).get(path).set(theirs).expect(404);
  });

  it.each([
    [{ match: {} }, 'match of rule r must say something'],
    [{ match: { profil: 'x' } }, 'did you mean profile?'],
    [{ policy: 'later' }, 'policy must be one of approve, auto'],
    [{ naming: 'urn:x:{type}' }, 'naming of rule r must have {devEui} or {deviceId}'],
    [{ naming: 'urn:x:{eui}' }, 'has {eui}'],
    [{ model: 'decentlab/dl-pn' }, 'did you mean decentlab/dl-pm'],
    [{ model: 'decentlab/dl-pm', codec: 'x' }, 'must not stand beside codec or group'],
    [{ group: 'nobody' }, 'must be the apikey of a group'],
    [{ tenant: 'other' }, 'tenant of rule r must be city'],
  ])('is refused where it cannot be: %j', async (change, message) => {
    const rule = { name: 'r', match: { profile: 'x' }, policy: 'approve', ...change };
    const { body } = await post(rules, rule, { 'NGSILD-Tenant': 'city' }).expect(400);
    expect(body.message).toContain(message);
  });
});

describe('a group that wants approval', () => {
  it('lets its devices wait, and delivers what they sent', async () => {
    await post('/iot/groups', { groups: [{ apikey: 'g', entity_type: 'Room', autoprovision: 'approve' }] });
    await api.pipeline.receive(measure('g', 'r1', { t: 1 }, 1), measure('g', 'r1', { t: 2 }, 2));
    await eventually(() => expect(aside('pending')).toBe(2));
    const { devices } = await get('/iot/devices?state=pending');
    expect(devices).toMatchObject([
      { device_id: 'r1', entity_type: 'Room', entity_name: 'urn:ngsi-ld:Room:r1', state: 'pending' },
    ]);
    await post('/iot/devices/r1/approve').expect(201);
    await eventually(() => expect(broker.upserts).toHaveLength(2));
    expect((await get('/iot/devices?state=pending')).count).toBe(0);
    expect((await get('/iot/devices/r1')).state).toBeUndefined();
  });

  it('hears no more of a device that was rejected', async () => {
    await post('/iot/groups', { groups: [{ apikey: 'g', entity_type: 'Room', autoprovision: 'approve' }] });
    await api.pipeline.receive(measure('g', 'r1', { t: 1 }, 1));
    await eventually(() => expect(aside('pending')).toBe(1));
    await post('/iot/devices/r1/reject').expect(204);
    await api.pipeline.receive(measure('g', 'r1', { t: 2 }, 2));
    await settled();
    expect(aside('pending')).toBe(0);
  });
});
