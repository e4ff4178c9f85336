import { badRequest } from '../../domain/errors.ts';
import { parseAttributeName } from '../../domain/parsing/parse-names.ts';
import type { Purge, PurgeEntities } from '../../services/purge-entities.ts';
import { readQuery, selectionParameters } from '../entity-parameters.ts';
import { listParameter } from '../parameters.ts';
import type { Exchange, Route } from '../route.ts';

/** The row of the route table for Purge Entities (clause 6.4.3.3). */
export function purgeRoutes(purgeEntities: PurgeEntities): readonly Route[] {
  return [
    {
      method: 'DELETE',
      path: '/entities',
      clause: '6.4.3.3',
      // The table has geometryProperty too, which is about answers in GeoJSON: there is nothing that it could say here.
      parameters: [...selectionParameters, 'attrs', 'keep', 'drop', 'local', 'geometryProperty'],
      consumes: [],
      handle: async (exchange) => {
        await purgeEntities(readQuery(exchange), readPurge(exchange), exchange);
        return { status: 204 };
      },
    },
  ];
}

function readPurge({ query, context }: Exchange): Purge {
  const keep = listParameter(query, 'keep');
  const drop = listParameter(query, 'drop');
  if (keep !== undefined && drop !== undefined) {
    throw badRequest('keep and drop exclude each other: name what stays, or what goes.');
  }
  const names = keep ?? drop;
  if (names === undefined) return { kind: 'entities' };
  const attributes = new Set(names.map((name) => parseAttributeName(name, context)));
  return { kind: keep === undefined ? 'drop' : 'keep', attributes };
}
