import type { Json } from '../../domain/entity.ts';
import type { EntityService, EntityTarget } from '../../services/entities.ts';
import type { EntityQueryService } from '../../services/query-entities.ts';
import {
  formatParameters,
  joinParameters,
  orderParameters,
  projectionParameters,
  readMergeParameters,
  readOrder,
  readQuery,
  readView,
  selectionParameters,
  statusOf,
} from '../entity-parameters.ts';
import type { EntityTags } from '../entity-tags.ts';
import { locationOf } from '../location.ts';
import { pageHeaders, readPage } from '../pages.ts';
import { isKnown } from '../preconditions.ts';
import type { Exchange, Reply, Route } from '../route.ts';

const collection = '/entities';
const member = `${collection}/{entityId}`;
const jsonBodies = ['application/json', 'application/ld+json'] as const;
const patchBodies = [...jsonBodies, 'application/merge-patch+json'] as const;
const viewParameters = [...formatParameters, ...projectionParameters, ...joinParameters];

/** Rows of the route table for Entities (clauses 6.4 and 6.5). */
export function entityRoutes(
  entities: EntityService,
  queries: EntityQueryService,
  tags: EntityTags,
): readonly Route[] {
  return [
    ...collectionRoutes(entities, queries),
    ...readingRoutes(queries, tags),
    ...writingRoutes(entities),
  ];
}

function collectionRoutes(entities: EntityService, queries: EntityQueryService): readonly Route[] {
  return [
    {
      method: 'POST',
      path: collection,
      clause: '6.4.3.1',
      parameters: ['local'],
      consumes: jsonBodies,
      createsTenant: true,
      handle: async (exchange) => {
        const id = await entities.createEntity(bodyOf(exchange), exchange);
        return { status: 201, headers: { Location: locationOf(collection, id) } };
      },
    },
    {
      method: 'GET',
      path: collection,
      clause: '6.4.3.2',
      parameters: [
        ...selectionParameters,
        ...viewParameters,
        ...orderParameters,
        'limit',
        'offset',
        'count',
        'local',
      ],
      consumes: [],
      geoJson: true,
      handle: (exchange) => query(queries, exchange),
    },
  ];
}

function readingRoutes(queries: EntityQueryService, tags: EntityTags): readonly Route[] {
  return [
    {
      method: 'GET',
      path: member,
      clause: '6.5.3.1',
      parameters: ['type', 'local', ...viewParameters],
      consumes: [],
      geoJson: true,
      handle: async (exchange) => {
        const view = readView(exchange);
        const { body, state } = await queries.retrieveEntity(targetOf(exchange), view, exchange);
        const tag = state === undefined ? undefined : tags.tagOf(state, exchange);
        if (tag === undefined) return { status: statusOf(view), body, context: exchange.context };
        const headers = { ETag: tag };
        if (isKnown(exchange.headers, tag)) return { status: 304, headers };
        return { status: statusOf(view), body, context: exchange.context, headers };
      },
    },
  ];
}

function writingRoutes(entities: EntityService): readonly Route[] {
  return [
    {
      method: 'PUT',
      path: member,
      clause: '6.5.3.3',
      parameters: ['type', 'local'],
      consumes: jsonBodies,
      refusesMissingId: true,
      handle: async (exchange) => {
        await entities.replaceEntity(targetOf(exchange), bodyOf(exchange), exchange);
        return { status: 204 };
      },
    },
    {
      method: 'PATCH',
      path: member,
      clause: '6.5.3.4',
      parameters: ['type', 'format', 'options', 'observedAt', 'lang', 'local'],
      consumes: patchBodies,
      refusesMissingId: true,
      handle: async (exchange) => {
        const parameters = readMergeParameters(exchange.query);
        await entities.mergeEntity(targetOf(exchange), bodyOf(exchange), exchange, parameters);
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: member,
      clause: '6.5.3.2',
      parameters: ['type', 'local'],
      consumes: [],
      handle: async (exchange) => {
        await entities.deleteEntity(targetOf(exchange), exchange);
        return { status: 204 };
      },
    },
  ];
}

async function query(queries: EntityQueryService, exchange: Exchange): Promise<Reply> {
  const page = readPage(exchange.query);
  const view = readView(exchange);
  const { body, count } = await queries.queryEntities(
    readQuery(exchange),
    { order: readOrder(exchange), ...page },
    view,
    exchange,
  );
  const headers = pageHeaders(`/ngsi-ld/v1${collection}`, exchange, page, count, { order: 'byName' });
  return { status: statusOf(view), body, context: exchange.context, headers };
}

function targetOf({ path, query: parameters }: Exchange): EntityTarget {
  return { id: path['entityId'] ?? '', type: parameters.get('type') };
}

function bodyOf({ body }: Exchange): Json {
  return body ?? null;
}
