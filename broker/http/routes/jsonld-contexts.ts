import { badRequest } from '../../domain/errors.ts';
import { type ContextKind, contextKinds } from '../../services/context-records.ts';
import type { JsonldContextService } from '../../services/jsonld-contexts.ts';
import { locationOf } from '../location.ts';
import { pageHeaders, readPage } from '../pages.ts';
import { booleanParameter } from '../parameters.ts';
import type { Exchange, Reply, Route } from '../route.ts';

const PATH = '/jsonldContexts';

/** Rows of the route table for stored @contexts (clauses 6.29 and 6.30). */
export function jsonldContextRoutes(service: JsonldContextService): readonly Route[] {
  return [...collectionRoutes(service), ...memberRoutes(service)];
}

const common = { holdsContexts: true } as const;

function collectionRoutes(service: JsonldContextService): readonly Route[] {
  return [
    {
      ...common,
      method: 'POST',
      path: PATH,
      clause: '6.29.3.1',
      parameters: [],
      consumes: ['application/json', 'application/ld+json'],
      handle: async ({ body, tenant }) => {
        const localId = await service.addContext(body ?? null, tenant);
        return { status: 201, headers: { Location: locationOf(PATH, localId) } };
      },
    },
    {
      ...common,
      method: 'GET',
      path: PATH,
      clause: '6.29.3.2',
      parameters: ['kind', 'details', 'limit', 'offset', 'count'],
      consumes: [],
      handle: (exchange) => list(service, exchange),
    },
  ];
}

function memberRoutes(service: JsonldContextService): readonly Route[] {
  const path = `${PATH}/{contextId}`;
  return [
    {
      ...common,
      method: 'GET',
      path,
      clause: '6.30.3.1',
      parameters: ['details'],
      consumes: [],
      handle: async (exchange) => {
        const { tenant, accept } = exchange;
        if (booleanParameter(exchange.query, 'details'))
          return { status: 200, body: await service.serveContextDetails(idOf(exchange), tenant) };
        const body = await service.serveContext(idOf(exchange), tenant);
        return { status: 200, body, headers: { 'Content-Type': accept } };
      },
    },
    {
      ...common,
      method: 'DELETE',
      path,
      clause: '6.30.3.2',
      parameters: ['reload'],
      consumes: [],
      handle: async (exchange) => {
        const { query, tenant } = exchange;
        if (booleanParameter(query, 'reload')) await service.reloadContext(idOf(exchange), tenant);
        else await service.deleteContext(idOf(exchange), tenant);
        return { status: 204 };
      },
    },
  ];
}

/** All of them unless a part is asked for: the clause has no pages here. */
async function list(service: JsonldContextService, exchange: Exchange): Promise<Reply> {
  const { query, tenant } = exchange;
  const kind = readKind(query);
  const page = readPage(query);
  const end = query.has('limit') ? page.offset + page.limit : undefined;
  const items = booleanParameter(query, 'details')
    ? await service.listContextDetails(kind, tenant)
    : await service.listContexts(kind, tenant);
  return {
    status: 200,
    body: items.slice(page.offset, end),
    headers: pageHeaders(
      `/ngsi-ld/v1${PATH}`,
      exchange,
      end === undefined ? { ...page, limit: 0 } : page,
      items.length,
    ),
  };
}

/** Clause 5.13.4.4 has another name for the kind ImplicitlyCreated. */
function readKind(query: Exchange['query']): ContextKind | undefined {
  const text = query.get('kind');
  if (text === undefined) return undefined;
  const kind =
    text === 'ImplicitlyGenerated' ? 'ImplicitlyCreated' : contextKinds.find((name) => name === text);
  if (kind !== undefined) return kind;
  throw badRequest(
    `The URL parameter kind is ${JSON.stringify(text)}: it must be one of ${contextKinds.join(', ')}.`,
  );
}

function idOf({ path }: Exchange): string {
  return path['contextId'] ?? '';
}
