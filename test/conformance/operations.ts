import type { Route } from '../../broker/http/route.ts';

/** An operation of the standard: its name, the clause that defines it, and the rows of table 6.2-1 that it is bound to. */
export interface Operation {
  readonly name: string;
  readonly clause: string;
  readonly bindings: readonly `${Route['method']} ${string}`[];
}

/** Operations that a clause defines together. */
export interface OperationGroup {
  readonly title: string;
  readonly operations: readonly Operation[];
}

const operation = (name: string, clause: string, ...bindings: Operation['bindings']): Operation => ({
  name,
  clause,
  bindings,
});

/** Every operation of GS CIM 009 v1.9.1 with a binding to HTTP; a test holds them against the route table. */
export const operationGroups: readonly OperationGroup[] = [
  {
    title: 'Context information provision (clause 5.6)',
    operations: [
      operation('Create Entity', '5.6.1', 'POST /entities'),
      operation('Update Attributes', '5.6.2', 'PATCH /entities/{entityId}/attrs'),
      operation('Append Attributes', '5.6.3', 'POST /entities/{entityId}/attrs'),
      operation('Partial Attribute update', '5.6.4', 'PATCH /entities/{entityId}/attrs/{attrId}'),
      operation('Delete Attribute', '5.6.5', 'DELETE /entities/{entityId}/attrs/{attrId}'),
      operation('Delete Entity', '5.6.6', 'DELETE /entities/{entityId}'),
      operation('Batch Entity Creation', '5.6.7', 'POST /entityOperations/create'),
      operation('Batch Entity Creation or Update (Upsert)', '5.6.8', 'POST /entityOperations/upsert'),
      operation('Batch Entity Update', '5.6.9', 'POST /entityOperations/update'),
      operation('Batch Entity Delete', '5.6.10', 'POST /entityOperations/delete'),
      operation('Create or Update Temporal Evolution of an Entity', '5.6.11', 'POST /temporal/entities'),
      operation(
        'Add Attributes to Temporal Evolution of an Entity',
        '5.6.12',
        'POST /temporal/entities/{entityId}/attrs',
      ),
      operation(
        'Delete Attributes from Temporal Evolution of an Entity',
        '5.6.13',
        'DELETE /temporal/entities/{entityId}/attrs/{attrId}',
      ),
      operation(
        'Partial Update Attribute Instance in Temporal Evolution of an Entity',
        '5.6.14',
        'PATCH /temporal/entities/{entityId}/attrs/{attrId}/{instanceId}',
      ),
      operation(
        'Delete Attribute Instance from Temporal Evolution of an Entity',
        '5.6.15',
        'DELETE /temporal/entities/{entityId}/attrs/{attrId}/{instanceId}',
      ),
      operation('Delete Temporal Evolution of an Entity', '5.6.16', 'DELETE /temporal/entities/{entityId}'),
      operation('Merge Entity', '5.6.17', 'PATCH /entities/{entityId}'),
      operation('Replace Entity', '5.6.18', 'PUT /entities/{entityId}'),
      operation('Replace Attribute', '5.6.19', 'PUT /entities/{entityId}/attrs/{attrId}'),
      operation('Batch Entity Merge', '5.6.20', 'POST /entityOperations/merge'),
      operation('Purge Entities', '5.6.21', 'DELETE /entities'),
    ],
  },
  {
    title: 'Context information consumption (clause 5.7)',
    operations: [
      operation('Retrieve Entity', '5.7.1', 'GET /entities/{entityId}'),
      operation('Query Entities', '5.7.2', 'GET /entities', 'POST /entityOperations/query'),
      operation('Retrieve Temporal Evolution of an Entity', '5.7.3', 'GET /temporal/entities/{entityId}'),
      operation(
        'Query Temporal Evolution of Entities',
        '5.7.4',
        'GET /temporal/entities',
        'POST /temporal/entityOperations/query',
      ),
      operation('Retrieve Available Entity Types, with and without details', '5.7.5, 5.7.6', 'GET /types'),
      operation('Retrieve Available Entity Type Information', '5.7.7', 'GET /types/{type}'),
      operation('Retrieve Available Attributes, with and without details', '5.7.8, 5.7.9', 'GET /attributes'),
      operation('Retrieve Available Attribute Information', '5.7.10', 'GET /attributes/{attrId}'),
    ],
  },
  {
    title: 'Context information subscription (clause 5.8)',
    operations: [
      operation('Create Subscription', '5.8.1', 'POST /subscriptions'),
      operation('Update Subscription', '5.8.2', 'PATCH /subscriptions/{subscriptionId}'),
      operation('Retrieve Subscription', '5.8.3', 'GET /subscriptions/{subscriptionId}'),
      operation('Query Subscriptions', '5.8.4', 'GET /subscriptions'),
      operation('Delete Subscription', '5.8.5', 'DELETE /subscriptions/{subscriptionId}'),
    ],
  },
  {
    title: 'Context Source registration and discovery (clauses 5.9, 5.10)',
    operations: [
      operation('Register Context Source', '5.9.2', 'POST /csourceRegistrations'),
      operation(
        'Update Context Source Registration',
        '5.9.3',
        'PATCH /csourceRegistrations/{registrationId}',
      ),
      operation(
        'Delete Context Source Registration',
        '5.9.4',
        'DELETE /csourceRegistrations/{registrationId}',
      ),
      operation(
        'Retrieve Context Source Registration',
        '5.10.1',
        'GET /csourceRegistrations/{registrationId}',
      ),
      operation('Query Context Source Registrations', '5.10.2', 'GET /csourceRegistrations'),
    ],
  },
  {
    title: 'Context Source Registration subscription (clause 5.11)',
    operations: [
      operation('Create Context Source Registration Subscription', '5.11.2', 'POST /csourceSubscriptions'),
      operation(
        'Update Context Source Registration Subscription',
        '5.11.3',
        'PATCH /csourceSubscriptions/{subscriptionId}',
      ),
      operation(
        'Retrieve Context Source Registration Subscription',
        '5.11.4',
        'GET /csourceSubscriptions/{subscriptionId}',
      ),
      operation('Query Context Source Registration Subscriptions', '5.11.5', 'GET /csourceSubscriptions'),
      operation(
        'Delete Context Source Registration Subscription',
        '5.11.6',
        'DELETE /csourceSubscriptions/{subscriptionId}',
      ),
    ],
  },
  {
    title: '@context storage and serving (clause 5.13)',
    operations: [
      operation('Add @context', '5.13.2', 'POST /jsonldContexts'),
      operation('List @contexts', '5.13.3', 'GET /jsonldContexts'),
      operation('Serve @context', '5.13.4', 'GET /jsonldContexts/{contextId}'),
      operation('Delete and Reload @context', '5.13.5', 'DELETE /jsonldContexts/{contextId}'),
    ],
  },
  {
    title: 'Entity maps and Context Source identity (clauses 5.14, 5.15)',
    operations: [
      operation('Retrieve EntityMap', '5.14.1', 'GET /entityMaps/{entityMapId}'),
      operation('Update EntityMap', '5.14.2', 'PATCH /entityMaps/{entityMapId}'),
      operation('Delete EntityMap', '5.14.3', 'DELETE /entityMaps/{entityMapId}'),
      operation('Create EntityMap for Query Entities', '5.14.4', 'GET /entityMaps', 'POST /entityMaps'),
      operation(
        'Create EntityMap for Query Temporal Evolution of Entities',
        '5.14.5',
        'GET /temporal/entityMaps',
        'POST /temporal/entityMaps',
      ),
      operation('Retrieve Context Source Identity Information', '5.15.1', 'GET /info/sourceIdentity'),
    ],
  },
  {
    title: 'Snapshots (clause 5.16)',
    operations: [
      operation('Create Snapshot', '5.16.1', 'POST /snapshots'),
      operation('Clone Snapshot', '5.16.2', 'POST /snapshots/{snapshotId}/clone'),
      operation('Retrieve Snapshot Status', '5.16.3', 'GET /snapshots/{snapshotId}'),
      operation('Update Snapshot Status', '5.16.4', 'PATCH /snapshots/{snapshotId}'),
      operation('Delete Snapshot', '5.16.5', 'DELETE /snapshots/{snapshotId}'),
      operation('Purge Snapshots', '5.16.7', 'DELETE /snapshots'),
    ],
  },
];
