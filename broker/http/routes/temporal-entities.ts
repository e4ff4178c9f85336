import type { TemporalEntityService } from '../../services/temporal-entities.ts';
import { locationOf } from '../location.ts';
import type { Exchange, Reply, Route } from '../route.ts';
import { partOf, type RangeUnit } from '../temporal-pages.ts';
import { readTemporalView, temporalViewParameters } from '../temporal-parameters.ts';
import type { UnfinishedRoute } from './unfinished.ts';

const collection = '/temporal/entities';
const member = `${collection}/{entityId}`;
const jsonBodies = ['application/json', 'application/ld+json'] as const;

/** Rows of clauses 6.18 to 6.22 and 6.24 that are still to come. */
export const unfinishedTemporalRows: readonly UnfinishedRoute[] = [
  ['GET', collection, '6.18.3.2'],
  ['DELETE', member, '6.19.3.2'],
  ['DELETE', `${member}/attrs/{attrId}`, '6.21.3.1'],
  ['PATCH', `${member}/attrs/{attrId}/{instanceId}`, '6.22.3.1'],
  ['DELETE', `${member}/attrs/{attrId}/{instanceId}`, '6.22.3.2'],
  ['POST', '/temporal/entityOperations/query', '6.24.3.1'],
];

/** Rows of the route table for Temporal Evolutions of Entities (clauses 6.18 to 6.20). */
export function temporalEntityRoutes(service: TemporalEntityService, rangeUnit: RangeUnit): readonly Route[] {
  return [
    {
      method: 'POST',
      path: collection,
      clause: '6.18.3.1',
      parameters: ['local'],
      consumes: jsonBodies,
      createsTenant: true,
      handle: (exchange) => upsert(service, exchange),
    },
    {
      method: 'GET',
      path: member,
      clause: '6.19.3.1',
      parameters: [...temporalViewParameters, 'local'],
      consumes: [],
      handle: async (exchange) => {
        const view = readTemporalView(exchange);
        const { body, range } = await service.retrieveTemporalEntity(idOf(exchange), view, exchange);
        return { ...partOf(range, rangeUnit), body, context: exchange.context, newestOnly: true };
      },
    },
    {
      method: 'POST',
      path: `${member}/attrs`,
      clause: '6.20.3.1',
      parameters: ['local'],
      consumes: jsonBodies,
      handle: async (exchange) => {
        await service.addAttributes(idOf(exchange), exchange.body ?? null, exchange);
        return { status: 204 };
      },
    },
  ];
}

async function upsert(service: TemporalEntityService, exchange: Exchange): Promise<Reply> {
  const { id, isNew } = await service.upsertTemporalEntity(exchange.body ?? null, exchange);
  return isNew ? { status: 201, headers: { Location: locationOf(collection, id) } } : { status: 204 };
}

function idOf({ path }: Exchange): string {
  return path['entityId'] ?? '';
}
