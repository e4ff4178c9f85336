import { requireNarrowQuery } from '../../domain/query/parse-entity-query.ts';
import { parseQueryDocument } from '../../domain/query/parse-query-document.ts';
import type { Contexts } from '../../jsonld/context.ts';
import type { BatchResult } from '../../services/batch.ts';
import type { EntityOperationService } from '../../services/entity-operations.ts';
import type { EntityQueryService } from '../../services/query-entities.ts';
import { batchOf, readElements } from '../batch-elements.ts';
import { formatParameters, optionWord, orderOf, readLocal, statusOf, viewOf } from '../entity-parameters.ts';
import { pageHeaders, readPage } from '../pages.ts';
import { optionsParameter } from '../parameters.ts';
import { problemDetails } from '../problem-details.ts';
import type { Exchange, Reply, Route } from '../route.ts';

const root = '/entityOperations';
const jsonBodies = ['application/json', 'application/ld+json'] as const;

/** Rows of the route table for batch operations (clauses 6.14 to 6.17, 6.31) and the query by POST (6.23). */
export function entityOperationRoutes(
  operations: EntityOperationService,
  queries: EntityQueryService,
  contexts: Contexts,
): readonly Route[] {
  return [
    ...creatingRoutes(operations, contexts),
    ...changingRoutes(operations, contexts),
    {
      method: 'POST',
      path: `${root}/query`,
      clause: '6.23.3.1',
      parameters: [...formatParameters, 'limit', 'offset', 'count', 'local'],
      consumes: jsonBodies,
      geoJson: true,
      handle: (exchange) => query(queries, exchange),
    },
  ];
}

function creatingRoutes(operations: EntityOperationService, contexts: Contexts): readonly Route[] {
  return [
    {
      method: 'POST',
      path: `${root}/create`,
      clause: '6.14.3.1',
      parameters: ['local'],
      consumes: jsonBodies,
      createsTenant: true,
      handle: async (exchange) => {
        const elements = await readElements(contexts, exchange);
        return creationReply(await operations.createEntities(elements, exchange));
      },
    },
    {
      method: 'POST',
      path: `${root}/upsert`,
      clause: '6.15.3.1',
      parameters: ['options', 'local'],
      consumes: jsonBodies,
      createsTenant: true,
      handle: async (exchange) => {
        const mode = optionWord(exchange.query, ['replace', 'update'], 'replace');
        const elements = await readElements(contexts, exchange);
        return creationReply(await operations.upsertEntities(elements, mode, exchange));
      },
    },
  ];
}

function changingRoutes(operations: EntityOperationService, contexts: Contexts): readonly Route[] {
  return [
    {
      method: 'POST',
      path: `${root}/update`,
      clause: '6.16.3.1',
      parameters: ['options', 'local'],
      consumes: jsonBodies,
      handle: async (exchange) => {
        const noOverwrite = optionsParameter(exchange.query, ['noOverwrite']).has('noOverwrite');
        const elements = await readElements(contexts, exchange);
        return changeReply(await operations.updateEntities(elements, { noOverwrite }, exchange));
      },
    },
    {
      method: 'POST',
      path: `${root}/merge`,
      clause: '6.31.3.1',
      parameters: ['local'],
      consumes: jsonBodies,
      handle: async (exchange) => {
        const elements = await readElements(contexts, exchange);
        return changeReply(await operations.mergeEntities(elements, exchange));
      },
    },
    {
      method: 'POST',
      path: `${root}/delete`,
      clause: '6.17.3.1',
      parameters: ['local'],
      consumes: jsonBodies,
      handle: async (exchange) => changeReply(await operations.deleteEntities(batchOf(exchange), exchange)),
    },
  ];
}

/** The ids of what was created; without any, nothing. */
function creationReply(result: BatchResult): Reply {
  if (result.errors.length > 0) return partialReply(result);
  return result.created.length > 0 ? { status: 201, body: result.created } : { status: 204 };
}

function changeReply(result: BatchResult): Reply {
  return result.errors.length > 0 ? partialReply(result) : { status: 204 };
}

/** A BatchOperationResult (clause 5.2.16), also when everything failed. */
function partialReply({ success, errors }: BatchResult): Reply {
  const details = errors.map(({ entityId, error }) => ({ entityId, error: problemDetails(error) }));
  return { status: 207, body: { success, errors: details } };
}

async function query(queries: EntityQueryService, exchange: Exchange): Promise<Reply> {
  const page = readPage(exchange.query);
  const document = parseQueryDocument(exchange.body ?? null, exchange.context);
  const { query: parsed, projection, ordering, join } = document;
  requireNarrowQuery(parsed, readLocal(exchange.query));
  const view = viewOf(exchange, projection, join);
  const { body, count } = await queries.queryEntities(
    parsed,
    { ...page, order: orderOf(exchange, ordering) },
    view,
    exchange,
  );
  const headers = pageHeaders(`/ngsi-ld/v1${root}/query`, exchange, page, count);
  return { status: statusOf(view), body, context: exchange.context, headers };
}
