import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { correlate } from '../../../iot-agent/http/correlate.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { lampId, lampRecord } from '../commands/running-commands.ts';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

let api: ConfigApiServer;

beforeEach(async () => {
  api = await configApiServer('http://127.0.0.1:9', {
    keys: [`tester:${'0'.repeat(64)}`],
  });
  await api.pipeline.registry.addDevices([lampRecord({ apikey: 'k1', commands: [{ name: 'on' }] })]);
});

afterEach(() => api.pipeline.end());

const notification = (on: object) => ({
  id: 'urn:ngsi-ld:Notification:1',
  type: 'Notification',
  subscriptionId: 'urn:ngsi-ld:Subscription:1',
  notifiedAt: '2026-11-25T12:00:00Z',
  data: [{ id: lampId, type: 'Lamp', on }],
});
const on = { type: 'Property', value: true, modifiedAt: new Date().toISOString() };

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

async function states(): Promise<unknown[]> {
  const { commands } = await api.pipeline.commands.list({ tenant: '', limit: 10, offset: 0 });
  return commands.map(({ name, value, state }) => [name, value, state]);
}

describe('POST /iot/notify/<secret>', () => {
  it('needs no API key, and answers when the commands are kept', async () => {
    await request(api.server).post('/iot/notify/notify-secret').send(notification(on)).expect(204);
    expect(await states()).toEqual([['on', true, 'PENDING']]);
  });

  it('takes JSON-LD', async () => {
    await request(api.server)
      .post('/iot/notify/notify-secret')
      .set('Content-Type', 'application/ld+json')
      .send(JSON.stringify(notification(on)))
      .expect(204);
    expect(await states()).toHaveLength(1);
  });

  it('keeps its secret out of the log', async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const app = express().use(correlate(createLogger({ name: 'test', level: 'info', destination })));
    await request(app).post('/iot/notify/notify-secret/ngsi-ld/v1/entities/a/attrs').send({});
    expect(lines.join()).toContain('/iot/notify/***/ngsi-ld/v1/entities/a/attrs');
    expect(lines.join()).not.toContain('notify-secret');
  });

  it('hides behind its secret', async () => {
    await request(api.server).post('/iot/notify/other').send(notification(on)).expect(404);
    expect(await states()).toEqual([]);
  });

  it.each([
    ['no notification', { type: 'Notification' }, 'data'],
    ['an Entity without an id', { data: [{ type: 'Lamp' }] }, 'id'],
    ['a list', [], 'Notification'],
    ['a value without end', { data: [{ id: lampId, on: { value: nested(500) } }] }, 'nested too deeply'],
  ])('refuses %s by name', async (_what, body, word) => {
    const answer = await request(api.server).post('/iot/notify/notify-secret').send(body).expect(400);
    expect(answer.body.message).toContain(word);
  });
});

describe('the update of an Entity that a broker forwards', () => {
  const path = `/iot/notify/notify-secret/ngsi-ld/v1/entities/${lampId}/attrs`;

  it('is a command, by PATCH and by POST', async () => {
    await request(api.server)
      .patch(path)
      .send({ on: { type: 'Property', value: false } })
      .expect(204);
    await request(api.server).post(path).send({ on }).expect(204);
    expect(await states()).toEqual([
      ['on', true, 'PENDING'],
      ['on', false, 'PENDING'],
    ]);
  });

  it('is not found when no device has such a command', async () => {
    const answer = await request(api.server).patch(path).send({ off: on }).expect(404);
    expect(answer.body.message).toContain(lampId);
  });
});

describe('commands that are kept', () => {
  const authorized = { 'X-API-Key': 'unknown' };

  it('are shown to those with a key alone', async () => {
    await request(api.server).get('/iot/commands').set(authorized).expect(401);
  });
});
