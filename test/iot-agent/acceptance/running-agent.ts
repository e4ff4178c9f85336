import { join } from 'node:path';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { connectAsync } from 'mqtt';
import { eventually } from '../../support/eventually.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { type AgentUnderTest, agentUnderTest } from '../every-route/agent-under-test.ts';
import { type FakeBroker, fakeBroker, type SentEntity } from '../fake-broker.ts';
import { hex } from '../hex.ts';

/** When the uplinks of these tests were received, as network servers and Entities write it. */
export const receivedAt = '2026-02-12T15:15:45.789Z';

/** Where the devices of these tests are. */
export const place = { type: 'Point', coordinates: [4.55, 50.99] };
export const location = { name: 'location', type: 'geo:json', value: place };

/** A whole agent between its users and a broker. */
export interface RunningAgent {
  readonly broker: FakeBroker;
  readonly agent: AgentUnderTest;
  /** A request to the config API; its status must be below 300. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Registers a LoRaWAN device that is at `place`. */
  register(devEui: string, settings: object): Promise<void>;
  /** An uplink at the webhook of ChirpStack. */
  uplink(devEui: string, payload: string, more?: object): Promise<void>;
  publish(topic: string, payload: string): Promise<void>;
  /** The Entity of the id, as soon as the broker has it with that Attribute. */
  entityWith(id: string, attribute: string): Promise<SentEntity>;
  /** Waits until nothing is on its way. */
  settled(): Promise<void>;
}

const folder = tempFolder();
let started = 0;
let fCnt = 0;

/** One for each test of the file. */
export function runningAgent(): RunningAgent {
  let broker: FakeBroker;
  let agent: AgentUnderTest;
  beforeEach(async () => {
    broker = await fakeBroker();
    started += 1;
    agent = await agentUnderTest(broker.url, join(folder, `agent-${started}.db`));
  });
  afterEach(async () => {
    await agent.stop();
    await broker.close();
    expect(agent.errors).toEqual([]);
  });
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const request =
      typeof body === 'string'
        ? { headers: { 'content-type': 'text/javascript' }, body }
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(
      `${agent.configUrl}${path}`,
      body === undefined ? { method } : { method, ...request },
    );
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    get broker() {
      return broker;
    },
    get agent() {
      return agent;
    },
    ask,
    register: async (devEui, settings) => {
      await ask('POST', '/iot/devices', {
        devices: [{ device_id: devEui, devEui, static_attributes: [location], ...settings }],
      });
    },
    uplink: async (devEui, payload, more = {}) => {
      fCnt += 1;
      const data = Buffer.from(hex(payload)).toString('base64');
      const message = { time: receivedAt, deviceInfo: { devEui }, fCnt, fPort: 1, data, ...more };
      const answer = await fetch(`${agent.deviceUrl}/webhooks/chirpstack?event=up`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(message),
      });
      expect(answer.status).toBe(204);
    },
    publish: async (topic, payload) => {
      const client = await connectAsync(agent.mqttUrl);
      await client.publishAsync(topic, payload, { qos: 1 });
      await client.endAsync();
    },
    entityWith: (id, attribute) =>
      eventually(() => {
        const entity = broker.entity(id);
        if (entity === undefined || !(attribute in entity)) throw new Error(`${id} has no ${attribute} yet`);
        return entity;
      }),
    settled: () => eventually(() => expect(agent.pipeline.spool.depth()).toBe(0)),
  };
}
