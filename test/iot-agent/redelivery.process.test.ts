import { afterEach, expect, it } from '@jest/globals';
import { connectAsync } from 'mqtt';
import { startAgent, startBroker } from '../support/built-programs.ts';
import { eventually } from '../support/eventually.ts';
import { killSpawned } from '../support/spawn-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
afterEach(killSpawned);

it('a measure that MQTT delivers again stands in the history once', async () => {
  const broker = await startBroker(folder);
  const agent = await startAgent(folder, broker.origin);
  const group = { apikey: 'k', entity_type: 'Room', resource: '' };
  await fetch(`${agent.origin}/iot/groups`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ groups: [group] }),
  });
  const client = await connectAsync(agent.mqttUrl);
  const send = (t: number, TimeInstant: string): Promise<unknown> =>
    client.publishAsync('/json/k/r1/attrs', JSON.stringify({ t, TimeInstant }), { qos: 1 });
  for (const again of [1, 2, 3]) {
    await send(21, '2026-11-25T08:00:00Z');
    // The second and third are late behind it.
    if (again === 1) await send(22, '2026-11-25T08:01:00Z');
  }
  await send(23, '2026-11-25T08:02:00Z');
  await client.endAsync();
  await eventually(async () => {
    const answer = await fetch(`${broker.origin}/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:Room:r1?attrs=t`);
    const { t = [] } = (await answer.json()) as { t?: { observedAt: string; value: number }[] };
    expect(t.map(({ value }) => value)).toEqual([21, 22, 23]);
  });
  await eventually(async () => {
    expect(await (await fetch(`${agent.origin}/metrics`)).text()).toContain('carillon_agent_spool_items 0');
  });
  const answer = await fetch(`${broker.origin}/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:Room:r1?attrs=t`);
  expect(((await answer.json()) as { t: unknown[] }).t).toHaveLength(3);
});
