import type { Json } from '../../domain/entity.ts';
import type {
  TemporalAttribute,
  TemporalInstanceTarget,
  TemporalProvisionService,
} from '../../services/temporal-provision.ts';
import { locationOf } from '../location.ts';
import { booleanParameter } from '../parameters.ts';
import type { Exchange, Reply, Route } from '../route.ts';

const collection = '/temporal/entities';
const member = `${collection}/{entityId}`;
const attribute = `${member}/attrs/{attrId}`;
const instance = `${attribute}/{instanceId}`;
const jsonBodies = ['application/json', 'application/ld+json'] as const;
const patchBodies = [...jsonBodies, 'application/merge-patch+json'] as const;

/** Rows of the route table by which Temporal Evolutions of Entities are written (clauses 6.18 to 6.22). */
export function temporalProvisionRoutes(service: TemporalProvisionService): readonly Route[] {
  return [...additionRoutes(service), ...deletionRoutes(service), modificationRoute(service)];
}

function additionRoutes(service: TemporalProvisionService): readonly Route[] {
  return [
    {
      method: 'POST',
      path: collection,
      clause: '6.18.3.1',
      parameters: ['local'],
      consumes: jsonBodies,
      createsTenant: true,
      handle: async (exchange) => {
        const { id, isNew } = await service.upsertTemporalEntity(bodyOf(exchange), exchange);
        return isNew ? { status: 201, headers: { Location: locationOf(collection, id) } } : { status: 204 };
      },
    },
    {
      method: 'POST',
      path: `${member}/attrs`,
      clause: '6.20.3.1',
      parameters: ['local'],
      consumes: jsonBodies,
      handle: done((exchange) => service.addAttributes(idOf(exchange), bodyOf(exchange), exchange)),
    },
  ];
}

function deletionRoutes(service: TemporalProvisionService): readonly Route[] {
  return [
    {
      method: 'DELETE',
      path: member,
      clause: '6.19.3.2',
      parameters: ['local'],
      consumes: [],
      handle: done((exchange) => service.deleteTemporalEntity(idOf(exchange), exchange)),
    },
    {
      method: 'DELETE',
      path: attribute,
      clause: '6.21.3.1',
      parameters: ['datasetId', 'deleteAll', 'local'],
      consumes: [],
      handle: done((exchange) => {
        const datasetId = exchange.query.get('datasetId');
        const deleteAll = booleanParameter(exchange.query, 'deleteAll');
        return service.deleteAttribute(attributeOf(exchange), { datasetId, deleteAll }, exchange);
      }),
    },
    {
      method: 'DELETE',
      path: instance,
      clause: '6.22.3.2',
      parameters: ['local'],
      consumes: [],
      handle: done((exchange) => service.deleteInstance(instanceOf(exchange), exchange)),
    },
  ];
}

function modificationRoute(service: TemporalProvisionService): Route {
  return {
    method: 'PATCH',
    path: instance,
    clause: '6.22.3.1',
    parameters: ['local'],
    consumes: patchBodies,
    handle: done((exchange) => service.modifyInstance(instanceOf(exchange), bodyOf(exchange), exchange)),
  };
}

/** Answers 204 when the operation is through. */
function done(operation: (exchange: Exchange) => Promise<void>): (exchange: Exchange) => Promise<Reply> {
  return async (exchange) => {
    await operation(exchange);
    return { status: 204 };
  };
}

function idOf({ path }: Exchange): string {
  return path['entityId'] ?? '';
}

function attributeOf(exchange: Exchange): TemporalAttribute {
  return { id: idOf(exchange), attribute: exchange.path['attrId'] ?? '' };
}

function instanceOf(exchange: Exchange): TemporalInstanceTarget {
  return { ...attributeOf(exchange), instanceId: exchange.path['instanceId'] ?? '' };
}

function bodyOf({ body }: Exchange): Json {
  return body ?? null;
}
