import { entityTags } from './http/entity-tags.ts';
import type { Route } from './http/route.ts';
import { attributeValueRoutes } from './http/routes/attribute-values.ts';
import { discoveryRoutes } from './http/routes/discovery.ts';
import { entityRoutes } from './http/routes/entities.ts';
import { entityAttributeRoutes } from './http/routes/entity-attributes.ts';
import { entityOperationRoutes } from './http/routes/entity-operations.ts';
import { historyExportRoutes } from './http/routes/history-export.ts';
import { infoRoutes } from './http/routes/info.ts';
import { jsonldContextRoutes } from './http/routes/jsonld-contexts.ts';
import { purgeRoutes } from './http/routes/purge-entities.ts';
import { subscriptionRoutes } from './http/routes/subscriptions.ts';
import { temporalEntityRoutes } from './http/routes/temporal-entities.ts';
import { temporalProvisionRoutes } from './http/routes/temporal-provision.ts';
import { unfinishedRoutes, unfinishedRows } from './http/routes/unfinished.ts';
import type { TemporalPages } from './http/temporal-pages.ts';
import type { Contexts } from './jsonld/context.ts';
import type { Notifications } from './notifications/start.ts';
import { createDiscoveryService } from './services/discovery.ts';
import { createEntityService } from './services/entities.ts';
import { createEntityAttributeService } from './services/entity-attributes.ts';
import { createEntityOperationService } from './services/entity-operations.ts';
import { createHistoryExportService } from './services/history-export/export-history.ts';
import type { HistoryKeeping } from './services/history-switch/keeping.ts';
import { instanceIds } from './services/instance-ids.ts';
import type { JsonldContextService } from './services/jsonld-contexts.ts';
import { createPurge } from './services/purge-entities.ts';
import { createEntityQueryService } from './services/query-entities.ts';
import { createAttributeReadingService } from './services/retrieve-attribute.ts';
import { createSourceIdentity } from './services/source-identity.ts';
import { createSubscriptionService } from './services/subscriptions.ts';
import { createTemporalEntityService } from './services/temporal-entities.ts';
import { createTemporalProvisionService } from './services/temporal-provision.ts';
import type { Store } from './store/store.ts';

/** What every operation of the API stands on. */
export interface ApiParts {
  readonly store: Store;
  readonly contexts: Contexts;
  readonly jsonldContexts: JsonldContextService;
  readonly notifications: Pick<
    Notifications,
    'match' | 'copyHeaders' | 'notifiesUnchanged' | 'mirror' | 'notifier' | 'statuses'
  >;
  /** What other Context Sources know the broker by (clause 5.2.40). */
  readonly alias: string;
  /** The most instances in an answer of the temporal API, and how it is one of several. */
  readonly temporalPages: TemporalPages & { readonly size: number };
  /** What of changes goes into the history; all when not given. */
  readonly history?: HistoryKeeping | undefined;
  /** The most exports of history at the same time. */
  readonly exportLimit: number;
  /** Microseconds since 1970. */
  readonly now: () => number;
  /** A new UUID. */
  readonly newUuid: () => string;
}

/** Every row of the route table, finished or not, over services on these parts. */
export function composeRoutes(parts: ApiParts): readonly Route[] {
  const { store, contexts, notifications, alias, temporalPages, now, newUuid } = parts;
  const newId = (type: string): string => `urn:ngsi-ld:${type}:${newUuid()}`;
  const { match, copyHeaders, notifiesUnchanged } = notifications;
  const { history } = parts;
  const writer = { store, match, copyHeaders, notifiesUnchanged, ...(history !== undefined && { history }) };
  const subscriptions = createSubscriptionService({
    tenants: store,
    documents: store.documents,
    contexts,
    ...notifications,
    now,
    newId: () => newId('Subscription'),
  });
  const temporal = createTemporalEntityService({ store, pageSize: temporalPages.size });
  const newInstanceId = instanceIds(now, newUuid().slice(-12));
  const provision = createTemporalProvisionService({ store, now, newInstanceId });
  const entities = createEntityService(writer);
  const attributes = createEntityAttributeService(writer);
  const queries = createEntityQueryService({ store, now });
  return [
    ...entityRoutes(entities, queries, entityTags(newUuid().slice(0, 8))),
    ...purgeRoutes(createPurge(writer)),
    ...entityAttributeRoutes(entities, attributes),
    ...attributeValueRoutes(createAttributeReadingService({ store, now }), attributes),
    ...entityOperationRoutes(createEntityOperationService(writer), queries, contexts),
    ...temporalEntityRoutes(temporal, temporalPages),
    ...temporalProvisionRoutes(provision),
    ...historyExportRoutes(createHistoryExportService({ store, limit: parts.exportLimit })),
    ...discoveryRoutes(createDiscoveryService({ store, newId })),
    ...subscriptionRoutes(subscriptions),
    ...jsonldContextRoutes(parts.jsonldContexts),
    ...infoRoutes(createSourceIdentity({ alias, now })),
    ...unfinishedRoutes(unfinishedRows),
  ];
}
