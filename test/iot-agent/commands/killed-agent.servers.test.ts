import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Aedes } from 'aedes';
import { type BuiltAgent, startAgent, startBroker } from '../../support/built-programs.ts';
import { describeWith } from '../../support/describe-with.ts';
import { eventually } from '../../support/eventually.ts';
import { freePorts } from '../../support/free-port.ts';
import { killSpawned } from '../../support/spawn-program.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const folder = tempFolder();
const applicationId = '17c8f2a4-0000-4000-8000-000000000001';
const devEui = '0102030405060708';
const closing: (() => void)[] = [];

afterEach(async () => {
  await killSpawned();
  for (const close of closing.splice(0)) close();
});

/** An MQTT broker and the ids of the downlinks that it got; one that hangs keeps them, and never says so. */
async function mqttBroker(does: 'work' | 'hang'): Promise<{ readonly url: string; readonly ids: string[] }> {
  const ids: string[] = [];
  const aedes = await Aedes.createBroker({
    authorizePublish: (_client, { topic, payload }, done) => {
      const isDownlink = topic.endsWith('/command/down');
      if (isDownlink) ids.push((JSON.parse(payload.toString()) as { readonly id: string }).id);
      if (!isDownlink || does === 'work') done(null);
    },
  });
  const [port = 0] = await freePorts(1);
  const server = createServer(aedes.handle).listen(port, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    aedes.close();
    server.close();
  });
  return { url: `mqtt://127.0.0.1:${port}`, ids };
}

async function send(method: string, url: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  const text = await answer.text();
  return text === '' ? undefined : JSON.parse(text);
}

const lamp = {
  ...{ device_id: 'l1', devEui, entity_type: 'Lamp' },
  commands: [{ name: 'on', payloadType: 'binaryfromhex', fPort: 2 }],
};
const uplink = {
  ...{ deviceInfo: { applicationId, devEui }, time: '2026-11-25T12:00:00Z' },
  ...{ fCnt: 1, fPort: 1, data: 'AQ==', object: { power: 12 } },
};

describeWith('mongodb', () => {
  describe('a command of an agent that is killed between claim and publishing', () => {
    it('goes out by the other agent, under the same id', async () => {
      const home = mkdtempSync(join(folder, 'city-'));
      const [hanging, working] = [await mqttBroker('hang'), await mqttBroker('work')];
      const store = new URL(process.env['MONGODB_TEST_URI'] ?? '');
      store.pathname = `/carillon-agents-${randomUUID()}`;
      const broker = await startBroker(home);
      const start = (name: string, mqttUrl: string): Promise<BuiltAgent> =>
        startAgent(home, broker.origin, {
          env: {
            AGENT_STORE_URL: store.href,
            AGENT_SPOOL_URL: `sqlite:${home}/${name}/spool.db`,
            MQTT_URL: mqttUrl,
            // Longer than a machine that does much else lets one wait that lives.
            COMMAND_TAKEOVER: '3s',
          },
        });
      const one = await start('one', hanging.url);
      await send('POST', `${one.origin}/iot/devices`, { devices: [lamp] });
      await send('POST', `${one.deviceOrigin}/webhooks/chirpstack?event=up`, uplink);
      const entity = `${broker.origin}/ngsi-ld/v1/entities/urn:ngsi-ld:Lamp:l1`;
      await eventually(async () => {
        expect(await send('GET', entity)).toMatchObject({ power: { value: 12 } });
        expect(await send('GET', `${broker.origin}/ngsi-ld/v1/subscriptions`)).toHaveLength(1);
      });
      await send('POST', `${entity}/attrs`, { on: { type: 'Property', value: '01' } });
      await eventually(() => expect(hanging.ids).toHaveLength(1));
      const other = await start('other', working.url);
      expect(working.ids).toEqual([]);
      await one.kill();
      // On a slow machine the first one may have tried more than once.
      await eventually(() => expect(working.ids).toEqual([...new Set(hanging.ids)]));
      await eventually(async () =>
        expect(await send('GET', entity)).toMatchObject({ onStatus: { value: 'QUEUED' } }),
      );
      expect(await send('GET', `${other.origin}/iot/commands`)).toMatchObject({
        count: 1,
        commands: [{ id: working.ids[0], state: 'QUEUED', attempts: hanging.ids.length + 1 }],
      });
    });
  });
});
