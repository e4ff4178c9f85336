import type { UpdateOutcome } from '../../domain/change/attribute-changes.ts';
import type { Json } from '../../domain/entity.ts';
import type { EntityService, EntityTarget } from '../../services/entities.ts';
import type { AttributeTarget, EntityAttributeService } from '../../services/entity-attributes.ts';
import { booleanParameter, optionsParameter } from '../parameters.ts';
import type { Exchange, Reply, Route } from '../route.ts';

const collection = '/entities/{entityId}/attrs';
const member = `${collection}/{attrId}`;
const jsonBodies = ['application/json', 'application/ld+json'] as const;
const patchBodies = [...jsonBodies, 'application/merge-patch+json'] as const;

/** Rows of the route table for Attributes of Entities (clauses 6.6 and 6.7). */
export function entityAttributeRoutes(
  entities: EntityService,
  attributes: EntityAttributeService,
): readonly Route[] {
  return [...collectionRoutes(entities), ...memberRoutes(attributes)];
}

function collectionRoutes(entities: EntityService): readonly Route[] {
  return [
    {
      method: 'POST',
      path: collection,
      clause: '6.6.3.1',
      parameters: ['type', 'options', 'local'],
      consumes: jsonBodies,
      handle: async (exchange) => {
        const options = { noOverwrite: optionsParameter(exchange.query, ['noOverwrite']).has('noOverwrite') };
        return updateReply(
          await entities.appendAttributes(entityOf(exchange), bodyOf(exchange), exchange, options),
        );
      },
    },
    {
      method: 'PATCH',
      path: collection,
      clause: '6.6.3.2',
      parameters: ['type', 'local'],
      consumes: patchBodies,
      handle: async (exchange) =>
        updateReply(await entities.updateAttributes(entityOf(exchange), bodyOf(exchange), exchange)),
    },
  ];
}

function memberRoutes(attributes: EntityAttributeService): readonly Route[] {
  return [
    {
      method: 'PATCH',
      path: member,
      clause: '6.7.3.1',
      parameters: ['type', 'local'],
      consumes: patchBodies,
      handle: async (exchange) => {
        await attributes.partialUpdateAttribute(targetOf(exchange), bodyOf(exchange), exchange);
        return { status: 204 };
      },
    },
    {
      method: 'PUT',
      path: member,
      clause: '6.7.3.3',
      parameters: ['type', 'local'],
      consumes: jsonBodies,
      handle: async (exchange) => {
        await attributes.replaceAttribute(targetOf(exchange), bodyOf(exchange), exchange);
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: member,
      clause: '6.7.3.2',
      parameters: ['type', 'datasetId', 'deleteAll', 'local'],
      consumes: [],
      handle: async (exchange) => {
        const datasetId = exchange.query.get('datasetId');
        const deleteAll = booleanParameter(exchange.query, 'deleteAll');
        await attributes.deleteAttribute(targetOf(exchange), { datasetId, deleteAll }, exchange);
        return { status: 204 };
      },
    },
  ];
}

/** 204, or 207 with an UpdateResult (clause 5.2.18), whose names are in full. */
function updateReply({ updated, notUpdated }: UpdateOutcome): Reply {
  if (notUpdated.length === 0) return { status: 204 };
  const details = notUpdated.map(({ attribute, reason }) => ({ attributeName: attribute, reason }));
  return { status: 207, body: { updated, notUpdated: details } };
}

function entityOf({ path, query }: Exchange): EntityTarget {
  return { id: path['entityId'] ?? '', type: query.get('type') };
}

function targetOf(exchange: Exchange): AttributeTarget {
  return { ...entityOf(exchange), attribute: exchange.path['attrId'] ?? '' };
}

function bodyOf({ body }: Exchange): Json {
  return body ?? null;
}
