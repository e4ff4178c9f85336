import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Aedes } from 'aedes';
import { connectAsync } from 'mqtt';
import { mqttPipeline } from '../../../iot-agent/transports/mqtt-pipeline.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe('mqttPipeline', () => {
  it('has no more messages under way than it is told, and loses none', async () => {
    const aedes = await Aedes.createBroker();
    const server = createServer(aedes.handle).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(async () => {
      server.close();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    });
    const { port } = server.address() as AddressInfo;
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
    ends.push(() => client.endAsync(true));
    let underWay = 0;
    let mostUnderWay = 0;
    const taken: string[] = [];
    const all = new Promise<void>((resolve) => {
      const take = async ({ payload }: { readonly payload: string | Buffer }): Promise<void> => {
        mostUnderWay = Math.max(mostUnderWay, ++underWay);
        for (let turn = 0; turn < 3; turn++) await setImmediate();
        underWay--;
        if (taken.push(String(payload)) === 40) resolve();
      };
      mqttPipeline({ client, take, most: 4 });
    });
    await client.subscribeAsync('#', { qos: 1 });
    const payloads = Array.from({ length: 40 }, (_, n) => String(n));
    for (const payload of payloads)
      aedes.publish({ cmd: 'publish', topic: 't', payload, qos: 1, dup: false, retain: false }, () => {});
    await all;
    expect(mostUnderWay).toBe(4);
    expect(taken.sort()).toEqual(payloads.sort());
  });
});
