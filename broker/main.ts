import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { fetch } from 'undici';
import { apiKeyCheck } from '../runtime/api-keys.ts';
import { systemClock } from '../runtime/clock.ts';
import { type CorsPolicy, corsPolicy } from '../runtime/cors.ts';
import { type EgressPolicy, egressAgent, egressPolicy } from '../runtime/egress.ts';
import { expressConstructors } from '../runtime/express-constructors.ts';
import { createHealth } from '../runtime/health.ts';
import { type Listening, listen } from '../runtime/listen.ts';
import type { Logger } from '../runtime/logger.ts';
import { createMetrics, type Metrics } from '../runtime/metrics.ts';
import { type Running, runProgram } from '../runtime/program.ts';
import { refuseOpen } from '../runtime/refuse-open.ts';
import { StartError } from '../runtime/start-error.ts';
import { describeStore } from '../runtime/store-url.ts';
import { composeAdminRoutes } from './compose-admin-routes.ts';
import { type ApiParts, composeRoutes } from './compose-routes.ts';
import { type BrokerSettings, brokerSettings } from './config.ts';
import { NgsiLdError } from './domain/errors.ts';
import { createApp, requestListener } from './http/app.ts';
import { type BindingOptions, createBinding } from './http/binding.ts';
import { publicPathOf } from './http/public-path.ts';
import type { Route } from './http/route.ts';
import { createRouteTable } from './http/route-table.ts';
import { createStreamsBinding, type LiveStreams } from './http/streams.ts';
import type { Contexts } from './jsonld/context.ts';
import { readContextDirectory } from './jsonld/context-directory.ts';
import { type Notifications, startNotifications } from './notifications/start.ts';
import { checkStoreUrls, type OpenedStore, openStore } from './open-store.ts';
import { publicUrlOf } from './public-url.ts';
import { type ContextLibrary, createContextLibrary } from './services/context-library.ts';
import {
  type HistorySwitch,
  type HistorySwitchParts,
  openHistorySwitch,
} from './services/history-switch/history-switch.ts';
import type { HistoryKeeper } from './services/retention/history-keeper.ts';
import { startRetention } from './services/retention/start.ts';
import { storedAlias } from './services/source-identity.ts';
import type { Store } from './store/store.ts';
import { isWorker, startWorkers } from './workers.ts';

/** Milliseconds for answers that are being made and notifications that are being sent when the program stops. */
const graceMs = 1_500;
/** Below a second, so that a Subscription made on one replica is effective on all within one. */
const replicaPollMs = 400;

await runProgram({
  name: 'carillon-broker',
  settings: brokerSettings,
  start: async (settings, log) => {
    refuseOpen({
      host: settings.host,
      isProtected: settings.apiKeys.length > 0,
      allowOpen: settings.allowOpen,
    });
    checkStoreUrls(settings);
    return settings.workers > 1 && !isWorker
      ? startWorkers(settings.workers, log)
      : startBroker(settings, log).catch(refuseStart);
  },
});

/** What the store refuses while a program starts tells the remedy, as any refused start. */
function refuseStart(error: unknown): never {
  throw error instanceof NgsiLdError ? new StartError(`${error.message}.`, { cause: error.cause }) : error;
}

async function startBroker(settings: BrokerSettings, log: Logger): Promise<Running> {
  const clock = systemClock();
  const now = (): number => clock.now();
  const metrics = createMetrics();
  const health = createHealth();
  const egress = egressPolicy({ schemes: ['http', 'https'], privateAddresses: settings.egressPrivate });
  const opened = await openStore(settings, clock, log);
  const { store } = opened;
  health.register('store', () => store.ping());
  if (opened.writes !== undefined) health.report('writes', opened.writes);
  const shared = opened.isShared && { pollInterval: replicaPollMs };
  const library = await openLibrary(settings, { store, egress, log, now, ...shared });
  const { contexts } = library;
  const notifications = startNotifications({
    ...{ store, contexts, egress, clock, log, metrics, settings },
    ...shared,
  });
  await notifications.recover();
  health.report('subscriptions', () => notifications.mirror.state());
  library.start();
  const history = await openHistory(settings, { store, contexts, log, now });
  const jsonldContexts = library.service;
  const alias = settings.contextSourceAlias ?? (await storedAlias(store.documents, randomUUID));
  const routes = composeRoutes({
    ...{ store, contexts, jsonldContexts, notifications, alias, now },
    temporalPages: temporalPagesOf(settings),
    history: history.keeping,
    exportLimit: settings.exportLimit,
    newUuid: randomUUID,
  });
  const adminRoutes = composeAdminRoutes({ store, notifications, now });
  const { streams, owns } = notifications;
  const retention = startRetention({ store, log, now, metrics, owns, keptFor: settings.historyKeep });
  const served = { store, contexts, routes, adminRoutes, streams, log, metrics, health };
  const server = createBrokerServer(settings, served);
  const listening = await listen(server, {
    host: settings.host,
    port: settings.port,
    variable: 'BROKER_PORT',
  });
  history.start();
  log.info({ port: listening.port, store: describeStore(settings.storeUrl) }, 'the NGSI-LD API listens');
  return { stop: () => stopAll({ listening, history, retention, notifications, library, opened }) };
}

interface RunningParts {
  readonly listening: Listening;
  readonly history: HistorySwitch;
  readonly retention: HistoryKeeper;
  readonly notifications: Notifications;
  readonly library: ContextLibrary;
  readonly opened: OpenedStore;
}

/** In the order in which nothing loses what it stands on. */
async function stopAll({
  listening,
  history,
  retention,
  notifications,
  library,
  opened,
}: RunningParts): Promise<void> {
  notifications.streams.stop();
  await listening.close(graceMs);
  await history.stop();
  await retention.stop();
  await notifications.stop(graceMs);
  await library.stop();
  await opened.close();
}

function openHistory(
  { history, historyTypes }: BrokerSettings,
  { contexts, ...rest }: Omit<HistorySwitchParts, 'kept'> & { readonly contexts: Contexts },
): Promise<HistorySwitch> {
  if (history === 'off') {
    rest.log.info({}, 'no histories are kept');
    return openHistorySwitch({ ...rest, kept: [] });
  }
  const types = historyTypes.map((type) => contexts.core.expand(type));
  if (types.length === 0) return openHistorySwitch({ ...rest, kept: 'all' });
  // In full, so that the log shows a name that means another type than that of the Entities.
  rest.log.info({ types }, 'histories are kept of these types alone');
  return openHistorySwitch({ ...rest, kept: types });
}

function temporalPagesOf(settings: BrokerSettings): ApiParts['temporalPages'] {
  const { temporalPageSize: size, temporalRangeUnit: unit, specProfile: profile } = settings;
  return { size, unit, profile };
}

async function openLibrary(
  settings: BrokerSettings,
  parts: {
    readonly store: Store;
    readonly egress: EgressPolicy;
    readonly log: Logger;
    readonly now: () => number;
    readonly pollInterval?: number;
  },
): Promise<ContextLibrary> {
  const { contextsDirectory, contextTimeout, contextMaxSize, coreContextVersion } = settings;
  const { store, egress, ...rest } = parts;
  const dispatcher = egressAgent(egress, { connectTimeout: contextTimeout });
  return createContextLibrary({
    ...rest,
    download: {
      fetch: (url, options) => fetch(url, { ...options, dispatcher }),
      refusal: egress.refusal,
      timeLimitMs: contextTimeout,
      maxBytes: contextMaxSize,
    },
    documents: store.documents,
    publicUrl: publicUrlOf(settings),
    newId: () => `urn:ngsi-ld:Context:${randomUUID()}`,
    ...(contextsDirectory !== undefined && { preloaded: await readContextDirectory(contextsDirectory) }),
    coreVersion: coreContextVersion,
  });
}

interface ServerParts extends Pick<BindingOptions, 'store' | 'contexts' | 'log'> {
  readonly routes: readonly Route[];
  readonly adminRoutes: readonly Route[];
  readonly streams: LiveStreams;
  readonly metrics: Metrics;
  readonly health: ReturnType<typeof createHealth>;
}

function createBrokerServer(settings: BrokerSettings, parts: ServerParts): ReturnType<typeof createServer> {
  const { routes, adminRoutes, streams, metrics, health, ...rest } = parts;
  const keyCheck = apiKeyCheck(settings.apiKeys);
  const adminCheck = settings.adminApiKeys.length > 0 ? apiKeyCheck(settings.adminApiKeys) : keyCheck;
  const app = createApp({ health, metrics, keyCheck });
  const common = {
    ...rest,
    maxBodySize: settings.maxBodySize,
    publicPath: publicPathOf(settings.publicUrl),
    cors: brokerCors(settings),
    onAnswered: requestMetrics(metrics),
  };
  const api = createBinding({
    ...common,
    routes: createRouteTable(routes),
    requireContentLength: settings.requireContentLength,
    profile: settings.specProfile,
    isAllowed: (headers) => keyCheck(headers).allowed,
  });
  const admin = createBinding({
    ...common,
    routes: createRouteTable(adminRoutes),
    requireContentLength: false,
    keySetting: settings.adminApiKeys.length > 0 ? 'ADMIN_API_KEYS' : 'API_KEYS',
    isAllowed: (headers) => adminCheck(headers).allowed,
  });
  const live = createStreamsBinding({
    ...{ streams, tenants: rest.store, cors: common.cors, log: rest.log },
    isAllowed: (headers) => keyCheck(headers).allowed,
    takesKeyInUrl: settings.streamKeyInUrl,
  });
  const options = { ...expressConstructors(app), maxHeaderSize: settings.maxHeaderSize };
  return createServer(options, requestListener({ api, admin, streams: live }, app));
}

function brokerCors({ corsOrigins }: BrokerSettings): CorsPolicy {
  return corsPolicy({
    origins: corsOrigins,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposed: [
      'Location',
      'Link',
      'Content-Range',
      'Content-Disposition',
      'ETag',
      'NGSILD-Tenant',
      'NGSILD-Results-Count',
      'NGSILD-Warning',
      'Preference-Applied',
      'Retry-After',
      'X-Correlation-Id',
    ],
  });
}

/** Counts and times requests by route template and status. */
function requestMetrics(metrics: Metrics): BindingOptions['onAnswered'] {
  const duration = metrics.histogram({
    name: 'carillon_broker_request_seconds',
    help: 'Time from the head of a request to its answer, by route and status',
    labels: ['route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  });
  // Routes and statuses are few: looking their series up by label once saves the most of what an observation costs.
  const series = new Map<string, { observe(value: number): void }>();
  return (route, status, seconds) => {
    const key = `${status} ${route}`;
    let observer = series.get(key);
    if (observer === undefined) {
      observer = duration.labels({ route, status: String(status) });
      series.set(key, observer);
    }
    observer.observe(seconds);
  };
}
