import type { Json } from '../../domain/entity.ts';
import type { DiscoveryService } from '../../services/discovery.ts';
import { booleanParameter } from '../parameters.ts';
import type { Exchange, Route } from '../route.ts';

/** Rows of the route table for Entity Types and Attributes (clauses 6.25 to 6.28). */
export function discoveryRoutes(service: DiscoveryService): readonly Route[] {
  return [
    row('/types', '6.25.3.1', ['details', 'local'], (exchange) =>
      isDetailed(exchange)
        ? service.retrieveEntityTypeDetails(exchange)
        : service.retrieveEntityTypes(exchange),
    ),
    row('/types/{type}', '6.26.3.1', ['local'], (exchange) =>
      service.retrieveEntityTypeInfo(exchange.path['type'] ?? '', exchange),
    ),
    row('/attributes', '6.27.3.1', ['details', 'local'], (exchange) =>
      isDetailed(exchange)
        ? service.retrieveAttributeDetails(exchange)
        : service.retrieveAttributes(exchange),
    ),
    row('/attributes/{attrId}', '6.28.3.1', ['local'], (exchange) =>
      service.retrieveAttributeInfo(exchange.path['attrId'] ?? '', exchange),
    ),
  ];
}

function row(
  path: string,
  clause: string,
  parameters: readonly string[],
  answer: (exchange: Exchange) => Promise<Json>,
): Route {
  return {
    method: 'GET',
    path,
    clause,
    parameters,
    consumes: [],
    handle: async (exchange) => ({ status: 200, body: await answer(exchange), context: exchange.context }),
  };
}

function isDetailed({ query }: Exchange): boolean {
  return booleanParameter(query, 'details');
}
