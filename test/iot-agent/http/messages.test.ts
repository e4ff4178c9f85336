import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { eventually } from '../../support/eventually.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { groupRecord, lorawanRecord, measure, timeOf, timeText, uplink } from '../running-pipeline.ts';
import { DL_PM } from '../uplink-messages.ts';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

let broker: FakeBroker;
let api: ConfigApiServer;

beforeEach(async () => {
  broker = await fakeBroker();
  api = await configApiServer(broker.url);
  await api.pipeline.registry.addDevices([lorawanRecord(1)]);
});
afterEach(() => broker.close());

const settled = (): Promise<void> => eventually(() => expect(api.pipeline.spool.depth()).toBe(0));
const get = async (path: string): Promise<Record<string, unknown>> =>
  (await request(api.server).get(path).expect(200)).body;

describe('the newest messages of a device', () => {
  it('are there as they arrived, newest first, with what became of them', async () => {
    await api.pipeline.receive(uplink(1, 10));
    await settled();
    await api.pipeline.receive(uplink(1, 5), uplink(1, 11, { bytes: Uint8Array.of(1) }), uplink(1, 10));
    await settled();
    const { uplinks } = await get('/iot/devices/pm-1/uplinks');
    expect(uplinks).toMatchObject([
      { result: 'undecodable', reason: expect.any(String), message: { bytes: '01' } },
      { result: 'late', observedAt: timeText(5) },
      {
        result: 'sent',
        observedAt: timeText(10),
        settledAt: expect.stringMatching(/Z$/),
        correlationId: 'test',
        message: { kind: 'lorawan', bytes: DL_PM, fCnt: 10, rssi: -71, receivedAt: timeText(10) },
      },
    ]);
  });

  it('come in pages', async () => {
    await api.pipeline.receive(...[1, 2, 3, 4].map((second) => uplink(1, second)));
    await settled();
    const first = await get('/iot/devices/pm-1/uplinks?limit=2');
    const [, last] = first['uplinks'] as { seq: number }[];
    expect(first['uplinks']).toMatchObject([{ observedAt: timeText(4) }, { observedAt: timeText(3) }]);
    const second = await get(`/iot/devices/pm-1/uplinks?limit=2&before=${last?.seq}`);
    expect(second['uplinks']).toMatchObject([{ observedAt: timeText(2) }, { observedAt: timeText(1) }]);
  });

  it('show no apikey and no key of the way back', async () => {
    await api.pipeline.registry.addGroups([groupRecord({ apikey: 'secret-key', entity_type: 'Room' })]);
    await api.pipeline.receive(
      measure('secret-key', 'r1', { t: 1 }),
      uplink(1, 1, { downlink: { push: 'https://ns.example/down/42abc', apikey: 'NNSXS' } }),
    );
    await settled();
    for (const device of ['r1', 'pm-1']) {
      const text = JSON.stringify(await get(`/iot/devices/${device}/uplinks`));
      expect(text).toContain('"result":"sent"');
      expect(text).not.toMatch(/secret-key|42abc|NNSXS/);
    }
  });

  it('are gone with the device, and of no other tenant', async () => {
    await api.pipeline.receive(uplink(1, 1));
    await settled();
    await request(api.server).get('/iot/devices/pm-1/uplinks').set('NGSILD-Tenant', 'city').expect(404);
    await request(api.server).delete('/iot/devices/pm-1').expect(204);
    await api.pipeline.registry.addDevices([lorawanRecord(1)]);
    expect(await get('/iot/devices/pm-1/uplinks')).toEqual({ uplinks: [] });
  });
});

describe('the log of a device', () => {
  it('counts what its network server and the agent complain about', async () => {
    const { devEui, server } = uplink(1, 1);
    const origin = { kind: 'event', devEui, server } as const;
    const mic = { event: 'log', level: 'error', code: 'UPLINK_MIC', description: 'wrong MIC' } as const;
    await api.pipeline.receive(
      { ...origin, ...mic, receivedAt: timeOf(1) },
      { ...origin, ...mic, receivedAt: timeOf(2) },
      uplink(1, 3, { bytes: Uint8Array.of(1) }),
    );
    await settled();
    const { count, log } = await get('/iot/devices/pm-1/log');
    expect(count).toBe(2);
    expect(log).toContainEqual({
      source: 'network-server',
      level: 'error',
      message: 'UPLINK_MIC: wrong MIC',
      times: 2,
      firstAt: expect.stringMatching(/Z$/),
      lastAt: expect.stringMatching(/Z$/),
    });
    expect(log).toContainEqual(expect.objectContaining({ source: 'codec', level: 'error', times: 1 }));
  });
});

describe('the level of the log', () => {
  it('is read and set by the names of FIWARE', async () => {
    await request(api.server).put('/admin/log?level=fatal').expect(200, { level: 'FATAL' });
    await request(api.server).put('/admin/log?level=WARN').expect(200);
    expect(await get('/admin/log')).toEqual({ level: 'WARNING' });
    const { body } = await request(api.server).put('/admin/log?level=loud').expect(400);
    expect(body.message).toContain('FATAL');
  });
});
