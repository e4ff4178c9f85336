import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { AgentMetrics } from './agent-metrics.ts';
import { type BrokerClient, brokerClient } from './broker-client.ts';
import type { CodecRunner } from './codecs/codec-runner.ts';
import { encodeByCodec } from './codecs/encode-by-codec.ts';
import { startCodecs } from './codecs/start-codecs.ts';
import { type CommandParts, type Commands, openCommands } from './commands/commands.ts';
import { serverApis } from './commands/settings.ts';
import type { ServerApi, ServerApis } from './commands/ways/lorawan.ts';
import type { AgentSettings } from './config.ts';
import { airQualityHours, withAirQuality } from './delivery/air-quality-hours.ts';
import { deviceStates } from './delivery/device-states.ts';
import { duplicates } from './delivery/duplicates.ts';
import { type Interpret, interpreter } from './delivery/interpret.ts';
import { keptStates } from './delivery/kept-states.ts';
import { latestTimes } from './delivery/latest.ts';
import { orderGuard } from './delivery/order-guard.ts';
import { withoutFuture } from './delivery/refuse-future.ts';
import { sparingCommands } from './delivery/sparing-commands.ts';
import { startDeviceReports } from './device-reports.ts';
import type { Catalogue } from './devices/catalogue.ts';
import { type DeviceMemories, forgetRemoved, forgetUnregistered } from './forget-devices.ts';
import type { ConfigApi } from './http/config-api.ts';
import { tryParser } from './http/device-parser.ts';
import { measureMemory } from './mapping/measure-memory.ts';
import type { LorawanServer } from './measurement.ts';
import type { Stores } from './open-stores.ts';
import { newcomers } from './provisioning/newcomers.ts';
import { type Directory, directory } from './registry/directory.ts';
import { openRules, type Rules } from './rules/rules.ts';
import { type CauseName, causes, isOfStrangers } from './spool/causes.ts';
import { type DeviceLog, deviceLog } from './spool/device-log.ts';
import { keptDevices } from './spool/kept-devices.ts';
import { type RawRing, rawRing } from './spool/raw-ring.ts';
import type { Spool } from './spool/spool.ts';
import { sqliteSpool } from './spool/sqlite-spool.ts';
import { startUplinks } from './uplinks.ts';

/** What is kept in memory at most: devices, Entities' newest times, and uplinks that may come twice. */
const mostRemembered = 100_000;
/** Milliseconds until a Device entity that is due is looked for. */
const reportPollMs = 1000;
/** Milliseconds between two looks for messages that are too old, and devices that are looked at: ten thousand in an hour and a half. */
const sweepMs = 60_000;
const sweptDevices = 120;
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
  /** The HTTP interface of a connection's network server. */
  readonly apiOf?: (connection: string) => ServerApi | undefined;
}

/** The way from the spool to the broker, while it runs. */
export interface Pipeline extends Pick<ConfigApi, 'changed' | 'forgetDevices'> {
  readonly commands: Commands;
  readonly rules: Rules;
  readonly codecs: CodecRunner;
  readonly spool: Spool;
  readonly ring: RawRing;
  readonly deviceLog: DeviceLog;
  /** Finishes what is under way, or leaves it in the spool when the broker takes too long. */
  stop(): Promise<void>;
}

/** Opens the spool and starts everything that happens between it and the broker. */
export function startPipeline(parts: PipelineParts): Pipeline {
  const { settings, stores, catalogue, metrics, clock, log } = parts;
  const { db, group } = stores.spool;
  const ring = openRing(parts);
  const spool = openSpool(parts, ring);
  const journal = deviceLog(db, group);
  const devices = directoryOf(parts, () => [rules, commands].map((one) => one.changed()));
  const states = deviceStates(settings.deviceInterval * 1000, keptStates(db, group));
  const latest = latestTimes(db, mostRemembered);
  const airQuality = airQualityHours(db, mostRemembered);
  const broker = clientOf(settings);
  const codecs = startCodecs({ workers: settings.codecWorkers, clock });
  const { batchSize, window, retryInterval } = settings;
  const common = { states, deviceLog: journal, broker, clock, log, batchSize };
  const rules = rulesOf(parts, broker);
  const commands = openCommands(commandParts(parts, { broker, codecs, deviceLog: journal, guests: rules }));
  const uplinks = startUplinks({
    ...common,
    commands,
    ...{ spool, latest, metrics, window, retryInterval },
    directory: devices,
    duplicates: duplicates(db, { size: mostRemembered, window: settings.deduplicationWindow * 1000 }),
    ...{ interpret: withAirQuality(interpreterOf(parts, codecs), airQuality), airQuality },
    placeOf: states.placeOf,
    guard: orderGuard(broker, latest),
    leftOverUntil: spool.openedAt,
  });
  const reports = startDeviceReports({ ...common, catalogue, pollInterval: reportPollMs });
  const changed: Pipeline['changed'] = (fits) => {
    devices.forget();
    rules.changed();
    commands.changed();
    uplinks.release(fits);
  };
  stores.registry.onForeignChange(() => changed(isCuredElsewhere));
  const memories = { states, ring, deviceLog: journal, spool, commands };
  const stopSweeping = startSweeping(parts, memories);
  const stop = async (): Promise<void> => {
    stopSweeping();
    await stopWithin(stopGraceMs, [uplinks.stop(), reports.stop(), commands.stop(), rules.stop()], broker);
    await codecs.stop();
  };
  const forgetDevices = forgetRemoved(memories, stores.registry, uplinks);
  return { commands, rules, codecs, spool, ring, deviceLog: journal, forgetDevices, changed, stop };
}

function commandParts(
  { settings, stores, apiOf, ...parts }: PipelineParts,
  {
    codecs,
    ...built
  }: Pick<CommandParts, 'broker' | 'deviceLog' | 'guests'> & { readonly codecs: Pick<CodecRunner, 'encode'> },
): CommandParts {
  return {
    ...parts,
    ...stores.spool,
    ...built,
    registry: stores.registry,
    openStore: stores.openCommandStore,
    subscriptions: stores.configurations,
    statusNames: settings.commandStatusNames,
    batchSize: settings.batchSize,
    ttl: settings.commandTtl,
    keep: settings.commandKeep,
    checkInterval: settings.subscriptionCheck,
    apis: apisOf(serverApis(settings), apiOf),
    encodeByCodec: encodeByCodec(codecs),
  };
}

function rulesOf({ settings, stores, ...parts }: PipelineParts, broker: BrokerClient): Rules {
  const { batchSize, ruleMaxAge: maxAge, commandTtl: ttl } = settings;
  return openRules({ ...parts, registry: stores.registry, broker, batchSize, maxAge, ttl });
}

/** That of the connection that a device was heard by comes before that of the settings. */
function apisOf(
  ofSettings: ReadonlyMap<LorawanServer, ServerApi>,
  ofConnection: PipelineParts['apiOf'] = () => undefined,
): ServerApis {
  return {
    of: ({ server, connection }) =>
      (connection === undefined ? undefined : ofConnection(connection)) ?? ofSettings.get(server),
  };
}

/** Another agent may have registered or completed the device. */
function isCuredElsewhere(_key: string, cause: CauseName): boolean {
  return isOfStrangers(cause) || cause === 'incomplete';
}

/** Starts to drop what is too old, and what is kept of removed devices; returns what stops that. */
function startSweeping(
  { stores, log }: PipelineParts,
  memories: DeviceMemories & { readonly ring: RawRing },
): () => void {
  const kept = keptDevices(stores.spool.db);
  const sweep = async (): Promise<void> => {
    await memories.ring.sweep(sweptDevices);
    await forgetUnregistered(memories, stores.registry, kept, sweptDevices);
  };
  const timer = setInterval(() => {
    // A database that is full or away is noticed elsewhere.
    sweep().catch((error: unknown) => log.warn({ err: error }, 'a sweep failed: the next one tries again'));
  }, sweepMs);
  return () => clearInterval(timer);
}

function openRing({ settings, stores, clock }: PipelineParts): RawRing {
  const { rawKeep: keep, rawKeepAge } = settings;
  return rawRing({ ...stores.spool, clock, keep, keepAge: rawKeepAge * 1000 });
}

function interpreterOf({ catalogue, clock, settings }: PipelineParts, codecs: CodecRunner): Interpret {
  const memory = measureMemory(mostRemembered);
  const mapping = () => ({ now: Math.floor(clock.now() / 1000), memory });
  const interpret = sparingCommands(interpreter({ catalogue, codecs, mapping }), catalogue);
  return withoutFuture(interpret, clock, settings.maxAhead * 1000);
}

function directoryOf(
  { stores, catalogue, settings, clock }: PipelineParts,
  registered: () => void,
): Directory {
  const { registry } = stores;
  // One parser for each device: groups may change in between.
  const parse: ReturnType<typeof tryParser> = (draft) => tryParser({ registry, catalogue })(draft);
  const limit = settings.pendingLimit;
  const receiving = newcomers({ registry, catalogue, parse, limit, clock, registered });
  return directory(registry, mostRemembered, clock, receiving);
}

function openSpool({ settings, stores, metrics, clock, log }: PipelineParts, ring: RawRing): Spool {
  return sqliteSpool({
    ...stores.spool,
    clock,
    ring,
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
