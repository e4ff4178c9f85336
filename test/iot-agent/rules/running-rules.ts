import { agentMetrics } from '../../../iot-agent/agent-metrics.ts';
import { brokerClient } from '../../../iot-agent/broker-client.ts';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import type { Json } from '../../../iot-agent/measurement.ts';
import { openStores, type Stores } from '../../../iot-agent/open-stores.ts';
import type { RuleSettings } from '../../../iot-agent/registry/rule-settings.ts';
import { openRules, type Rules } from '../../../iot-agent/rules/rules.ts';
import { fakeClock } from '../../../runtime/clock.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { createMetrics, type Metrics } from '../../../runtime/metrics.ts';
import { storeUrl } from '../../../runtime/store-url.ts';
import { eventually } from '../../support/eventually.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';

/** Rules on a registry of their own, in front of a broker, by a clock that is moved by hand. */
export interface RunningRules {
  readonly rules: Rules;
  readonly broker: FakeBroker;
  readonly stores: Stores;
  readonly metrics: Metrics;
  readonly clock: ReturnType<typeof fakeClock>;
  /** Makes the rules, as the configuration API does. */
  add(...rules: readonly RuleSettings[]): Promise<void>;
  /** Tells that the Entity fulfils the condition of the rule: its motion was observed so many seconds ago. */
  motion(
    rule: string,
    ago?: number,
    more?: { readonly [name: string]: Json },
    entity?: string,
  ): Promise<void>;
  /** What has been written to the Entity, command by command: `on=true`. */
  written(entity?: string): readonly string[];
  /** Waits until that has been written, and no more. */
  untilWritten(expected: readonly string[], entity?: string): Promise<void>;
  /** Moves the clock on. */
  pass(seconds: number): void;
  /** Ends this run, and opens the next one on the same data. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

/** The lamp of the court, and what sees motion there. */
export const lamp = 'urn:ngsi-ld:Streetlight:court';
export const sensor = 'urn:ngsi-ld:PresenceSensor:court';

const catalogue = await loadCatalogue();
const log = createLogger({ name: 'test', level: 'silent' });

/** Starts them at a time; `path` of a file, in memory when absent. */
export async function runRules(
  start = '2026-11-25T21:00:00Z',
  { path = ':memory:', started = true }: { readonly path?: string; readonly started?: boolean } = {},
): Promise<RunningRules> {
  const broker = await fakeBroker();
  broker.put({ id: lamp, type: 'Streetlight' });
  const clock = fakeClock(Date.parse(start) * 1000);
  const metrics = createMetrics({ withDefaults: false });
  const counters = agentMetrics(metrics);
  const open = async () => {
    const places = { storeUrl: storeUrl(`sqlite:${path}`), brokerStoreUrl: storeUrl('sqlite:other.db') };
    const stores = await openStores({ ...places, spoolUrl: undefined }, clock);
    const client = brokerClient({ url: broker.url, timeout: 1000, connections: 2 });
    const limits = { batchSize: 100, maxAge: 120_000, ttl: 86_400_000 };
    const parts = { registry: stores.registry, catalogue, broker: client, metrics: counters, clock, log };
    const rules = openRules({ ...parts, ...limits });
    if (started) rules.start();
    const close = async (): Promise<void> => {
      await rules.stop();
      await client.close();
      await stores.close();
    };
    return { stores, rules, close };
  };
  let run = await open();
  let notifications = 0;
  const written = (entity = lamp): readonly string[] =>
    broker.upserts
      .filter(({ id }) => id === entity)
      .flatMap(({ id, type, ...attributes }) =>
        Object.entries(attributes).map(
          ([name, attribute]) => `${name}=${JSON.stringify((attribute as { readonly value: Json }).value)}`,
        ),
      );
  return {
    get rules() {
      return run.rules;
    },
    get stores() {
      return run.stores;
    },
    ...{ broker, metrics, clock, written },
    add: async (...rules) => {
      for (const rule of rules)
        await run.stores.registry.ruleBook.add({ tenant: '', servicePath: '/', rule });
      run.rules.changed();
    },
    motion: async (rule, ago = 0, more = {}, entity = sensor) => {
      const observedAt = new Date(clock.now() / 1000 - ago * 1000).toISOString();
      const motionDetected = { type: 'Property', value: true, observedAt };
      const data = [{ id: entity, type: 'PresenceSensor', motionDetected, ...more }];
      const id = `urn:ngsi-ld:Notification:${notifications++}`;
      await run.rules.accept('', rule, { id, type: 'Notification', data });
    },
    untilWritten: async (expected, entity) => {
      await eventually(() => {
        if (JSON.stringify(written(entity)) !== JSON.stringify(expected))
          throw new Error(`written: ${written(entity).join(', ')}`);
      });
    },
    pass: (seconds) => clock.advance(seconds * 1e6),
    restart: async () => {
      await run.close();
      run = await open();
    },
    end: async () => {
      await run.close();
      await broker.close();
    },
  };
}
