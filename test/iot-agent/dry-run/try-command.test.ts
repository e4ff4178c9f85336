import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import { trialServer } from './trial-server.ts';

const server = await trialServer();
const catalogue = await loadCatalogue();
const post = (body: object) => request(server.app).post('/iot/test/command').send(body);

const examples = catalogue
  .list()
  .flatMap(({ vendor, model, commandExamples = [] }) =>
    commandExamples.map((example) => ({ name: `${vendor}/${model}`, ...example })),
  );

describe('POST /iot/test/command', () => {
  it('encodes every worked example of the catalogue', async () => {
    expect(examples.length).toBeGreaterThan(20);
    for (const { name, command, value, bytes, fPort } of examples) {
      const { body } = await post({ model: name, command, value }).expect(200);
      expect({ name, ...body }).toMatchObject({
        name,
        fPort,
        bytes: bytes.replaceAll(' ', '').toLowerCase(),
      });
    }
  });

  it.each([
    ['chirpstack', { kind: 'mqtt', topic: 'application/{application}/device/0000000000000000/command/down' }],
    ['things-stack', { kind: 'mqtt', topic: 'v3/{application}/devices/device-1/down/push' }],
    ['loriot', { kind: 'http', method: 'POST' }],
    ['netmore', { kind: 'http', method: 'POST' }],
  ])('shows what %s would get', async (name, message) => {
    const script =
      'function encodeDownlink({ data }) { return { bytes: [data.dim], fPort: 9, confirmed: true } }';
    const { body } = await post({ script, command: 'dim', value: 30, server: name }).expect(200);
    expect(body).toMatchObject({ fPort: 9, bytes: '1e', confirmed: true, message, errors: [] });
    expect(JSON.stringify(body)).not.toContain('{key}');
  });

  it('says why a value cannot be sent', async () => {
    const script = "function encodeDownlink() { return { errors: ['no such lamp'] } }";
    const answers = [
      await post({ model: 'dragino/lt-22222-l', command: 'relay9', value: true }).expect(200),
      await post({ script, command: 'on', value: 1 }).expect(200),
    ];
    expect(answers.map(({ body }) => body)).toMatchObject([
      { bytes: null, message: null, errors: [expect.stringMatching(/has no command relay9: it has /)] },
      { errors: [expect.stringContaining('no such lamp')] },
    ]);
  });

  it('shows what plain devices would get', async () => {
    const commands = [{ name: 'on', type: 'command' }];
    const lamp = { entity_type: 'Lamp', apikey: 'k1', device_id: 'lamp-1', commands };
    const json = await post({ settings: lamp, command: 'on', value: 1 }).expect(200);
    expect(json.body.message).toEqual({ kind: 'mqtt', topic: '/k1/lamp-1/cmd', payload: '{"on":1}' });
    const settings = { ...lamp, protocol: 'PDI-IoTA-UltraLight', endpoint: 'http://lamp.example/cmd' };
    const ultraLight = await post({ settings, command: 'on', value: 1 }).expect(200);
    expect(ultraLight.body.message).toEqual({
      ...{ kind: 'http', method: 'POST', url: 'http://lamp.example/cmd', payload: 'lamp-1@on|1' },
    });
  });

  it.each<[string, object, RegExp]>([
    ['nobody', { command: 'on', value: 1 }, /whose command it is/],
    ['no value', { model: 'dragino/lt-22222-l', command: 'on' }, /value/],
    ['an unknown server', { model: 'dragino/lt-22222-l', command: 'on', value: 1, server: 'x' }, /one of/],
  ])('refuses %s', async (_, body, message) => {
    expect((await post(body).expect(400)).body.message).toMatch(message);
  });
});
