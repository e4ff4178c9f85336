import { beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { RegistryAway } from '../../../iot-agent/registry/registry-away.ts';
import { hashKey } from '../../../runtime/api-keys.ts';
import { version } from '../../../runtime/version.ts';
import { eventually } from '../../support/eventually.ts';
import { uplink } from '../running-pipeline.ts';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

let api: ConfigApiServer;

beforeEach(async () => {
  api = await configApiServer();
});

describe('the configuration API', () => {
  it('says what it is', async () => {
    const { body } = await request(api.server).get('/iot/about').expect(200);
    expect(body).toEqual({
      libVersion: version,
      version,
      port: expect.stringMatching(/^\d+$/),
      baseRoot: '/',
    });
    await request(api.server).get('/health/live').expect(200);
  });

  it('lists the device models', async () => {
    const { body } = await request(api.server).get('/iot/models').expect(200);
    expect(body.count).toBe(body.models.length);
    expect(body.models).toContainEqual(
      expect.objectContaining({
        model: 'decentlab/dl-pm',
        feeds: expect.arrayContaining(['AirQualityObserved']),
      }),
    );
  });

  it('lists what was put aside, and why', async () => {
    await api.pipeline.receive(uplink(1, 1), uplink(2, 1), uplink(2, 2));
    await api.pipeline.spool.addMalformed({
      source: '/webhooks/chirpstack',
      reason: 'no JSON',
      text: '<xml>',
      correlationId: 'c',
    });
    await eventually(() => expect(api.pipeline.spool.aside().get('unknown-device')).toBe(3));
    const { body } = await request(api.server).get('/iot/problems?limit=2').expect(200);
    expect(body.count).toBe(3);
    expect(body.problems).toHaveLength(2);
    const all = await request(api.server).get('/iot/problems');
    expect(all.body.problems).toContainEqual({
      sender: 'lorawan:70B3D57BA0000002',
      cause: 'unknown-device',
      meaning: expect.any(String),
      waits: true,
      reason: expect.stringContaining('POST /iot/devices'),
      items: 2,
      lastAt: expect.stringMatching(/Z$/),
      last: expect.any(String),
    });
    expect(all.body.problems).toContainEqual(
      expect.objectContaining({ cause: 'malformed', reason: 'no JSON', last: '<xml>', waits: false }),
    );
  });

  it('names what there is where there is nothing, and the methods where there is another', async () => {
    const { body } = await request(api.server).get('/iot/device').expect(404);
    expect(body).toEqual({ name: 'NOT_FOUND', message: expect.stringContaining('/iot/devices') });
    const { headers } = await request(api.server).post('/iot/devices/x').expect(405);
    expect(headers['allow']).toBe('GET, PUT, PATCH, DELETE');
    await request(api.server).get('/iot/devices/%E0%A4%A').expect(400);
  });

  it('lets only pages of the configured origins call it', async () => {
    const known = await request(api.server).get('/iot/models').set('Origin', 'https://ui.example');
    expect(known.headers['access-control-allow-origin']).toBe('https://ui.example');
    const preflight = await request(api.server)
      .options('/iot/devices')
      .set({ Origin: 'https://ui.example', 'Access-Control-Request-Method': 'POST' })
      .expect(204);
    expect(preflight.headers['access-control-allow-methods']).toContain('POST');
    const other = await request(api.server).get('/iot/models').set('Origin', 'https://evil.example');
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('gives the correlation id of the request back', async () => {
    const { headers } = await request(api.server).get('/iot/about').set('X-Correlation-Id', 'abc');
    expect(headers['x-correlation-id']).toBe('abc');
  });

  it('answers 503 while the registry is away', async () => {
    const away = {
      ...api.pipeline.registry,
      devices: () => Promise.reject(new RegistryAway('MongoDB is away')),
    };
    const { server } = await configApiServer('http://127.0.0.1:9', { registry: away });
    const { body, headers } = await request(server).get('/iot/devices').expect(503);
    expect(body).toEqual({ name: 'UNAVAILABLE', message: expect.stringContaining('MongoDB is away') });
    expect(headers['retry-after']).toBe('1');
  });
});

describe('with API_KEYS', () => {
  it('answers those who have a key, and health checks', async () => {
    const { server } = await configApiServer('http://127.0.0.1:9', {
      keys: [`ui:${hashKey('secret').toString('hex')}`],
    });
    await request(server).get('/iot/devices').expect(401);
    await request(server).get('/metrics').expect(401);
    await request(server).get('/iot/devices').set('X-API-Key', 'secret').expect(200);
    for (const path of ['/health/live', '/health', '/health/ready', '/ready'])
      await request(server).get(path).expect(200);
  });
});
