import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { eventually } from '../../support/eventually.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { groupRecord, lorawanRecord, measure, timeText, uplink } from '../running-pipeline.ts';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

let broker: FakeBroker;
let api: ConfigApiServer;

beforeEach(async () => {
  broker = await fakeBroker();
  api = await configApiServer(broker.url);
  await api.pipeline.registry.addGroups([
    groupRecord({
      apikey: 'k',
      entity_type: 'AirQualityObserved',
      static_attributes: [{ name: 'location', type: 'geo:point', value: '50.99,4.55' }],
    }),
  ]);
  await api.pipeline.registry.addDevices([lorawanRecord(1)]);
});
afterEach(() => broker.close());

/** One Entity that is not valid of each of two devices, and an uplink that cannot be read. */
async function putThree(): Promise<void> {
  await api.pipeline.receive(
    measure('k', 'a1', { relativeHumidity: 41.6 }, 1),
    measure('k', 'a2', { temperature: 'warm' }, 2),
    uplink(1, 3, { bytes: Uint8Array.of(9, 9, 9) }),
  );
  await eventually(() => expect(api.pipeline.spool.depth()).toBe(0));
}

const list = async (query = ''): Promise<{ count: number; items: Record<string, unknown>[] }> =>
  (await request(api.server).get(`/iot/quarantine${query}`).expect(200)).body;

describe('the quarantine', () => {
  it('names the attribute, the rule, the device, the times and what came', async () => {
    await putThree();
    const { count, items } = await list();
    expect(count).toBe(3);
    expect(items).toMatchObject([
      { device: 'pm-1', cause: 'undecodable', message: { bytes: '090909', fCnt: 3 } },
      { device: 'a2', attribute: 'temperature' },
      {
        device: 'a1',
        cause: 'invalid',
        attribute: 'relativeHumidity',
        rule: expect.stringContaining('must be at most 1'),
        observedAt: timeText(1),
        at: expect.stringMatching(/Z$/),
        message: { values: { relativeHumidity: 41.6 } },
      },
    ]);
    expect(JSON.stringify(items)).not.toContain('"k"');
    expect(broker.upserts).toEqual([]);
    const metrics = await api.pipeline.metrics.text();
    expect(metrics).toContain(
      'carillon_agent_quarantined_total{model="AirQualityObserved",attribute="relativeHumidity"} 1',
    );
  });

  it.each([
    ['device=a1', ['a1']],
    ['attribute=temperature', ['a2']],
    ['rule=must+be+at+most+1', ['a1']],
    ['device=a1&attribute=temperature', []],
    ['limit=1&offset=1', ['a2']],
  ])('lists what %s asks for', async (query, devices) => {
    await putThree();
    expect((await list(`?${query}`)).items.map(({ device }) => device)).toEqual(devices);
  });

  it('shows a tenant what is its own', async () => {
    await putThree();
    const { body } = await request(api.server).get('/iot/quarantine').set('NGSILD-Tenant', 'city');
    expect(body).toEqual({ count: 0, items: [] });
  });

  it('drops what the query says, and everything only when that is said', async () => {
    await putThree();
    const refusal = await request(api.server).delete('/iot/quarantine').expect(400);
    expect(refusal.body.message).toContain('all=true');
    const { body } = await request(api.server).delete('/iot/quarantine?device=a1').expect(200);
    expect(body).toEqual({ removed: 1 });
    const [item] = (await list()).items;
    await request(api.server).delete(`/iot/quarantine/${item?.['id']}`).expect(204);
    await request(api.server).delete(`/iot/quarantine/${item?.['id']}`).expect(404);
    await request(api.server).delete('/iot/quarantine/x').expect(404);
    await request(api.server).delete('/iot/quarantine?all=true').expect(200);
    expect((await list()).count).toBe(0);
    expect(api.pipeline.spool.aside().get('invalid')).toBe(0);
  });

  it('tries again what it is told to, and keeps what is still not valid', async () => {
    await putThree();
    const before = (await list('?device=a1')).items[0]?.['id'];
    const { body } = await request(api.server).post(`/iot/quarantine/${before}/replay`).expect(200);
    expect(body).toEqual({ replayed: 1 });
    await eventually(async () => expect((await list()).count).toBe(3));
    await request(api.server).post('/iot/quarantine/0/replay').expect(404);
  });

  it('lets go what a change of the device cures', async () => {
    await putThree();
    const settings = { attributes: [{ object_id: 'relativeHumidity', name: 'humidity', type: 'Number' }] };
    await api.pipeline.registry.addGroups([groupRecord({ apikey: 'other', entity_type: 'Room' })]);
    const device = { model: 'decentlab/dl-pm', internal_attributes: { note: 'looked at' } };
    await request(api.server).put('/iot/devices/pm-1').send(device).expect(204);
    // It cannot be read still, and is back in the quarantine; the others were not touched.
    await eventually(async () => expect((await list()).count).toBe(3));
    const { log } = (await request(api.server).get('/iot/devices/pm-1/log')).body;
    expect(log).toMatchObject([{ source: 'codec', level: 'error', times: 2 }]);
    await request(api.server).put('/iot/groups?apikey=k').send(settings).expect(204);
    await eventually(() => expect(api.pipeline.spool.depth()).toBe(0));
  });

  it('stays as it is when another group, or another codec, changes', async () => {
    await api.pipeline.registry.addGroups([
      groupRecord({ apikey: 'other', entity_type: 'Room' }, 'city'),
      groupRecord({ apikey: 'third', entity_type: 'Room' }),
    ]);
    await putThree();
    const tries = async (): Promise<number[]> =>
      Promise.all(
        ['a1', 'a2', 'pm-1'].map(async (device) => {
          const { body } = await request(api.server).get(`/iot/devices/${device}/log`).expect(200);
          return body.log[0].times;
        }),
      );
    const change = { entity_type: 'Hall' };
    await request(api.server).put('/iot/groups?apikey=third').send(change).expect(204);
    await request(api.server)
      .put('/iot/groups?apikey=other')
      .set('NGSILD-Tenant', 'city')
      .send(change)
      .expect(204);
    await request(api.server)
      .put('/iot/codecs/mine')
      .type('text/javascript')
      .send('function decodeUplink() { return { data: {} }; }')
      .expect(201);
    // Behind everything that follows from the changes.
    await api.pipeline.receive(uplink(1, 4, { bytes: Uint8Array.of(9, 9, 9) }));
    await eventually(() => expect(api.pipeline.spool.depth()).toBe(0));
    expect(await tries()).toEqual([1, 1, 2]);
    await request(api.server).patch('/iot/groups?apikey=k').send({ timezone: 'Europe/Brussels' }).expect(204);
    await eventually(async () => expect(await tries()).toEqual([2, 2, 2]));
  });
});
