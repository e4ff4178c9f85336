import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { parseNotification } from '../../../iot-agent/commands/parse-notification.ts';
import { lampId, lampRecord } from '../commands/running-commands.ts';
import { fakeBroker } from '../fake-broker.ts';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

let api: ConfigApiServer;

beforeEach(async () => {
  api = await configApiServer();
  await api.pipeline.registry.addDevices([lampRecord({ apikey: 'k1', commands: [{ name: 'on' }] })]);
  const data = [{ id: lampId, type: 'Lamp', on: { type: 'Property', value: true } }];
  await api.pipeline.commands.accept('', parseNotification({ id: 'n1', data }));
});

afterEach(() => api.pipeline.end());

async function only(): Promise<Record<string, unknown>> {
  const { body } = await request(api.server).get('/iot/commands').expect(200);
  expect(body.count).toBe(1);
  return body.commands[0];
}

describe('/iot/commands', () => {
  it('shows what is known of a command', async () => {
    expect(await only()).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ...{ device_id: 'l1', entity_name: lampId, entity_type: 'Lamp' },
      ...{ name: 'on', value: true, state: 'PENDING', attempts: 0 },
      created: expect.stringMatching(/Z$/),
      changed: expect.stringMatching(/Z$/),
      expires: expect.stringMatching(/Z$/),
    });
  });

  it.each([
    ['/iot/commands?device=l1', 1],
    ['/iot/commands?device=l2', 0],
    ['/iot/commands?state=pending', 1],
    ['/iot/commands?state=OK', 0],
    ['/iot/devices/l1/commands', 1],
  ])('GET %s lists %i', async (path, count) => {
    const { body } = await request(api.server).get(path).expect(200);
    expect(body.count).toBe(count);
  });

  it('shows each tenant its own', async () => {
    const { id } = await only();
    const tenant = { 'NGSILD-Tenant': 'other' };
    const { body } = await request(api.server).get('/iot/commands').set(tenant).expect(200);
    expect(body.count).toBe(0);
    await request(api.server).get(`/iot/commands/${id}`).set(tenant).expect(404);
    await request(api.server).delete(`/iot/commands/${id}`).set(tenant).expect(404);
  });

  it('refuses a state that there is not', async () => {
    const { body } = await request(api.server).get('/iot/commands?state=LOST').expect(400);
    expect(body.message).toContain('EXPIRED');
  });

  it('cancels what waits, and nothing else', async () => {
    const { id } = await only();
    await request(api.server).delete(`/iot/commands/${id}`).expect(204);
    expect(await only()).toMatchObject({ state: 'EXPIRED', info: 'cancelled' });
    const { body } = await request(api.server).delete(`/iot/commands/${id}`).expect(409);
    expect(body.name).toBe('COMMAND_NOT_WAITING');
    const unknown = await request(api.server).delete('/iot/commands/none').expect(404);
    expect(unknown.body.name).toBe('COMMAND_NOT_FOUND');
  });
});

describe('a group whose commands shall be registered', () => {
  it('is told when the broker takes no registrations', async () => {
    const broker = await fakeBroker();
    broker.behave(({ url }) => (url.includes('csourceRegistrations') ? { status: 501 } : undefined));
    const { server, pipeline } = await configApiServer(broker.url);
    const group = { apikey: 'k3', entity_type: 'T', cmdMode: 'registration', commands: [{ name: 'on' }] };
    try {
      const { body } = await request(server)
        .post('/iot/groups')
        .send({ groups: [group] })
        .expect(201);
      expect(body.warnings).toEqual([
        { about: 'group k3', message: expect.stringMatching(/cmdMode registration has no effect.*501/) },
      ]);
    } finally {
      await pipeline.end();
      await broker.close();
    }
  });
});

describe('commands in a configuration', () => {
  const register = (commands: unknown) =>
    request(api.server)
      .post('/iot/devices')
      .send({ devices: [{ device_id: 'd2', entity_type: 'T', apikey: 'k2', commands }] });

  it('of FIWARE are taken without a warning', async () => {
    const command = {
      ...{ name: 'ping', type: 'command', object_id: 'p', payloadType: 'text', contentType: 'text/plain' },
      ...{ expression: 'ping|toString', headers: { a: 'b' }, mqtt: { qos: 2, retain: true } },
    };
    const fiware = { ...command, expression: 'ping' };
    const { body } = await register([fiware]).expect(201);
    expect(body).toEqual({});
  });

  it.each([
    ['a ttl that is no time', { name: 'on', ttl: 'soon' }, 'PT10M'],
    ['an expression that is none', { name: 'on', expression: 'a +' }, 'expression'],
    ['a port that LoRaWAN does not have', { name: 'on', fPort: 224 }, 'fPort'],
    ['a name with blanks', { name: 'switch on' }, 'blanks'],
  ])('with %s are refused by name', async (_what, command, word) => {
    const { body } = await register([command]).expect(400);
    expect(body.message).toContain(word);
  });

  it('that stand there twice are refused', async () => {
    const { body } = await register([{ name: 'on' }, { name: 'on' }]).expect(400);
    expect(body.message).toContain('twice');
  });
});
