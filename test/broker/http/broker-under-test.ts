import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from '@jest/globals';
import supertest from 'supertest';
import type { Change } from '../../../broker/domain/change/changes.ts';
import type { Json, Micros } from '../../../broker/domain/entity.ts';
import { cellsOf } from '../../../broker/domain/geo-cells.ts';
import type { Geometry } from '../../../broker/domain/geometry/geometry.ts';
import { createBinding } from '../../../broker/http/binding.ts';
import { entityTags } from '../../../broker/http/entity-tags.ts';
import type { Route } from '../../../broker/http/route.ts';
import { createRouteTable } from '../../../broker/http/route-table.ts';
import { attributeValueRoutes } from '../../../broker/http/routes/attribute-values.ts';
import { discoveryRoutes } from '../../../broker/http/routes/discovery.ts';
import { entityRoutes } from '../../../broker/http/routes/entities.ts';
import { entityAttributeRoutes } from '../../../broker/http/routes/entity-attributes.ts';
import { entityOperationRoutes } from '../../../broker/http/routes/entity-operations.ts';
import { historyExportRoutes } from '../../../broker/http/routes/history-export.ts';
import { infoRoutes } from '../../../broker/http/routes/info.ts';
import { purgeRoutes } from '../../../broker/http/routes/purge-entities.ts';
import { temporalEntityRoutes } from '../../../broker/http/routes/temporal-entities.ts';
import { temporalProvisionRoutes } from '../../../broker/http/routes/temporal-provision.ts';
import type { SpecProfile } from '../../../broker/http/spec-profile.ts';
import type { Contexts } from '../../../broker/jsonld/context.ts';
import { createContexts } from '../../../broker/jsonld/contexts.ts';
import { defaultCoreVersion } from '../../../broker/jsonld/core-versions.ts';
import { toHistory } from '../../../broker/notifications/history-rows.ts';
import { Relay } from '../../../broker/notifications/relay.ts';
import { createDiscoveryService } from '../../../broker/services/discovery.ts';
import { createEntityService } from '../../../broker/services/entities.ts';
import { createEntityAttributeService } from '../../../broker/services/entity-attributes.ts';
import { createEntityOperationService } from '../../../broker/services/entity-operations.ts';
import { createHistoryExportService } from '../../../broker/services/history-export/export-history.ts';
import { instanceIds } from '../../../broker/services/instance-ids.ts';
import { createPurge } from '../../../broker/services/purge-entities.ts';
import { createEntityQueryService } from '../../../broker/services/query-entities.ts';
import { createAttributeReadingService } from '../../../broker/services/retrieve-attribute.ts';
import { createSourceIdentity } from '../../../broker/services/source-identity.ts';
import { createTemporalEntityService } from '../../../broker/services/temporal-entities.ts';
import { createTemporalProvisionService } from '../../../broker/services/temporal-provision.ts';
import { openSqliteStore } from '../../../broker/store/sqlite/open.ts';
import type { Store } from '../../../broker/store/store.ts';
import { fakeClock } from '../../../runtime/clock.ts';
import { corsPolicy } from '../../../runtime/cors.ts';
import { createLogger } from '../../../runtime/logger.ts';
import type { OpenedStore, StoreOptions } from '../store/contract/harness.ts';

/** 2026-06-01T12:00:00Z: where the clock of the broker under test starts. */
const START: Micros = Date.UTC(2026, 5, 1, 12) * 1000;
const ROOT = '/ngsi-ld/v1';
/** The most instances in an answer about history. */
export const TEMPORAL_PAGE_SIZE = 30;
/** The most exports at the same time. */
const EXPORT_LIMIT = 2;
/** An @context with the term `temp` for the IRI `https://city.example/temperature`. */
export const CITY_CONTEXT = 'https://contexts.example/city.jsonld';
/** An @context that cannot be had. */
export const LOST_CONTEXT = 'https://contexts.example/lost.jsonld';
export const TEMPERATURE = 'https://city.example/temperature';
export const DEFAULT = 'https://uri.etsi.org/ngsi-ld/default-context/';
export const ERRORS = 'https://uri.etsi.org/ngsi-ld/errors/';

/** Ends a Link header's value for the @context at a URL. */
export function contextLink(url: string): string {
  return `<${url}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
}

/** A broker behind a port of its own, over SQLite in memory. */
export interface BrokerUnderTest {
  /** Requests below the API root. */
  readonly api: ReturnType<typeof supertest.agent>;
  readonly store: Store;
  readonly clock: ReturnType<typeof fakeClock>;
  /** Every change that Subscriptions were matched with, in order. */
  readonly matched: readonly { readonly tenant: string; readonly change: Change }[];
}

export interface BrokerUnderTestOptions {
  readonly profile?: SpecProfile;
  /** The most instances in an answer about history. */
  readonly pageSize?: number;
  /** In the place of SQLite in memory. */
  readonly openStore?: (options: StoreOptions) => Promise<Pick<OpenedStore, 'store' | 'dispose'>>;
}

/** Opens one broker for all tests of the surrounding `describe`. */
export function brokerUnderTest(options: BrokerUnderTestOptions = {}): BrokerUnderTest {
  let opened: OpenedBroker | undefined;
  beforeAll(async () => {
    opened = await openBroker(options);
  });
  afterAll(async () => {
    await new Promise((resolve) => opened?.server.close(resolve));
    await opened?.dispose();
  });
  const broker = (): BrokerUnderTest => {
    if (opened === undefined) throw new Error('the broker is not open yet');
    return opened;
  };
  return {
    get api() {
      return broker().api;
    },
    get store() {
      return broker().store;
    },
    get clock() {
      return broker().clock;
    },
    get matched() {
      return broker().matched;
    },
  };
}

interface OpenedBroker extends BrokerUnderTest {
  readonly server: Server;
  dispose(): Promise<void>;
}

async function openBroker({
  profile = '1.9',
  pageSize = TEMPORAL_PAGE_SIZE,
  openStore = openInMemory,
}: BrokerUnderTestOptions): Promise<OpenedBroker> {
  const clock = fakeClock(START);
  const { store, dispose } = await openStore({
    now: clock.now,
    cellsOf: (geometry) => cellsOf(geometry as unknown as Geometry),
  });
  const contexts = testContexts(clock.now);
  const matched: { readonly tenant: string; readonly change: Change }[] = [];
  const match = (tenant: string, change: Change): readonly string[] => {
    matched.push({ tenant, change });
    return [];
  };
  const log = createLogger({ name: 'test', level: 'silent' });
  const relay = new Relay({
    outbox: store.outbox,
    onDeliveries: () => {},
    log,
    timers: { after: () => () => {} },
  });
  store.setDrain((tenant, id) => relay.drain(tenant, id));
  const binding = createBinding({
    routes: createRouteTable(routesOf({ store, contexts, match, now: clock.now, profile, pageSize })),
    store,
    contexts,
    maxBodySize: 1_000_000,
    requireContentLength: true,
    log,
    cors: corsPolicy({ origins: [], methods: [], exposed: [] }),
    profile,
    isAllowed: () => true,
    onAnswered: () => {},
  });
  const server = createServer((request, response) =>
    binding(request, response, (request.url ?? '').slice(ROOT.length)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { api: supertest.agent(`http://127.0.0.1:${port}${ROOT}`), store, clock, matched, server, dispose };
}

/** SQLite in memory. */
export const openInMemory = async (
  options: StoreOptions,
): Promise<Pick<OpenedStore, 'store' | 'dispose'>> => {
  const store = openSqliteStore({
    ...options,
    path: ':memory:',
    coreContextVersion: defaultCoreVersion,
    historyOf: toHistory,
  });
  return { store, dispose: () => store.close() };
};

interface RouteParts {
  readonly store: Store;
  readonly contexts: Contexts;
  readonly match: (tenant: string, change: Change, now: Micros) => readonly string[];
  readonly now: () => Micros;
  readonly profile: SpecProfile;
  readonly pageSize: number;
}

function routesOf({ store, contexts, match, now, profile, pageSize }: RouteParts): readonly Route[] {
  const writing = { store, match };
  const reading = { store, now, newId: (type: string) => `urn:ngsi-ld:${type}:${randomUUID()}` };
  const entities = createEntityService(writing);
  const attributes = createEntityAttributeService(writing);
  const queries = createEntityQueryService(reading);
  return [
    ...entityRoutes(entities, queries, entityTags('test')),
    ...purgeRoutes(createPurge(writing)),
    ...entityAttributeRoutes(entities, attributes),
    ...attributeValueRoutes(createAttributeReadingService(reading), attributes),
    ...entityOperationRoutes(createEntityOperationService(writing), queries, contexts),
    ...temporalEntityRoutes(createTemporalEntityService({ store, pageSize }), {
      unit: 'DateTime',
      profile,
    }),
    ...temporalProvisionRoutes(
      createTemporalProvisionService({ store, now, newInstanceId: instanceIds(now, 'test') }),
    ),
    ...historyExportRoutes(createHistoryExportService({ store, limit: EXPORT_LIMIT })),
    ...discoveryRoutes(createDiscoveryService(reading)),
    ...infoRoutes(createSourceIdentity({ alias: 'carillon-test', now })),
  ];
}

function testContexts(now: () => Micros): Contexts {
  const city: Json = { '@context': { temp: TEMPERATURE, City: 'https://city.example/City' } };
  return createContexts({
    download: {
      fetch: () => Promise.reject(new Error('the host contexts.example is not known')),
      timeLimitMs: 1000,
      maxBytes: 100_000,
    },
    now,
    preloaded: new Map([[CITY_CONTEXT, city]]),
  });
}
