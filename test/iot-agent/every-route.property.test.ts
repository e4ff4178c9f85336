import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { connectAsync, type MqttClient } from 'mqtt';
import { notifyingBroker } from '../broker/notifications/notifying-broker.ts';
import { eventually } from '../support/eventually.ts';
import { runSize, showFigures, timeFor } from '../support/fuzz/run-size.ts';
import { type WireClient, wireClient } from '../support/fuzz/wire.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type AgentUnderTest, agentUnderTest } from './every-route/agent-under-test.ts';
import { expectConsistent, expectConversation } from './every-route/expectations.ts';
import { type AgentRequest, agentRequest } from './every-route/requests.ts';

/** Milliseconds within which everything is answered. */
const TIME_LIMIT = 30_000;
const BURST = 7;
const file = join(tempFolder(), 'agent.db');
const size = runSize(2000);

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Counts answers by port and status. */
const statuses: Record<string, number> = {};

interface Ports {
  readonly agent: AgentUnderTest;
  readonly clients: Readonly<Record<'config' | 'device', WireClient>>;
  readonly mqtt: MqttClient;
}

async function send({ agent, clients, mqtt }: Ports, request: AgentRequest): Promise<void> {
  if (request.kind === 'mqtt') {
    const { topic, payload } = request;
    await withinLimit(
      mqtt.publishAsync(topic, payload, { qos: 1 }),
      `${JSON.stringify(topic)} is not acknowledged`,
    );
    statuses['mqtt'] = (statuses['mqtt'] ?? 0) + 1;
  } else {
    const { status, text } = await clients[request.kind].send(request.wire);
    const key = `${request.kind} ${status}`;
    statuses[key] = (statuses[key] ?? 0) + 1;
    if (status >= 500) throw new Error(`status ${status}: ${text.slice(0, 300)}\n${agent.errors.join('\n')}`);
    if (status >= 400 && request.wire.method !== 'HEAD') expect(saysWhy(text)).toBe(true);
  }
  expect(agent.errors).toEqual([]);
}

async function withinLimit(promise: Promise<unknown>, otherwise: string): Promise<void> {
  const limit = new AbortController();
  const late = delay(TIME_LIMIT, undefined, limit).then(() => {
    throw new Error(`${otherwise} within ${TIME_LIMIT} ms`);
  });
  late.catch(() => {});
  await Promise.race([promise, late]).finally(() => limit.abort());
}

/** FIWARE's `message` on one port, the `detail` of ProblemDetails on the other; 417 is Node's own. */
function saysWhy(text: string): boolean {
  if (text === '') return true;
  const body = JSON.parse(text) as { readonly message?: unknown; readonly detail?: unknown };
  return String(body.message ?? body.detail ?? '').length > 10;
}

it(
  `every port of the agent answers whatever comes (${size.requests} requests, PROPERTY_SEED=${size.seed})`,
  async () => {
    const broker = await notifyingBroker();
    const agent = await agentUnderTest(new URL(broker.url).origin, file);
    ends.push(() => agent.stop());
    const mqtt = await connectAsync(agent.mqttUrl);
    ends.push(() => mqtt.endAsync(true));
    const clients = {
      config: wireClient(agent.configUrl, TIME_LIMIT),
      device: wireClient(agent.deviceUrl, TIME_LIMIT),
    };
    for (const client of Object.values(clients)) ends.push(() => client.close());
    const ports = { agent, clients, mqtt };
    const burst = async (requests: readonly AgentRequest[]): Promise<void> => {
      await Promise.all(requests.map((request) => send(ports, request)));
    };
    const bursts = fc.array(agentRequest, { minLength: 1, maxLength: BURST, size: 'max' });
    const numRuns = Math.ceil((size.requests * 2) / (BURST + 1));
    await fc.assert(fc.asyncProperty(bursts, burst), { numRuns, seed: size.seed });
    await eventually(() => expect(agent.pipeline.spool.depth()).toBe(0));
    await expectConsistent(agent);
    await expectConversation(agent, broker);
    showFigures({ seed: size.seed, statuses, aside: Object.fromEntries(agent.pipeline.spool.aside()) });
  },
  timeFor(size),
);
