import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import express from 'express';
import supertest from 'supertest';
import { composeAdminRoutes } from '../../../broker/compose-admin-routes.ts';
import { composeRoutes } from '../../../broker/compose-routes.ts';
import type { Json } from '../../../broker/domain/entity.ts';
import { cellsOf } from '../../../broker/domain/geo-cells.ts';
import type { Geometry } from '../../../broker/domain/geometry/geometry.ts';
import { requestListener } from '../../../broker/http/app.ts';
import { type Binding, type BindingOptions, createBinding } from '../../../broker/http/binding.ts';
import type { Route } from '../../../broker/http/route.ts';
import { createRouteTable } from '../../../broker/http/route-table.ts';
import { createStreamsBinding } from '../../../broker/http/streams.ts';
import { defaultCoreVersion } from '../../../broker/jsonld/core-versions.ts';
import type { DownloadSettings } from '../../../broker/jsonld/download.ts';
import { toHistory } from '../../../broker/notifications/history-rows.ts';
import { notificationSettings } from '../../../broker/notifications/settings.ts';
import {
  type NotificationParts,
  type Notifications,
  startNotifications,
} from '../../../broker/notifications/start.ts';
import { createContextLibrary } from '../../../broker/services/context-library.ts';
import { openSqliteStore } from '../../../broker/store/sqlite/open.ts';
import type { Store } from '../../../broker/store/store.ts';
import { fakeClock } from '../../../runtime/clock.ts';
import { readSettings } from '../../../runtime/config.ts';
import { corsPolicy } from '../../../runtime/cors.ts';
import { egressPolicy } from '../../../runtime/egress.ts';
import { createLogger, type Logger } from '../../../runtime/logger.ts';
import { createMetrics } from '../../../runtime/metrics.ts';

/** Where clients are told that the broker is; nothing listens there. */
export const PUBLIC_URL = 'https://broker.example';
/** 2026-06-01T12:00:00Z: where its clock starts. */
export const START = Date.UTC(2026, 5, 1, 12) * 1000;
export const ROOT = '/ngsi-ld/v1';
/** An @context with the term `temp` for the IRI `https://city.example/temperature`. */
export const CITY_CONTEXT = 'https://contexts.example/city.jsonld';
const CITY: Json = { '@context': { temp: 'https://city.example/temperature' } };

/** A broker that notifies: Entities, Subscriptions and history over SQLite, behind a port of its own. */
export interface NotifyingBroker {
  readonly api: ReturnType<typeof supertest.agent>;
  /** Requests of operators, below /admin. */
  readonly admin: ReturnType<typeof supertest.agent>;
  /** Where the API is. */
  readonly url: string;
  readonly routes: readonly Route[];
  readonly store: Store;
  readonly clock: ReturnType<typeof fakeClock>;
  readonly notifications: Notifications;
  readonly metrics: NotificationParts['metrics'];
  /** Ends it as SIGKILL does: nothing is waited for, nothing written down. The file stays. */
  crash(): Promise<void>;
}

export interface NotifyingBrokerOptions {
  /** In the place of the embedded store. */
  readonly store?: Store;
  /** Milliseconds between looks for what other processes do. */
  readonly pollInterval?: number;
  /** A file, or memory when not given. */
  readonly path?: string;
  /** Environment variables of notificationSettings. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly privateAddresses?: 'allow' | 'deny';
  /** The web that @contexts come from; none when not given. */
  readonly download?: DownloadSettings;
  /** Silent when not given. */
  readonly log?: Logger;
  /** One of its own when not given. */
  readonly clock?: ReturnType<typeof fakeClock>;
}

const noNetwork: DownloadSettings = {
  fetch: () => Promise.reject(new Error('there is no network in tests')),
  timeLimitMs: 1000,
  maxBytes: 100_000,
};

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

/** Opens one; it is closed after the test. */
export async function notifyingBroker(options: NotifyingBrokerOptions = {}): Promise<NotifyingBroker> {
  const clock = options.clock ?? fakeClock(START);
  const store = options.store ?? openStoreAt(options.path ?? ':memory:', clock.now);
  const log = options.log ?? createLogger({ name: 'test', level: 'silent' });
  const library = createContextLibrary({
    documents: store.documents,
    download: options.download ?? noNetwork,
    now: clock.now,
    log,
    publicUrl: PUBLIC_URL,
    newId: () => `urn:ngsi-ld:Context:${randomUUID()}`,
    preloaded: new Map([[CITY_CONTEXT, CITY]]),
    ...(options.pollInterval !== undefined && { pollInterval: options.pollInterval }),
  });
  const { contexts } = library;
  const metrics = createMetrics({ withDefaults: false });
  const notifications = startNotifications({
    store,
    contexts,
    egress: egressPolicy({
      schemes: ['http', 'https'],
      privateAddresses: options.privateAddresses ?? 'allow',
    }),
    clock,
    log,
    metrics,
    settings: readSettings(notificationSettings, options.settings ?? {}),
    ...(options.pollInterval !== undefined && { pollInterval: options.pollInterval }),
  });
  const jsonldContexts = library.service;
  const routes = composeRoutes({
    ...{ store, contexts, jsonldContexts, notifications, now: clock.now },
    ...{
      alias: 'test',
      exportLimit: 4,
      temporalPages: { size: 1000, unit: 'DateTime', profile: '1.9' },
      newUuid: randomUUID,
    },
  });
  const adminRoutes = composeAdminRoutes({ store, notifications, now: clock.now });
  const server = serve({ store, contexts, log }, { routes, adminRoutes, streams: notifications.streams });
  await notifications.recover();
  library.start();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let isOver = false;
  const end = async (milliseconds: number) => {
    if (isOver) return;
    isOver = true;
    server.closeAllConnections();
    server.close();
    await notifications.stop(milliseconds);
    await library.stop();
    await store.close();
  };
  running.push(() => end(1000));
  const url = `http://127.0.0.1:${port}${ROOT}`;
  const api = supertest.agent(url);
  const admin = supertest.agent(`http://127.0.0.1:${port}/admin`);
  return { api, admin, url, routes, store, clock, notifications, metrics, crash: () => end(0) };
}

/** The embedded store in a file, or in `:memory:`. */
export function openStoreAt(path: string, now: () => number): Store {
  return openSqliteStore({
    path,
    now,
    cellsOf: (geometry) => cellsOf(geometry as unknown as Geometry),
    coreContextVersion: defaultCoreVersion,
    historyOf: toHistory,
  });
}

/** Readers of streams need no key, and may come from any page. */
function streamsOf({ store, log }: Served, streams: Notifications['streams']): Binding {
  return createStreamsBinding({
    ...{ streams, tenants: store, log, takesKeyInUrl: false },
    cors: corsPolicy({ origins: ['*'], methods: ['GET'], exposed: [] }),
    isAllowed: () => true,
  });
}

type Served = Pick<BindingOptions, 'store' | 'contexts' | 'log'>;

function serve(
  parts: Served,
  {
    routes,
    adminRoutes,
    streams,
  }: {
    readonly routes: readonly Route[];
    readonly adminRoutes: readonly Route[];
    readonly streams: Notifications['streams'];
  },
): Server {
  const bindingOf = (served: readonly Route[]) =>
    createBinding({
      ...parts,
      routes: createRouteTable(served),
      maxBodySize: 1_000_000,
      requireContentLength: served === routes,
      cors: corsPolicy({ origins: [], methods: [], exposed: [] }),
      isAllowed: () => true,
      onAnswered: () => {},
    });
  const bindings = {
    api: bindingOf(routes),
    admin: bindingOf(adminRoutes),
    streams: streamsOf(parts, streams),
  };
  return createServer(requestListener(bindings, express()));
}
