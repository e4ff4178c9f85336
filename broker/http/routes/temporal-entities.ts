import type { TemporalEntityService } from '../../services/temporal-entities.ts';
import type { Exchange, Route } from '../route.ts';
import { partOf, type RangeUnit } from '../temporal-pages.ts';
import { readTemporalView, temporalViewParameters } from '../temporal-parameters.ts';
import type { UnfinishedRoute } from './unfinished.ts';

const collection = '/temporal/entities';
const member = `${collection}/{entityId}`;

/** Rows of clauses 6.18 and 6.24 that are still to come. */
export const unfinishedTemporalRows: readonly UnfinishedRoute[] = [
  ['GET', collection, '6.18.3.2'],
  ['POST', '/temporal/entityOperations/query', '6.24.3.1'],
];

/** Rows of the route table by which Temporal Evolutions of Entities are read (clause 6.19). */
export function temporalEntityRoutes(service: TemporalEntityService, rangeUnit: RangeUnit): readonly Route[] {
  return [
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
  ];
}

function idOf({ path }: Exchange): string {
  return path['entityId'] ?? '';
}
