import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hashKey } from '../../runtime/api-keys.ts';
import { fakeNetworkServer, KEY as LNS_KEY } from '../iot-agent/device-sync/fake-network-server.ts';
import { type FakeBroker, fakeBroker } from '../iot-agent/fake-broker.ts';
import { DL_PM, thingsStackUplink } from '../iot-agent/uplink-messages.ts';
import { type BuiltAgent, startAgent } from '../support/built-programs.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { spawnProgram } from '../support/spawn-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
const KEY = '6f0e31c1f9a94a8bb2d2';
let broker: FakeBroker;
let agent: BuiltAgent;

beforeAll(async () => {
  broker = await fakeBroker();
  const API_KEYS = `cli:${hashKey(KEY).toString('hex')}`;
  agent = await startAgent(folder, broker.url, { env: { API_KEYS } });
});
afterAll(async () => {
  await agent.stop();
  await broker.close();
});

interface Ended {
  readonly code: unknown;
  readonly text: string;
}

async function carillon(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const variables = { CARILLON_AGENT: agent.origin, CARILLON_API_KEY: KEY, ...env };
  const program = spawnProgram(resolve('dist/cli/main.js'), { args, env: variables, cwd: folder });
  const code = await program.ended;
  return { code, text: program.logs() };
}

/** What it says with `--json`, when it succeeds. */
async function json(...args: readonly string[]): Promise<unknown> {
  const { code, text } = await carillon([...args, '--json']);
  expect({ code, text }).toMatchObject({ code: 0 });
  return JSON.parse(text);
}

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return name;
}

const pm = ['--dev-eui', '70B3D57BA0000123', '--model', 'decentlab/dl-pm'];

describe('carillon device', () => {
  it('adds, lists, shows and removes devices', async () => {
    const added = await carillon([
      'device',
      'add',
      ...pm,
      '--lat',
      '50.99',
      '--lon',
      '-4.55',
      '--name',
      'pm-04',
    ]);
    expect(added).toEqual({ code: 0, text: 'The device is registered.\n' });
    const again = await carillon(['device', 'add', ...pm]);
    expect(again).toEqual({ code: 0, text: 'The device is registered already, just so.\n' });
    const changed = await carillon(['device', 'add', ...pm, '--lat', '51', '--lon', '4']);
    expect(changed).toEqual({ code: 1, text: expect.stringContaining('70b3d57ba0000123') });
    const list = await carillon(['device', 'list']);
    expect(list.text).toMatch(/^DEVICE +DEVEUI +MODEL OR CODEC/);
    expect(list.text).toMatch(/^70b3d57ba0000123 +70B3D57BA0000123 +decentlab\/dl-pm +AirQualityObserved/m);
    expect(list.text).toContain('\n\n1 device\n');
    expect(await json('device', 'show', '70b3d57ba0000123')).toMatchObject({
      entity_name: 'urn:ngsi-ld:AirQualityObserved:pm-04',
      static_attributes: [{ name: 'location', value: { coordinates: [-4.55, 50.99] } }],
    });
    expect((await carillon(['device', 'remove', '70b3d57ba0000123'])).code).toBe(0);
    const gone = await carillon(['device', 'show', '70b3d57ba0000123']);
    expect(gone).toEqual({ code: 1, text: expect.stringContaining('No device was found') });
  });

  it('imports files, by what their names say, and reports the rows that are refused', async () => {
    const csv = file('bins.csv', 'devEui;model;lat;lon\n70B3D57BA0000201;decentlab/dl-pm;50,9;4,5\nx;y;;\n');
    const dry = await carillon(['device', 'import', csv, '--dry-run']);
    expect(dry.text).toContain('1 device would be registered, 0 would be changed, 0 unchanged, 1 refused');
    expect(dry.code).toBe(1);
    const atomic = await carillon(['device', 'import', csv, '--atomic']);
    expect(atomic).toEqual({
      code: 1,
      text: expect.stringMatching(/ROW +DEVICE +FIELD +REASON\n3 +- +devEui/),
    });
    expect(await json('device', 'list')).toMatchObject({ count: 0 });
    const entry = { devEui: '70B3D57BA0000202', model: 'decentlab/dl-pm', lat: 50, lon: 4 };
    const list = file('bins.json', JSON.stringify([entry]));
    expect(await json('device', 'import', list)).toMatchObject({ created: 1, failed: 0 });
    expect(await json('device', 'import', list)).toMatchObject({ created: 0, unchanged: 1 });
    const moved = file('moved.json', JSON.stringify([{ ...entry, lon: 5 }]));
    const created = await carillon(['device', 'import', moved, '--mode', 'create']);
    expect(created).toMatchObject({ code: 1 });
    expect(await carillon(['device', 'import', 'bins.xml'])).toMatchObject({ code: 2 });
    expect(await carillon(['device', 'import', 'none.csv'])).toEqual({
      code: 2,
      text: expect.stringContaining('none.csv cannot be read (ENOENT)'),
    });
  });

  it('keeps tenants apart', async () => {
    await json('device', 'add', '--id', 'room-1', '--type', 'Room', '--tenant', 'school');
    expect(await json('device', 'list', '--tenant', 'school')).toMatchObject({ count: 1 });
    expect((await carillon(['device', 'show', 'room-1'])).code).toBe(1);
  });

  it('approves a device that waits', async () => {
    const devEui = '70B3D57BA0000777';
    const uplink = thingsStackUplink({ devEui, fCnt: 1, at: new Date().toISOString() });
    const message = {
      ...uplink,
      uplink_message: { ...uplink.uplink_message, version_ids: { brand_id: 'decentlab', model_id: 'dl-pm' } },
    };
    await fetch(`${agent.deviceOrigin}/webhooks/things-stack`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
    const pending = ['device', 'list', '--state', 'pending'];
    await eventually(async () =>
      expect(await json(...pending)).toMatchObject({ devices: [{ devEui, model: 'decentlab/dl-pm' }] }),
    );
    const id = devEui.toLowerCase();
    const approved = await carillon(['device', 'approve', id, '--lat', '50.9', '--lon', '4.5']);
    expect(approved).toMatchObject({ code: 0, text: expect.stringContaining(`${id} is registered as urn:`) });
    expect(await json(...pending)).toMatchObject({ count: 0 });
    await eventually(() =>
      expect(broker.upserts.some(({ type }) => type === 'AirQualityObserved')).toBe(true),
    );
  });

  it('syncs with the network server of a connection', async () => {
    const lns = await fakeNetworkServer('chirpstack');
    lns.devices['a'] = [
      { devEui: '70b3d57ba0000901', name: 'pm-901', deviceProfileName: 'Decentlab DL-PM' },
      { devEui: '70b3d57ba0000902', name: 'odd', deviceProfileName: 'home-made' },
    ];
    const settings = { name: 'lns', type: 'chirpstack', api: { url: lns.url, key: LNS_KEY } };
    const made = await fetch(`${agent.origin}/iot/connections`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': KEY },
      body: JSON.stringify(settings),
    });
    expect(made.status).toBe(201);
    const { code, text } = await carillon(['device', 'sync', 'lns', '--dry-run']);
    expect(code).toBe(1);
    expect(text).toContain('0 devices would be registered, 1 for approval, 0 unchanged, 1 not registered');
    expect(text).toMatch(/^70B3D57BA0000902 +odd +nothing says what kind/m);
    expect(await carillon(['device', 'sync', 'none'])).toMatchObject({ code: 1 });
    await lns.close();
  });

  it('tests payloads and messages', async () => {
    const test = ['device', 'test', ...pm.slice(2), '--bytes', DL_PM];
    const lacking = await carillon(test);
    expect(lacking).toEqual({ code: 1, text: expect.stringContaining('violation: location is required') });
    const settings = { static_attributes: [{ name: 'location', type: 'geo:point', value: '50.9,4.5' }] };
    const whole = await carillon([...test, '--settings', JSON.stringify(settings)]);
    expect(whole).toEqual({ code: 0, text: expect.stringMatching(/^ {2}pm25 +3.9 +GQ$/m) });
    const text = file('measure.txt', 't|21#h|40');
    const sender = ['--apikey', 'k', '--id', 'room-9', '--settings', '{"entity_type": "Room"}'];
    const measures = await carillon(['device', 'test', '--message', text, ...sender]);
    expect(measures).toEqual({ code: 0, text: expect.stringContaining('urn:ngsi-ld:Room:room-9 (Room)') });
  });
});

describe('carillon codec and model', () => {
  it('uploads, lists, tests, shows and removes codecs', async () => {
    const script = 'function decodeUplink({ bytes }) { return { data: { t: bytes[0] } } }';
    const put = await carillon(['codec', 'put', 'acme', file('acme.js', script), '--description', 'of ACME']);
    expect(put).toEqual({ code: 0, text: 'Codec acme is uploaded, with decodeUplink.\n' });
    expect((await carillon(['codec', 'put', 'acme', 'acme.js'])).code).toBe(0);
    expect((await carillon(['codec', 'list'])).text).toMatch(/^acme +\S+Z +decodeUplink/m);
    expect(await json('codec', 'test', 'acme', '--bytes', '15')).toMatchObject({ decoded: { t: 21 } });
    expect(await carillon(['codec', 'show', 'acme'])).toEqual({ code: 0, text: `${script}\n` });
    expect((await carillon(['codec', 'remove', 'acme'])).code).toBe(0);
    const bad = await carillon(['codec', 'put', 'bad', file('bad.js', 'function (')]);
    expect(bad).toEqual({ code: 1, text: expect.stringContaining('line 1') });
  });

  it('finds models', async () => {
    const { text } = await carillon(['model', 'list', '--search', 'dl-pm']);
    expect(text).toMatch(/^decentlab\/dl-pm +AirQualityObserved/m);
  });
});

describe('carillon', () => {
  it.each([
    ['no command', [], /device add/],
    ['an unknown one', ['device', 'lst'], /Did you mean .*device list/],
    ['an unknown option', ['device', 'list', '--sate', 'pending'], /--sate/],
    ['a wrong value', ['device', 'list', '--state', 'lost'], /registered, pending, rejected/],
    ['half a place', ['device', 'add', ...pm, '--lat', '50'], /give both/],
    ['no number', ['device', 'add', ...pm, '--lat', 'north', '--lon', '4'], /must be a number/],
    ['no argument', ['device', 'show'], /<id> is missing/],
    ['one too many', ['device', 'show', 'a', 'b'], /one argument too many/],
    ['an agent that is no URL', ['device', 'list', '--agent', 'localhost'], /must be a URL/],
    [
      'a password in its URL, which is not shown',
      ['device', 'list', '--agent', 'http://bob:hunter2@127.0.0.1:9'],
      /^(?!.*hunter2).*without user and password/s,
    ],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, text } = await carillon(args);
    expect(code).toBe(2);
    expect(text).toMatch(message);
  });

  it('says that a key is needed, and shows none', async () => {
    const without = await carillon(['device', 'list'], { CARILLON_API_KEY: '' });
    const wrong = await carillon(['device', 'list', '--key', 'wrong-key-7'], {});
    for (const { code, text } of [without, wrong]) {
      expect(code).toBe(1);
      expect(text).toContain('CARILLON_API_KEY');
      expect(text).not.toContain('wrong-key-7');
    }
  });

  it('ends with 3 where no agent answers, or something else', async () => {
    const port = await freePort();
    const nobody = await carillon(['device', 'list', '--agent', `http://127.0.0.1:${port}`]);
    expect(nobody).toEqual({ code: 3, text: expect.stringContaining('cannot be reached (ECONNREFUSED)') });
    const other = await carillon(['device', 'list', '--agent', broker.url]);
    expect(other).toEqual({ code: 3, text: expect.stringContaining('is no IoT agent of Carillon') });
  });

  it('has help for every command', async () => {
    const { code, text } = await carillon(['--help']);
    expect(code).toBe(0);
    const named = [...text.matchAll(/^ {2}((?:device|codec|model) \w+)/gm)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(12);
    const helps = await Promise.all(named.map((name) => carillon([...name.split(' '), '--help'])));
    for (const help of helps)
      expect(help).toMatchObject({ code: 0, text: expect.stringContaining('Examples:') });
  });
});
