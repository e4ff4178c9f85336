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
      entity_type: 'Room',
      attributes: [{ object_id: 't', name: 'temperature', type: 'Number' }],
    }),
  ]);
});
afterEach(() => broker.close());

const room = 'urn:ngsi-ld:Room:r1';
const all = { from: timeText(0), to: timeText(59) };
const settled = (): Promise<void> => eventually(() => expect(api.pipeline.spool.depth()).toBe(0));

async function replay(path: string, body: object): Promise<string> {
  const answer = await request(api.server).post(path).send(body).expect(202);
  expect(answer.headers['location']).toBe(`/iot/replays/${answer.body.id}`);
  return answer.body.id;
}

async function whenDone(id: string): Promise<Record<string, unknown>> {
  let progress: Record<string, unknown> = {};
  await eventually(async () => {
    progress = (await request(api.server).get(`/iot/replays/${id}`).expect(200)).body;
    expect(progress['state']).toBe('done');
  });
  return progress;
}

async function changeMapping(name: string): Promise<void> {
  const attributes = [{ object_id: 't', name, type: 'Number' }];
  await request(api.server).put('/iot/groups?apikey=k').send({ attributes }).expect(204);
}

describe('a replay of a device', () => {
  it('sends corrected values with the original times: the newest is current, the others are history', async () => {
    const measures = [1, 2, 3].map((second) => measure('k', 'r1', { t: 20 + second }, second));
    await api.pipeline.receive(...measures);
    await settled();
    await changeMapping('indoorTemperature');
    const id = await replay('/iot/devices/r1/replay', all);
    expect(await whenDone(id)).toMatchObject({
      ...{ of: { device: 'r1' }, uplinks: 3, uplinksLeft: 0, devicesLeft: 0 },
      results: { late: 2, sent: 1 },
    });
    const corrected = broker.upserts.filter((entity) => 'indoorTemperature' in entity);
    expect(corrected).toMatchObject([
      { id: room, indoorTemperature: { value: 23, observedAt: timeText(3) } },
    ]);
    expect(broker.appended.map(({ fragment }) => fragment)).toMatchObject([
      { indoorTemperature: [{ value: 21, observedAt: timeText(1) }] },
      { indoorTemperature: [{ value: 22, observedAt: timeText(2) }] },
    ]);
  });

  it('lets through what came before, within the times that are asked for', async () => {
    await api.pipeline.registry.addDevices([lorawanRecord(1)]);
    await api.pipeline.receive(uplink(1, 1), uplink(1, 2), uplink(1, 3));
    await settled();
    const id = await replay('/iot/devices/pm-1/replay', { from: timeText(2), to: timeText(3) });
    expect(await whenDone(id)).toMatchObject({ uplinks: 2, results: { late: 1, sent: 1 } });
    // They stand in the ring once.
    const { body } = await request(api.server).get('/iot/devices/pm-1/uplinks');
    expect(body.uplinks).toHaveLength(3);
  });

  it('corrects an Attribute that is current although others of its Entity are newer', async () => {
    await api.pipeline.receive(measure('k', 'r1', { t: 20 }, 1), measure('k', 'r1', { other: 1 }, 2));
    await settled();
    const metadata = { unitCode: { value: 'CEL' } };
    const attributes = [{ object_id: 't', name: 'temperature', type: 'Number', metadata }];
    await request(api.server).put('/iot/groups?apikey=k').send({ attributes }).expect(204);
    await whenDone(await replay('/iot/devices/r1/replay', all));
    expect(broker.entity(room)).toMatchObject({
      temperature: { value: 20, unitCode: 'CEL', observedAt: timeText(1) },
      other: { value: 1, observedAt: timeText(2) },
    });
    expect(broker.appended).toEqual([]);
  });

  it('is not undone by what comes later and is older than what it corrected', async () => {
    await api.pipeline.receive(measure('k', 'r1', { t: 20 }, 5), measure('k', 'r1', { other: 1 }, 9));
    await settled();
    await changeMapping('indoorTemperature');
    await whenDone(await replay('/iot/devices/r1/replay', all));
    await api.pipeline.receive(measure('k', 'r1', { t: 18 }, 3));
    await settled();
    expect(broker.entity(room)).toMatchObject({
      indoorTemperature: { value: 20, observedAt: timeText(5) },
    });
    expect(broker.appended.map(({ fragment }) => fragment)).toMatchObject([
      { indoorTemperature: [{ value: 18, observedAt: timeText(3) }] },
    ]);
  });

  it('takes what is in the quarantine along', async () => {
    await api.pipeline.registry.addDevices([lorawanRecord(1)]);
    await api.pipeline.receive(uplink(1, 1, { bytes: Uint8Array.of(1) }), uplink(1, 2));
    await settled();
    const done = await whenDone(await replay('/iot/devices/pm-1/replay', all));
    expect(done).toMatchObject({ uplinks: 2, results: { undecodable: 1, sent: 1 } });
    // It is there once, as before.
    expect(api.pipeline.spool.aside().get('undecodable')).toBe(1);
    const list = await request(api.server).get('/iot/quarantine');
    expect(list.body.count).toBe(1);
  });
});

describe('a replay of several devices', () => {
  it('is of those that fit', async () => {
    await api.pipeline.registry.addDevices([lorawanRecord(1), lorawanRecord(2)]);
    await api.pipeline.receive(uplink(1, 1), uplink(2, 1), measure('k', 'r1', { t: 1 }, 1));
    await settled();
    const byModel = await whenDone(await replay('/iot/replay', { model: 'decentlab/dl-pm', ...all }));
    expect(byModel).toMatchObject({ of: { model: 'decentlab/dl-pm' }, uplinks: 2, results: { sent: 2 } });
    const byType = await whenDone(await replay('/iot/replay', { entity_type: 'Room', ...all }));
    expect(byType).toMatchObject({ uplinks: 1 });
    const { body } = await request(api.server).get('/iot/replays').expect(200);
    expect(body).toMatchObject({ count: 2, replays: [{ of: { entity_type: 'Room' } }, { of: {} }] });
    await request(api.server).get('/iot/replays/1').set('NGSILD-Tenant', 'city').expect(404);
  });

  it.each([
    [{}, 'at least one of'],
    [{ model: 'decentlab/dl-pm', to: timeText(1) }, 'must have from'],
    [{ model: 'decentlab/dl-pm', from: 'yesterday', to: timeText(1) }, 'from is "yesterday"'],
    [{ model: 'decentlab/dl-pm', from: timeText(2), to: timeText(1) }, 'must not be after'],
    [{ modell: 'decentlab/dl-pm', ...all }, '"modell" is no member'],
    [{ model: 7, ...all }, 'model must be a text'],
    [[], 'must be an object'],
  ])('is refused when it says %j', async (body, message) => {
    const answer = await request(api.server).post('/iot/replay').send(body).expect(400);
    expect(answer.body.message).toContain(message);
  });

  it('is refused for a group that is not there', async () => {
    await request(api.server)
      .post('/iot/replay')
      .send({ group: 'none', ...all })
      .expect(404);
    await request(api.server).post('/iot/devices/none/replay').send(all).expect(404);
  });
});
