import type { Operation } from './operations.ts';

/** m: mandatory, o: optional, in the sense of EG 201 058. */
type Status = 'm' | 'o';

/** A capability that is no operation. */
export interface Feature {
  readonly name: string;
  readonly clause: string;
  readonly status: Status;
  /** The binding of an operation that brings it; without one it is there. */
  readonly comesWith?: Operation['bindings'][number];
}

/** Capabilities of one kind. */
export interface FeatureGroup {
  readonly title: string;
  readonly features: readonly Feature[];
}

const has = (name: string, clause: string, status: Status = 'm'): Feature => ({ name, clause, status });
const comesWith = (
  binding: Operation['bindings'][number],
  name: string,
  clause: string,
  status: Status = 'm',
): Feature => ({
  ...has(name, clause, status),
  comesWith: binding,
});

/** What GS CIM 009 v1.9.1 asks for besides operations. */
export const featureGroups: readonly FeatureGroup[] = [
  {
    title: 'Information model and representations (clauses 4.5, 4.8, 4.16, 4.18, 4.22)',
    features: [
      has('Property, Relationship, GeoProperty, LanguageProperty', '4.5.2, 4.5.3, 4.7, 4.5.18'),
      has('VocabProperty, JsonProperty, ListProperty, ListRelationship', '4.5.20, 4.5.24, 4.5.21, 4.5.22'),
      has('Properties of Properties and of Relationships, to any depth', '4.5.2, 4.5.3'),
      has('Several instances of an Attribute (datasetId)', '4.5.5'),
      has('Normalized representation', '4.5.1, 4.5.2.2, 4.5.3.2'),
      has('Concise representation', '4.5.2.3, 4.5.3.3'),
      has('Simplified representation', '4.5.4'),
      has('GeoJSON representation, of one Entity and of several', '4.5.16, 4.5.17'),
      has('Inline and flattened Linked Entities', '4.5.23'),
      has('Temporal representation', '4.5.6 to 4.5.8'),
      has('Simplified temporal representation (temporalValues)', '4.5.9'),
      has('Aggregated temporal representation', '4.5.19'),
      has('NGSI-LD Null', '4.5.0'),
      has('Digital signature of an Attribute (ngsildproof)', '4.5.2.2', 'o'),
      has('createdAt, modifiedAt, observedAt; deletedAt in notifications', '4.8'),
      has('Several Entity Types of an Entity', '4.16'),
      has('Scopes', '4.18'),
      has('Transient Entities and Attributes (expiresAt)', '4.22'),
      has('Answers in the form of an earlier version (Prefer: ngsi-ld=1.N)', '4.3.6.8', 'o'),
    ],
  },
  {
    title: 'Languages (clauses 4.9 to 4.23)',
    features: [
      has('Query Language (q), with paths into Linked Entities, expandValues and jsonKeys', '4.9'),
      has('Geoquery Language, all relations and geometries', '4.10'),
      has('Temporal Query Language (timerel, timeAt, endTimeAt, timeproperty)', '4.11'),
      has('Pagination', '4.12'),
      has('Counting of results', '4.13'),
      has('Tenants', '4.14', 'o'),
      has('Language filter (lang)', '4.15'),
      has('Entity Type Selection Language', '4.17'),
      has('Scope Query Language', '4.19'),
      has('Attribute Projection Language (pick, omit), into Linked Entities too', '4.21'),
      has('Entity Ordering Language (orderBy, collation, orderFrom, orderGeometry)', '4.23'),
    ],
  },
  {
    title: 'Subscriptions and notifications (clauses 5.2.12, 5.2.14, 5.8.6)',
    features: [
      has('entities, watchedAttributes, q, geoQ, scopeQ, datasetId, lang', '5.2.12'),
      has('The six notification triggers', '5.2.12'),
      has('throttling, timeInterval, isActive, expiresAt, status', '5.2.12'),
      has('jsonldContext, localOnly, ngsildConformance', '5.2.12'),
      has('expandValues and jsonKeys, paths into Linked Entities in q', '4.9, 5.2.12, 5.8.6'),
      has('Normalized, concise, simplified and GeoJSON notifications', '5.2.14'),
      has('attributes, pick, omit, sysAttrs, showChanges', '5.2.14'),
      has('join and joinLevel, members of Linked Entities in pick and omit', '4.21, 4.5.23, 5.2.14'),
      has('receiverInfo, notifierInfo, timeout, cooldown of an endpoint', '5.2.15'),
      has('Counters and times of deliveries', '5.2.14'),
      has('HTTP and HTTPS binding of notifications', '6.3.8'),
      has('MQTT binding of notifications, 3.1.1 and 5.0, with and without TLS', '7.2', 'o'),
    ],
  },
  {
    title: 'HTTP binding (clauses 6.2, 6.3)',
    features: [
      has('Error types in ProblemDetails', '6.3.2, 6.3.3'),
      has('Media types, negotiation, conditions of a request', '6.3.4'),
      has('@context by Link header, in the body, and the default', '6.3.5, 6.3.6'),
      has('format and options', '6.3.7'),
      has('Pages by limit and offset, parts of a Temporal Evolution by 206', '6.3.10'),
      has('System attributes (options=sysAttrs)', '6.3.11'),
      has('format=temporalValues, format=aggregatedValues', '6.3.12'),
      has('NGSILD-Results-Count', '6.3.13'),
      has('NGSILD-Tenant', '6.3.14', 'o'),
      has('GeoJSON by Accept, Prefer: body=json', '6.3.15'),
      has('Expiration of cached @contexts', '6.3.16'),
      has('local=true', '6.3.18'),
      has('Refusal of unknown parameters', '6.3.20'),
      has('HEAD and OPTIONS', 'RFC 9110', 'o'),
      comesWith('POST /snapshots', 'NGSILD-Snapshot', '6.3.22', 'o'),
    ],
  },
  {
    title: 'Distribution (clauses 4.3.6, 4.3.7, 5.12)',
    features: [
      comesWith(
        'POST /csourceRegistrations',
        'Inclusive, exclusive, redirect and auxiliary registrations',
        '4.3.6',
      ),
      comesWith(
        'POST /csourceRegistrations',
        'Warnings, caching and timeouts of distributed operations',
        '6.3.17',
      ),
      comesWith('POST /csourceRegistrations', 'Via and loops', '6.3.18'),
      comesWith('POST /csourceRegistrations', 'contextSourceInfo', '6.3.19'),
      comesWith(
        'POST /csourceRegistrations',
        'Subscriptions at Context Sources, csf and splitEntities of a Subscription',
        '5.2.12, 5.8.1',
      ),
      comesWith('POST /csourceSubscriptions', 'Notifications about Context Sources', '5.11.7'),
      comesWith('POST /entityMaps', 'Pages of a query by its entity map', '4.5.25'),
      comesWith('POST /snapshots', 'Operations on Snapshots', '4.3.7', 'o'),
    ],
  },
];
