import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { type BuiltAgent, startAgent } from '../support/built-programs.ts';
import { describeWith } from '../support/describe-with.ts';
import { eventually } from '../support/eventually.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type FakeBroker, fakeBroker } from './fake-broker.ts';
import { thingsStackUplink } from './uplink-messages.ts';

describeWith('mongodb', () => {
  const folders = [tempFolder(), tempFolder()] as const;
  const url = new URL(process.env['MONGODB_TEST_URI'] ?? 'mongodb://127.0.0.1');
  url.pathname = `/carillon-agent-${randomUUID()}`;
  const agents: BuiltAgent[] = [];
  let broker: FakeBroker | undefined;

  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.kill();
    await broker?.close();
  });
  afterAll(async () => {
    const client = await new MongoClient(url.href).connect();
    await client.db().dropDatabase();
    await client.close();
  });

  const start = async (folder: string, to: FakeBroker): Promise<BuiltAgent> => {
    const env = { AGENT_STORE_URL: url.href, AGENT_SPOOL_URL: `sqlite:${folder}/spool.db` };
    const agent = await startAgent(folder, to.url, { env });
    agents.push(agent);
    return agent;
  };
  const post = async (to: string, body: unknown): Promise<number> => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(to, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  };

  it('two agents share one registry: what one registers, the other lets go', async () => {
    const to = await fakeBroker();
    broker = to;
    const [one, other] = await Promise.all([start(folders[0], to), start(folders[1], to)]);
    const uplink = thingsStackUplink({ devEui: '70B3D57BA0000123', fCnt: 1, at: '2026-11-25T12:00:00Z' });
    expect(await post(`${other.deviceOrigin}/webhooks/things-stack`, uplink)).toBe(204);
    await eventually(async () => {
      const problems = await fetch(`${other.origin}/iot/problems`);
      expect(await problems.json()).toMatchObject({ count: 1, problems: [{ cause: 'unknown-device' }] });
    });
    const static_attributes = [{ name: 'location', type: 'geo:point', value: '50.99,4.55' }];
    const device = { device_id: 'pm-04', devEui: '70B3D57BA0000123', model: 'decentlab/dl-pm' };
    const registration = { devices: [{ ...device, static_attributes }] };
    expect(await post(`${one.origin}/iot/devices`, registration)).toBe(201);
    await eventually(() => expect(to.entity('urn:ngsi-ld:AirQualityObserved:pm-04')).toBeDefined());
  });
});
