import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { AgentMetrics } from './agent-metrics.ts';
import { type BrokerClient, brokerClient } from './broker-client.ts';
import type { AgentSettings } from './config.ts';
import { deviceStates } from './delivery/device-states.ts';
import { duplicates } from './delivery/duplicates.ts';
import { interpreter } from './delivery/interpret.ts';
import { latestTimes } from './delivery/latest.ts';
import { orderGuard } from './delivery/order-guard.ts';
import { startDeviceReports } from './device-reports.ts';
import type { Catalogue } from './devices/catalogue.ts';
import type { ConfigApi } from './http/config-api.ts';
import type { Stores } from './open-stores.ts';
import { directory } from './registry/directory.ts';
import { causes } from './spool/causes.ts';
import type { Spool } from './spool/spool.ts';
import { sqliteSpool } from './spool/sqlite-spool.ts';
import { startUplinks } from './uplinks.ts';

/** What is kept in memory at most: devices, Entities' newest times, and uplinks that may come twice. */
const mostRemembered = 100_000;
/** Milliseconds until a Device entity that is due is looked for. */
const reportPollMs = 1000;
/** Milliseconds for the broker to answer what is under way when the program stops; after that it stays in the spool. */
const stopGraceMs = 1500;

/** What the pipeline is made from. */
export interface PipelineParts {
  readonly settings: AgentSettings;
  readonly stores: Stores;
  readonly catalogue: Catalogue;
  readonly metrics: AgentMetrics;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The way from the spool to the broker, while it runs. */
export interface Pipeline extends Pick<ConfigApi, 'changed' | 'forgetDevice'> {
  readonly spool: Spool;
  /** Finishes what is under way, or leaves it in the spool when the broker takes too long. */
  stop(): Promise<void>;
}

/** Opens the spool and starts everything that happens between it and the broker. */
export function startPipeline(parts: PipelineParts): Pipeline {
  const { settings, stores, catalogue, metrics, clock, log } = parts;
  const { db } = stores.spool;
  const spool = openSpool(parts);
  const devices = directory(stores.registry, mostRemembered, clock);
  const states = deviceStates(settings.deviceInterval * 1000);
  const latest = latestTimes(db, mostRemembered);
  const broker = clientOf(settings);
  const { batchSize, window, retryInterval } = settings;
  const common = { states, broker, clock, log, batchSize };
  const uplinks = startUplinks({
    ...common,
    ...{ spool, latest, metrics, window, retryInterval },
    directory: devices,
    duplicates: duplicates(db, mostRemembered),
    interpret: interpreter(catalogue),
    guard: orderGuard(broker, latest),
    leftOverUntil: spool.openedAt,
  });
  const reports = startDeviceReports({ ...common, catalogue, pollInterval: reportPollMs });
  const changed: Pipeline['changed'] = (fits) => {
    devices.forget();
    uplinks.release(fits);
  };
  stores.registry.onForeignChange(() =>
    changed((_key, cause) => cause === 'unknown-device' || cause === 'incomplete'),
  );
  const stop = (): Promise<void> => stopWithin(stopGraceMs, [uplinks.stop(), reports.stop()], broker);
  return { spool, changed, forgetDevice: states.forget, stop };
}

function openSpool({ settings, stores, metrics, clock, log }: PipelineParts): Spool {
  return sqliteSpool({
    ...stores.spool,
    clock,
    limit: settings.spoolLimit,
    asideLimit: settings.asideLimit,
    asideTotal: settings.asideTotal,
    onDropped: (cause, items) => {
      metrics.dropped(items);
      const { meaning } = causes[cause];
      log.warn({ cause, items, meaning }, 'too much is put aside: the oldest is dropped');
    },
  });
}

function clientOf({
  brokerUrl,
  brokerApiKey,
  brokerTimeout,
  brokerConnections,
}: AgentSettings): BrokerClient {
  return brokerClient({
    url: brokerUrl,
    timeout: brokerTimeout,
    connections: brokerConnections,
    ...(brokerApiKey === undefined ? {} : { apiKey: brokerApiKey }),
  });
}

/** Waits for the ends; breaks the requests to the broker off when that takes too long. */
async function stopWithin(ms: number, ends: readonly Promise<void>[], broker: BrokerClient): Promise<void> {
  const limit = setTimeout(() => void broker.abort(), ms);
  await Promise.all(ends);
  clearTimeout(limit);
  await broker.close();
}
