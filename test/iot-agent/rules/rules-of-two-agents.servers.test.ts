import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { agentMetrics } from '../../../iot-agent/agent-metrics.ts';
import { brokerClient } from '../../../iot-agent/broker-client.ts';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import { mongoRegistry } from '../../../iot-agent/registry/mongo-registry.ts';
import { openRules, type Rules } from '../../../iot-agent/rules/rules.ts';
import { fakeClock } from '../../../runtime/clock.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { createMetrics } from '../../../runtime/metrics.ts';
import { connectMongo, type MongoConnection } from '../../../runtime/mongo/connect.ts';
import { describeWith } from '../../support/describe-with.ts';
import { eventually } from '../../support/eventually.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { lamp, sensor } from './running-rules.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const second = 1_000_000;

interface Agent {
  readonly rules: Rules;
  close(): Promise<void>;
}

describeWith('mongodb', () => {
  let connection: MongoConnection;
  let broker: FakeBroker;
  let agents: Agent[];
  const clock = fakeClock(Date.UTC(2026, 10, 25, 12) * 1000);

  beforeEach(async () => {
    const url = process.env['MONGODB_TEST_URI'] ?? '';
    connection = await connectMongo({ url, defaultDatabase: 'carillon-agent-test' });
    broker = await fakeBroker();
    broker.put({ id: lamp, type: 'Streetlight' });
    agents = [];
  });

  afterEach(async () => {
    for (const agent of agents) await agent.close();
    await broker.close();
    await connection.close();
  });

  async function agent(name: string): Promise<Agent> {
    const registry = await mongoRegistry({ database: connection.client.db(name), clock, pollInterval: 20 });
    const client = brokerClient({ url: broker.url, timeout: 1000, connections: 2 });
    const metrics = agentMetrics(createMetrics({ withDefaults: false }));
    const limits = { batchSize: 100, maxAge: 120_000, ttl: 86_400_000 };
    const catalogue = await loadCatalogue();
    const rules = openRules({ registry, catalogue, broker: client, metrics, clock, log, ...limits });
    rules.start();
    const close = async (): Promise<void> => {
      await rules.stop();
      await client.close();
      registry.close();
    };
    const opened = { rules, close };
    agents.push(opened);
    return opened;
  }

  const given = () => broker.upserts.map(({ on }) => (on as { readonly value: unknown }).value);

  it('of which both are told fire once, and the one that stays ends the delay', async () => {
    const name = `carillon-agent-${randomUUID()}`;
    const registry = await mongoRegistry({ database: connection.client.db(name), clock, pollInterval: 1000 });
    const then = [{ entity: lamp, command: 'on', value: true }];
    const rule = {
      name: 'court',
      when: { entities: { type: 'PresenceSensor' }, q: 'motionDetected==true' },
      then,
      after: { delay: 'PT10M', then: [{ entity: lamp, command: 'on', value: false }] },
    };
    await registry.ruleBook.add({ tenant: '', servicePath: '/', rule });
    registry.close();
    const [one, other] = [await agent(name), await agent(name)];
    const observedAt = new Date(clock.now() / 1000).toISOString();
    const motionDetected = { type: 'Property', value: true, observedAt };
    const data = [{ id: sensor, type: 'PresenceSensor', motionDetected }];
    const body = { id: 'urn:n:1', type: 'Notification', data };
    await Promise.all([one, other].map(({ rules }) => rules.accept('', 'court', body)));
    await eventually(() => {
      clock.advance(second);
      expect(given()).toEqual([true]);
    });
    await other.rules.accept('', 'court', body);
    // Whichever leads: both orders must end well, so the first to have been opened goes.
    await one.close();
    agents.splice(agents.indexOf(one), 1);
    clock.advance(600 * second);
    await eventually(() => {
      clock.advance(second);
      expect(given()).toEqual([true, false]);
    });
    await eventually(async () => expect((await other.rules.report('', 'court'))?.planned).toEqual([]));
    await connection.client.db(name).dropDatabase();
  });
});
