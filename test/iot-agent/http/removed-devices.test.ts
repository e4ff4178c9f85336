import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { eventually } from '../../support/eventually.ts';
import { fakeBroker } from '../fake-broker.ts';
import { lorawanRecord, uplink } from '../running-pipeline.ts';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A broker that knows nothing, and takes upserts when it is told to. */
async function slowBroker(): Promise<{ readonly url: string; readonly held: ServerResponse[] }> {
  const held: ServerResponse[] = [];
  const server = createServer((incoming, response) => {
    incoming.resume();
    if (incoming.method === 'POST') held.push(response);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, held };
}

const settled = ({ pipeline }: ConfigApiServer): Promise<void> =>
  eventually(() => expect(pipeline.spool.depth()).toBe(0));

/** What is shown of the device when it is registered anew. */
async function keptOf({ pipeline, server }: ConfigApiServer): Promise<readonly unknown[]> {
  await pipeline.registry.addDevices([lorawanRecord(1)]);
  const paths = ['/iot/devices/pm-1/uplinks', '/iot/devices/pm-1/log', '/iot/quarantine'];
  const answers = await Promise.all(paths.map((path) => request(server).get(path).expect(200)));
  return answers.flatMap(({ body }) => body.uplinks ?? body.log ?? body.items);
}

describe('a device that was removed', () => {
  it('leaves nothing behind of what was under way meanwhile', async () => {
    const broker = await slowBroker();
    const api = await configApiServer(broker.url);
    await api.pipeline.registry.addDevices([lorawanRecord(1)]);
    await api.pipeline.receive(uplink(1, 1), uplink(1, 2, { bytes: Uint8Array.of(9) }));
    await eventually(() => expect(broker.held).toHaveLength(1));
    await request(api.server).delete('/iot/devices/pm-1').expect(204);
    broker.held[0]?.writeHead(204).end();
    await settled(api);
    // Behind everything that follows from the removal.
    await api.pipeline.receive(uplink(2, 1));
    await settled(api);
    expect(await keptOf(api)).toEqual([]);
  });

  it('leaves nothing in the quarantine that came under an earlier DevEUI', async () => {
    const broker = await fakeBroker();
    ends.push(() => broker.close());
    const api = await configApiServer(broker.url);
    await api.pipeline.registry.addDevices([lorawanRecord(1)]);
    await api.pipeline.receive(uplink(1, 1, { bytes: Uint8Array.of(9) }));
    await settled(api);
    await request(api.server).patch('/iot/devices/pm-1').send({ devEui: '70B3D57BA0009999' }).expect(204);
    const before = await request(api.server).get('/iot/quarantine');
    expect(before.body.count).toBe(1);
    await request(api.server).delete('/iot/devices/pm-1').expect(204);
    expect(await keptOf(api)).toEqual([]);
    expect(api.pipeline.spool.aside().get('undecodable')).toBe(0);
  });
});
