import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { eventually } from '../../support/eventually.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { uplink } from '../running-pipeline.ts';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

let broker: FakeBroker;
let api: ConfigApiServer;

beforeEach(async () => {
  broker = await fakeBroker();
  api = await configApiServer(broker.url);
});
afterEach(() => broker.close());

type Options = Readonly<Record<string, string>>;

const importCsv = (csv: string | Buffer, query: Options = {}, headers: Options = {}) =>
  request(api.server)
    .post('/iot/import')
    .query(query)
    .set({ 'Content-Type': 'text/csv', ...headers })
    .send(csv);
const importJson = (body: object, query: Options = {}, headers: Options = {}) =>
  request(api.server).post('/iot/import').query(query).set(headers).send(body);
const get = (path: string, headers: Options = {}) => request(api.server).get(path).set(headers);
const devicesOf = async (headers: Options = {}) =>
  (await get('/iot/devices?limit=1000', headers).expect(200)).body.devices as readonly Record<
    string,
    unknown
  >[];

const header = 'devEUI;Model;Name;lat;lng;static.description;internal.hardware';
const devEuiOf = (number: number): string => `70b3d57ba${String(number).padStart(7, '0')}`;
const rowOf = (number: number): string =>
  `${devEuiOf(number)};decentlab/dl-pm;PM ${number};50,9${number % 10};4,5;by gate ${number % 5};B${number}`;

/** 1,000 rows, of which those in rows 11, 501 and 1001 of the sheet are bad. */
function thousandRows(): string {
  const rows = Array.from({ length: 1000 }, (_, index) => rowOf(index + 1));
  rows[9] = rows[9]?.replace(devEuiOf(10), '70B3') ?? '';
  rows[499] = rows[499]?.replace('dl-pm', 'dl-pn') ?? '';
  rows[999] = rows[999]?.replace('50,90', '150,90') ?? '';
  return [header, ...rows, ''].join('\r\n');
}

const bad = [
  { row: 11, field: 'devEui', reason: expect.stringContaining('it must have 16 hexadecimal digits') },
  { row: 501, device_id: devEuiOf(500), field: 'model', reason: expect.stringContaining('did you mean') },
  { row: 1001, field: 'lat', reason: expect.stringContaining('degrees from -90 to 90') },
];

describe('POST /iot/import of CSV', () => {
  it('registers 997 of 1,000 rows, names the 3 bad ones, and changes nothing when it is repeated', async () => {
    const first = await importCsv(thousandRows()).expect(200);
    expect(first.body).toEqual({
      ...{ created: 997, updated: 0, unchanged: 0, failed: 3 },
      ...{ rows: bad, warnings: [], dryRun: false },
    });
    const all = await devicesOf();
    expect(all).toHaveLength(997);
    expect(all[0]).toMatchObject({
      device_id: devEuiOf(1),
      devEui: devEuiOf(1).toUpperCase(),
      model: 'decentlab/dl-pm',
      entity_type: 'AirQualityObserved',
      entity_name: 'urn:ngsi-ld:AirQualityObserved:PM%201',
      static_attributes: [
        { name: 'location', type: 'geo:json', value: { type: 'Point', coordinates: [4.5, 50.91] } },
        { name: 'description', type: 'Text', value: 'by gate 1' },
      ],
      internal_attributes: { hardware: 'B1' },
    });
    // In the order of the file.
    expect(all.map((one) => one['device_id'])).toEqual(
      Array.from({ length: 1000 }, (_, index) => devEuiOf(index + 1)).filter(
        (_, index) => ![9, 499, 999].includes(index),
      ),
    );
    const second = await importCsv(thousandRows()).expect(200);
    expect(second.body).toEqual({
      ...{ created: 0, updated: 0, unchanged: 997, failed: 3 },
      ...{ rows: bad, warnings: [], dryRun: false },
    });
    expect(await devicesOf()).toEqual(all);
  });

  it('writes nothing when it is only tried, and says the same', async () => {
    const { body } = await importCsv(thousandRows(), { dryRun: 'true' }).expect(200);
    expect(body).toMatchObject({ created: 997, failed: 3, rows: bad, dryRun: true });
    expect(await devicesOf()).toEqual([]);
  });

  it('writes nothing when one row is bad and all or none are wanted, and all when none is', async () => {
    const { body } = await importCsv(thousandRows(), { atomic: 'true' }).expect(400);
    expect(body).toMatchObject({ created: 0, failed: 3, rows: bad });
    expect(await devicesOf()).toEqual([]);
    const good = [header, rowOf(1), rowOf(2)].join('\n');
    const all = await importCsv(good, { atomic: 'true' }).expect(200);
    expect(all.body).toMatchObject({ created: 2, failed: 0 });
  });

  it('changes devices that are there, unless they must only be created', async () => {
    await importCsv([header, rowOf(1), rowOf(2)].join('\n')).expect(200);
    const changed = [header, rowOf(1).replace('B1', 'C1'), rowOf(2)].join('\n');
    const refused = await importCsv(changed, { mode: 'create' }).expect(200);
    expect(refused.body).toMatchObject({ updated: 0, unchanged: 1, failed: 1 });
    expect(refused.body.rows).toEqual([
      {
        row: 2,
        device_id: devEuiOf(1),
        field: 'device_id',
        reason: expect.stringContaining('is registered'),
      },
    ]);
    const taken = await importCsv(changed).expect(200);
    expect(taken.body).toMatchObject({ updated: 1, unchanged: 1, failed: 0 });
    const { body } = await get(`/iot/devices/${devEuiOf(1)}`);
    expect(body.internal_attributes).toEqual({ hardware: 'C1' });
  });

  it('leaves alone what a row does not say', async () => {
    await importCsv([header, rowOf(1)].join('\n')).expect(200);
    const { body } = await importCsv(`dev_eui,emptyDistance\n${devEuiOf(1)},1800\n`).expect(200);
    expect(body).toMatchObject({ updated: 1, failed: 0 });
    const device = (await get(`/iot/devices/${devEuiOf(1)}`)).body;
    expect(device.internal_attributes).toEqual({ hardware: 'B1', emptyDistance: 1800 });
    expect(device.static_attributes).toHaveLength(2);
  });

  it('finds the device of a DevEUI, whatever its id', async () => {
    await request(api.server)
      .post('/iot/devices')
      .send({ devices: [{ device_id: 'pm-04', devEui: devEuiOf(4), model: 'decentlab/dl-pm' }] });
    const { body } = await importCsv(`devEui,timezone\n${devEuiOf(4)},Europe/Brussels\n`).expect(200);
    expect(body).toMatchObject({ created: 0, updated: 1, failed: 0 });
    expect((await get('/iot/devices/pm-04')).body.timezone).toBe('Europe/Brussels');
  });

  it('names both rows of a DevEUI that stands there twice, and takes the first', async () => {
    const { body } = await importCsv([header, rowOf(1), rowOf(2), rowOf(1)].join('\n')).expect(200);
    expect(body).toMatchObject({ created: 2, failed: 1 });
    expect(body.rows).toEqual([
      {
        row: 4,
        device_id: devEuiOf(1),
        field: 'devEui',
        reason: expect.stringContaining('rows 2 and 4 have the same devEui'),
      },
    ]);
  });

  it.each(['false', 'true'])('names who has a DevEUI already (dryRun=%s)', async (dryRun) => {
    await request(api.server)
      .post('/iot/devices')
      .set('NGSILD-Tenant', 'other')
      .send({ devices: [{ device_id: 'x', devEui: devEuiOf(1), model: 'decentlab/dl-pm' }] });
    const csv = [header, rowOf(1), rowOf(2)].join('\n');
    const { body } = await importCsv(csv, { dryRun }, { 'NGSILD-Tenant': 'city' }).expect(200);
    expect(body).toMatchObject({ created: 1, failed: 1 });
    expect(body.rows).toEqual([
      {
        row: 2,
        device_id: devEuiOf(1),
        field: 'devEui',
        reason: expect.stringContaining('belongs to a device of another tenant'),
      },
    ]);
  });

  it('takes the tenant of a row from the operator alone', async () => {
    const csv = `tenant,device_id,entity_type\ncity,b1,Bench\n`;
    await importCsv(csv).expect(200);
    expect(await devicesOf({ 'NGSILD-Tenant': 'city' })).toHaveLength(1);
    const { body } = await importCsv(csv, {}, { 'NGSILD-Tenant': 'village' }).expect(200);
    expect(body.rows).toEqual([
      { row: 2, field: 'tenant', reason: expect.stringContaining('is about the tenant village') },
    ]);
  });

  it('says of a column that it means nothing, and of devices what they lack', async () => {
    const csv = `devEui,model,modle\n${devEuiOf(1)},decentlab/dl-pm,x\n`;
    const { body } = await importCsv(csv).expect(200);
    expect(body.warnings).toEqual([
      { about: 'the file', message: expect.stringContaining('"modle" means nothing') },
      {
        row: 2,
        about: `device ${devEuiOf(1)}`,
        message: expect.stringContaining('needs location'),
      },
    ]);
  });

  it.each([
    ['a byte order mark, tabs and empty lines', '\uFEFFdevice_id\tentity_type\r\n\r\nb1\tBench\r\n'],
    ['quotes', '"device_id","entity_type","static.note"\n"b1","Bench","a, b\nand ""c"""\n'],
    ['headers in any case and with blanks', 'Device ID , ENTITY-TYPE\n b1 , Bench\n'],
  ])('reads a file with %s', async (_what, csv) => {
    const { body } = await importCsv(csv).expect(200);
    expect(body).toMatchObject({ created: 1, failed: 0, warnings: [] });
    expect((await get('/iot/devices/b1')).body.entity_type).toBe('Bench');
  });

  it.each([
    ['is empty', '', 'the file is empty'],
    ['has no header', '1,2,3\n', 'the first line must name the columns'],
    ['has a column twice', 'devEui,dev_eui\n', 'two columns for devEui'],
    ['is not in UTF-8', Buffer.from('name,lat\nCaf\xE9,1\n', 'latin1'), 'not in UTF-8'],
    ['has a quote that does not end', 'device_id,entity_type\n"b1,Bench\n', 'row 2 is no CSV'],
  ])('says that a file %s', async (_what, csv, reason) => {
    const { body } = await importCsv(csv).expect(200);
    expect(body).toMatchObject({ created: 0, failed: 1 });
    expect(body.rows[0].reason).toContain(reason);
  });

  it('answers although it does not read the file to its end', async () => {
    const rows = Array.from({ length: 40_000 }, (_, index) => `b${index},Bench,${'x'.repeat(100)}`);
    const csv = ['device_id,entity_type,static.note', ...rows].join('\n');
    const { body } = await importCsv(csv, { atomic: 'true' }).expect(400);
    expect(body).toMatchObject({ created: 0, failed: 1, message: expect.stringContaining('Nothing was') });
    expect(body.rows).toEqual([
      { row: 10_002, reason: 'there are more than 10000 rows: send the others in another file' },
    ]);
    expect(await devicesOf()).toEqual([]);
  });

  it('answers as CSV who wants it, without formulas', async () => {
    const csv = `device_id,model,devEui\n=cmd,x/y,${devEuiOf(1)}\n`;
    const answer = await importCsv(csv, {}, { Accept: 'text/csv' }).expect(200);
    expect(answer.headers['import-result']).toBe('created=0, updated=0, unchanged=0, failed=1');
    expect(answer.text.split('\r\n').slice(0, 2)).toEqual([
      'row,result,device_id,field,reason',
      expect.stringMatching(/^2,failed,'=cmd,model,"model of device/),
    ]);
  });

  it('lets go what strangers have sent', async () => {
    await api.pipeline.receive(uplink(1, 1));
    await eventually(() => expect(api.pipeline.spool.aside().get('unknown-device')).toBe(1));
    await importCsv(`devEui,model,lat,lon\n70B3D57BA0000001,decentlab/dl-pm,50.9,4.5\n`).expect(200);
    await eventually(() => expect(broker.upserts).toHaveLength(1));
  });

  it('lets go what waited for what a row brings, also when the file then breaks', async () => {
    await importCsv('devEui,model\n70B3D57BA0000001,decentlab/dl-pm\n').expect(200);
    await api.pipeline.receive(uplink(1, 1));
    await eventually(() => expect(api.pipeline.spool.aside().get('incomplete')).toBe(1));
    const broken = 'devEui,lat,lon\n70B3D57BA0000001,50.9,4.5\n"b';
    const { body } = await importCsv(broken).expect(200);
    expect(body).toMatchObject({ updated: 1, failed: 1 });
    await eventually(() => expect(broker.upserts).toHaveLength(1));
  });
});

describe('POST /iot/import of JSON', () => {
  const bench = { device_id: 'b1', entity_type: 'Bench' };

  it.each([
    ['a list', [bench]],
    ['a list under devices', { devices: [bench] }],
  ])('takes %s', async (_what, body) => {
    const answer = await importJson(body).expect(200);
    expect(answer.body).toMatchObject({ created: 1, failed: 0 });
  });

  it('takes lines of JSON, and counts them', async () => {
    const lines = `${JSON.stringify({ devEUI: devEuiOf(1), model: 'decentlab/dl-pm', lat: 50.9, lon: 4.5 })}\n\n{"device_id": }\n[]\n`;
    const { body } = await request(api.server)
      .post('/iot/import')
      .set('Content-Type', 'application/x-ndjson')
      .send(lines)
      .expect(200);
    expect(body).toMatchObject({ created: 1, failed: 2 });
    expect(body.rows).toEqual([
      { row: 3, reason: expect.stringContaining('the line is no JSON') },
      { row: 4, reason: 'a device must be an object with its settings' },
    ]);
  });

  it('takes what GET /iot/devices shows', async () => {
    const settings = { ...bench, commands: [{ name: 'on', type: 'command' }], timezone: 'Europe/Brussels' };
    await importJson([settings]).expect(200);
    const { body } = await get('/iot/devices');
    const again = await importJson(body).expect(200);
    expect(again.body).toMatchObject({ unchanged: 0, updated: 1, failed: 0 });
    const third = await importJson(body).expect(200);
    expect(third.body).toMatchObject({ unchanged: 1, failed: 0 });
  });

  it.each([
    [{ device: [] }, {}, 400, 'a list of devices'],
    [[], { mode: 'both' }, 400, 'mode must be upsert or create'],
    [[], { dryRun: 'yes' }, 400, 'dryRun must be false or true'],
  ])('refuses %j with %j', async (body, query, status, message) => {
    const answer = await importJson(body, query as unknown as Options).expect(status);
    expect(answer.body.message).toContain(message);
  });

  it('refuses other types', async () => {
    const answer = await importCsv('a', {}, { 'Content-Type': 'text/plain' }).expect(415);
    expect(answer.body.message).toContain('must be text/csv');
  });
});

describe('GET /iot/devices?format=csv', () => {
  it('is a file that an import takes for the same devices, in another place as well', async () => {
    const devices = [
      {
        device_id: 'pm-1',
        devEui: devEuiOf(1),
        entity_type: 'Bench',
        static_attributes: [
          { name: 'floor', type: 'Number', value: 2 },
          { name: 'location', type: 'geo:json', value: { type: 'Point', coordinates: [4.5, 50.9] } },
          { name: 'note', type: 'Text', value: '12' },
          { name: 'name', type: 'Text', value: '=HYPERLINK("x");"é"\n' },
          { name: 'isFree', type: 'Boolean', value: true },
        ],
      },
      {
        device_id: '-b1',
        entity_type: 'Bench',
        entity_name: "'=Bench 1",
        explicitAttrs: true,
        internal_attributes: { emptyDistance: 2000, word: '2000', deep: { a: [1] }, nothing: null },
        attributes: [{ object_id: 't', name: 'temperature', type: 'Number', expression: 't * 2' }],
        commands: [{ name: 'on', type: 'command' }],
        unheardOf: { a: 1 },
      },
      {
        device_id: 'b2',
        entity_type: 'Bench',
        explicitAttrs: "['a']",
        internal_attributes: [{ a: 1 }],
        static_attributes: [
          { name: 'seats', type: 'Number', value: 2, metadata: { unitCode: { value: 'C62' } } },
        ],
      },
    ];
    await request(api.server).post('/iot/devices').send({ devices }).expect(201);
    const before = await devicesOf();
    const file = await get('/iot/devices?format=csv')
      .expect(200)
      .expect('Content-Type', /text\/csv/);
    expect(file.headers['content-disposition']).toBe('attachment; filename=devices.csv');
    const same = await importCsv(file.text).expect(200);
    expect(same.body).toMatchObject({ created: 0, updated: 0, unchanged: 3, failed: 0 });
    for (const { device_id: id } of devices)
      await request(api.server)
        .delete(`/iot/devices/${encodeURIComponent(id)}`)
        .expect(204);
    const fresh = await importCsv(file.text).expect(200);
    expect(fresh.body).toMatchObject({ created: 3, failed: 0 });
    const sorted = (all: readonly Record<string, unknown>[]) =>
      all.map((one) => ({
        ...one,
        static_attributes: (one['static_attributes'] as { readonly name: string }[]).toSorted((a, b) =>
          a.name < b.name ? -1 : 1,
        ),
      }));
    expect(sorted(await devicesOf())).toEqual(sorted(before));
  });
});
