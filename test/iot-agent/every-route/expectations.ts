import { expect } from '@jest/globals';
import supertest from 'supertest';
import type { Problem } from '../../../iot-agent/spool/spool.ts';
import type { NotifyingBroker } from '../../broker/notifications/notifying-broker.ts';
import { eventually } from '../../support/eventually.ts';
import type { AgentUnderTest } from './agent-under-test.ts';

type Body = Readonly<Record<string, unknown>>;
const TENANTS = ['', 'city'] as const;

/** Expects that what is listed can be read one by one, and that the broker failed on nothing that the agent made. */
export async function expectConsistent({ configUrl, pipeline }: AgentUnderTest): Promise<void> {
  for (const tenant of TENANTS) {
    const read = async (path: string): Promise<Body> => {
      const request = supertest(configUrl).get(path);
      if (tenant !== '') request.set('Fiware-Service', tenant);
      return (await request.expect(200)).body;
    };
    const devices = (await read('/iot/devices?limit=1000'))['devices'] as readonly Body[];
    for (const device of devices) {
      const id = String(device['device_id']);
      expect(await read(`/iot/devices/${encodeURIComponent(id)}`)).toMatchObject({ device_id: id });
    }
    for (const list of ['/iot/groups', '/iot/services', '/iot/problems']) await read(`${list}?limit=1000`);
  }
  const { problems } = pipeline.spool.problems({ limit: 1000, offset: 0 });
  expect(problems.filter(isOurFault)).toEqual([]);
}

/** The broker refuses what NGSI-LD cannot hold, and says why; it never fails. */
function isOurFault({ cause, reason }: Problem): boolean {
  return cause === 'broker' || (cause === 'refused' && !/is not valid NGSI-LD: .{10}/.test(reason));
}

/** Expects a new device to be served as if nothing had been before: registered, measured, in the broker. */
export async function expectConversation(
  { configUrl, deviceUrl }: AgentUnderTest,
  { api }: NotifyingBroker,
): Promise<void> {
  const entity = 'urn:ngsi-ld:Bell:1';
  const device = { device_id: 'bell-1', apikey: 'belfry', entity_type: 'Bell', entity_name: entity };
  await supertest(configUrl)
    .post('/iot/groups')
    .send({ groups: [{ apikey: 'belfry', entity_type: 'Bell' }] })
    .expect(201);
  await supertest(configUrl)
    .post('/iot/devices')
    .send({ devices: [device] })
    .expect(201);
  await supertest(deviceUrl).post('/iot/json?k=belfry&i=bell-1').send({ tone: 440 }).expect(200);
  await eventually(async () => {
    const { body } = await api.get(`/entities/${entity}?options=keyValues`);
    expect(body).toMatchObject({ id: entity, tone: 440 });
  });
}
