import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';
import { parseNotification } from '../../../iot-agent/commands/parse-notification.ts';
import type { Incoming, Json, LorawanUplink } from '../../../iot-agent/measurement.ts';
import type { DeviceSettings } from '../../../iot-agent/registry/settings.ts';
import { connectMongo } from '../../../runtime/mongo/connect.ts';
import { describeWith } from '../../support/describe-with.ts';
import { eventually } from '../../support/eventually.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { type RunningPipeline, runPipeline } from '../running-pipeline.ts';
import { changed, lampId, lampRecord } from './running-commands.ts';

/** One of several agents. */
interface SharingAgent {
  readonly pipeline: RunningPipeline;
  /** `stuck`: what is published never gets there. */
  state: 'well' | 'stuck';
}

const devEui = '0102030405060708';
const lorawan = { devEui, commands: [{ name: 'on', payloadType: 'binaryfromhex', fPort: 2 }] } as const;
const origin = {
  devEui,
  server: 'chirpstack',
  applicationId: 'a-1',
  receivedAt: 1_790_000_000_000_000,
} as const;
const uplink: LorawanUplink = {
  ...{ kind: 'lorawan', ...origin },
  ...{ fCnt: 1, fPort: 1, bytes: Uint8Array.of(1), decoded: { power: 1 } },
};

function event(stage: 'sent' | 'acknowledged', downlinkId: string): Incoming {
  return { kind: 'event', event: 'downlink', ...origin, stage, downlinkId };
}

describeWith('mongodb', () => {
  describe('two agents on one registry', () => {
    let broker: FakeBroker;
    let url: string;
    let http: Agent;
    let one: SharingAgent;
    let other: SharingAgent;
    /** By both. */
    let published: string[];

    const startAgent = async (): Promise<SharingAgent> => {
      const env = { AGENT_STORE_URL: url, AGENT_SPOOL_URL: 'sqlite::memory:', COMMAND_TAKEOVER: '1s' };
      const pipeline = await runPipeline(broker.url, env);
      const agent: SharingAgent = { pipeline, state: 'well' };
      pipeline.commands.start({
        publisher: {
          publish: async (_connection, _topic, payload) => {
            if (agent.state === 'stuck') await new Promise(() => {});
            published.push(Buffer.from(payload).toString('utf8'));
          },
        },
        deviceHttp: http,
        serverHttp: http,
        address: { baseUrl: 'http://agents.example', secret: 's3cret' },
      });
      return agent;
    };

    beforeEach(async () => {
      const base = new URL(process.env['MONGODB_TEST_URI'] ?? '');
      base.pathname = `/carillon-agents-${randomUUID()}`;
      url = base.href;
      http = new Agent();
      published = [];
      broker = await fakeBroker();
      broker.put({ id: lampId, type: 'Lamp' });
      [one, other] = [await startAgent(), await startAgent()];
    });
    afterEach(async () => {
      await Promise.all([one.pipeline.end(), other.pipeline.end()]);
      await Promise.all([broker.close(), http.destroy()]);
      const { database, close } = await connectMongo({ url, defaultDatabase: 'unused' });
      await database.dropDatabase();
      await close();
    });

    const register = (settings: Partial<DeviceSettings>) =>
      one.pipeline.registry.addDevices([lampRecord(settings)]);
    const notify = async ({ pipeline }: SharingAgent, id: string, attributes: Record<string, Json>) => {
      const data = [{ id: lampId, type: 'Lamp', ...attributes }];
      await pipeline.commands.accept('', parseNotification({ id, type: 'Notification', data }));
    };
    const status = (name: string) =>
      (broker.entity(lampId)?.[name] as { readonly value?: unknown } | undefined)?.value;
    const idIn = (text: string | undefined) => (JSON.parse(text ?? '{}') as { readonly id?: string }).id;

    it('send by the way that either has heard of, and move on what either hears', async () => {
      await register(lorawan);
      await notify(one, 'n1', { on: changed('01', 0) });
      await eventually(() => expect(status('onStatus')).toBe('PENDING'));
      await other.pipeline.receive(uplink);
      await eventually(() => expect(published).toHaveLength(1));
      const id = idIn(published[0]) ?? '';
      await one.pipeline.receive(event('sent', id));
      await eventually(() => expect(status('onStatus')).toBe('SENT'));
      const [command] = (await other.pipeline.commands.list({ tenant: '', limit: 9, offset: 0 })).commands;
      expect(command).toMatchObject({ id, state: 'SENT' });
    });

    it('make one command of a change that both are told of', async () => {
      await register({ apikey: 'k1', commands: [{ name: 'ping' }] });
      const on = { ping: changed(1, 0) };
      await Promise.all([notify(one, 'n1', on), notify(other, 'n2', on)]);
      await eventually(() => expect(status('pingStatus')).toBe('SENT'));
      expect(published).toEqual(['{"ping":1}']);
    });

    it('keep the order of a device, whoever is told', async () => {
      await register({ apikey: 'k1', commands: [{ name: 'ping' }] });
      const values = [1, 2, 3, 4, 5, 6];
      for (const value of values)
        await notify(value % 2 === 0 ? one : other, `n${value}`, { ping: changed(value, 10 * value) });
      await eventually(() => expect(published).toHaveLength(values.length));
      expect(published).toEqual(values.map((value) => `{"ping":${value}}`));
    });

    it('hand what waits to a device that asks the other one', async () => {
      await register({ apikey: 'k1', polling: true, commands: [{ name: 'turn' }] });
      await notify(one, 'n1', { turn: changed('left', 0) });
      const asked = await Promise.all([one, other].map(({ pipeline }) => pipeline.commands.poll('k1', 'l1')));
      expect(asked.flat().map(({ value }) => value)).toEqual(['left']);
      await eventually(() => expect(status('turnStatus')).toBe('DELIVERED'));
    });

    it('tell a device the values that it asked one of them for, whichever hears of them', async () => {
      await register({ apikey: 'k1' });
      const asked = {
        apikey: 'k1',
        deviceId: 'l1',
        type: 'subscription',
        protocol: 'iot-agent-json',
      } as const;
      const { configuration } = one.pipeline.commands;
      await configuration.answer({ ...asked, fields: ['level'] }, 'mqtt');
      const path = await eventually(() => {
        const found = /"http:\/\/agents\.example([^"]*\/configuration\/\w+)"/.exec(
          JSON.stringify([...broker.resources.values()]),
        );
        if (found?.[1] === undefined) throw new Error('there is no subscription yet');
        return found[1];
      });
      const data = [{ id: lampId, type: 'Lamp', level: { type: 'Property', value: 7 } }];
      const notification = parseNotification({ id: 'n1', type: 'Notification', data });
      const id = path.split('/').at(-1) ?? '';
      expect(await other.pipeline.commands.configuration.tell('', id, notification)).toBe(true);
      expect(JSON.parse(published.at(-1) ?? '')).toMatchObject({ level: 7 });
    });

    it('send what the other one claimed and did not get out, under the same id', async () => {
      await register(lorawan);
      await one.pipeline.receive(uplink);
      await eventually(() => expect(status('power')).toBe(1));
      one.state = 'stuck';
      await notify(one, 'n1', { on: changed('01', 0) });
      const claimed = await eventually(async () => {
        const [command] = (await other.pipeline.commands.list({ tenant: '', limit: 1, offset: 0 })).commands;
        expect(command?.attempts).toBe(1);
        return command?.id;
      });
      await one.pipeline.end();
      await eventually(() => expect(published).toHaveLength(1));
      expect(idIn(published[0])).toBe(claimed);
      await eventually(() => expect(status('onStatus')).toBe('QUEUED'));
    });
  });
});
