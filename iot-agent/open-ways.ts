import { setInterval } from 'node:timers';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { AgentSettings } from './config.ts';
import type { Connections } from './connections/connections.ts';
import { groupTopics } from './connections/group-topics.ts';
import type { ConfigApi } from './http/config-api.ts';
import type { Stores } from './open-stores.ts';
import { openTransports } from './open-transports.ts';
import type { Pipeline } from './pipeline.ts';
import { plainDevices } from './plain-devices.ts';
import { knownGroups } from './registry/known-groups.ts';
import { lastContents } from './spool/last-contents.ts';
import { sessionFilters } from './spool/session-filters.ts';
import type { Publisher } from './transports/publisher.ts';
import type { TransportParts } from './transports/take.ts';
import type { Transport } from './transports/transport.ts';

/** Groups that transports remember at most, and topics whose last message is remembered. */
const mostGroups = 10_000;
const mostTopics = 100_000;
/** Milliseconds until what was taken last is on disk. */
const flushMs = 5000;

/** What the ways in and out are made of. */
export interface WayParts {
  readonly settings: AgentSettings;
  readonly stores: Stores;
  readonly pipeline: Pick<Pipeline, 'changed' | 'commands' | 'spool'>;
  readonly connections: Connections;
  readonly metrics: TransportParts['metrics'];
  readonly clock: Clock;
  readonly log: Logger;
}

/** The ways by which messages come and go. */
export interface Ways extends Pick<ConfigApi, 'changed'> {
  /** Those of the settings. */
  readonly transports: readonly Transport[];
  readonly publisher: Publisher;
  /** Rejects with a StartError when the operator has something to put right. */
  start(): Promise<void>;
  /** Takes nothing more, and ends when what was taken is in the spool. */
  stop(): Promise<void>;
}

/** The transports of the settings and the connections of the registry, with what changes of the registry change of them. */
export function openWays({ settings, stores, pipeline, connections, metrics, clock, log }: WayParts): Ways {
  const { registry } = stores;
  const { spool, commands } = pipeline;
  const groups = knownGroups(registry, mostGroups);
  const topics = groupTopics(registry, log);
  const contents = lastContents(stores.spool.db, stores.spool.group, mostTopics);
  const parts: TransportParts = {
    ...{ receive: spool.add, addMalformed: spool.addMalformed, metrics, clock, log },
    ...{ plain: plainDevices(groups, commands), lastContents: contents },
    sessionFilters: sessionFilters(stores.spool.db, stores.spool.group),
    maxMessageSize: settings.maxMessageSize,
    sharesCommands: settings.storeUrl.kind === 'mongodb',
  };
  const transports = openTransports(settings, parts, topics);
  const follow = async (): Promise<void> => {
    groups.forget();
    await Promise.all([topics.refresh(), connections.refresh()]);
  };
  registry.onForeignChange(() => void follow());
  const flush = (): Promise<void> =>
    contents.flush(clock.now()).catch((error: unknown) => {
      log.warn({ err: error }, 'what was taken last could not be kept: it is tried again');
    });
  const flushing = setInterval(() => void flush(), flushMs).unref();
  return {
    transports,
    publisher: publisherOf(transports, connections),
    changed: (fits) => {
      void follow();
      pipeline.changed(fits);
    },
    start: async () => {
      await topics.refresh();
      await Promise.all([...transports.map((transport) => transport.start()), connections.start(parts)]);
    },
    stop: async () => {
      clearInterval(flushing);
      await Promise.all([...transports.map((transport) => stopOrTell(transport, log)), connections.stop()]);
      await flush();
    },
  };
}

/** The way out by MQTT: a named connection, or the one MQTT transport of the settings. */
function publisherOf(transports: readonly Transport[], connections: Connections): Publisher {
  return {
    publish: async (connection, topic, payload, options) => {
      if (connection !== undefined) return connections.publish(connection, topic, payload, options);
      const way = transports.find(({ publish }) => publish !== undefined);
      if (way?.publish === undefined) throw new Error('there is no MQTT broker to publish by');
      await way.publish(topic, payload, options);
    },
  };
}

/** One way in that cannot be closed in good order must not keep the batch under way from being finished. */
async function stopOrTell(transport: Transport, log: Logger): Promise<void> {
  await transport.stop().catch((error: unknown) => {
    log.error({ err: error, transport: transport.name }, 'a transport did not stop in good order');
  });
}
