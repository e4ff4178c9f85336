import {
  type EntityQueryParameters,
  parseEntityQuery,
  requireNarrowQuery,
} from '../../domain/query/parse-entity-query.ts';
import { parseTemporalQueryDocument } from '../../domain/query/parse-temporal-query-document.ts';
import type { EntityQuery } from '../../domain/query/query.ts';
import type { TemporalEntityService } from '../../services/temporal-entities.ts';
import type { TemporalView } from '../../services/temporal-view.ts';
import { readLocal, selectionParameters, textsOf } from '../entity-parameters.ts';
import { locationOf } from '../location.ts';
import { pageHeaders, readPage } from '../pages.ts';
import type { Exchange, Reply, Route } from '../route.ts';
import { partOf, shareLinks, type TemporalPages, withLinks } from '../temporal-pages.ts';
import {
  idOrderOf,
  intervalOf,
  readTemporalView,
  requireInterval,
  temporalFormatParameters,
  temporalViewOf,
  temporalViewParameters,
} from '../temporal-parameters.ts';
import { withWarning } from '../temporal-warning.ts';

const collection = '/temporal/entities';
const member = `${collection}/{entityId}`;
const queryPath = '/temporal/entityOperations/query';
const pageParameters = ['limit', 'offset', 'count', 'local'];
const orderParameters = ['orderBy', 'collation'] as const;

/** Rows of the route table by which Temporal Evolutions of Entities are read (clauses 6.18, 6.19, 6.24). */
export function temporalEntityRoutes(service: TemporalEntityService, pages: TemporalPages): readonly Route[] {
  const formatParameters = temporalFormatParameters(pages);
  return [
    {
      method: 'GET',
      path: collection,
      clause: '6.18.3.2',
      parameters: [
        ...selectionParameters,
        ...temporalViewParameters,
        ...formatParameters,
        ...orderParameters,
        ...pageParameters,
      ],
      consumes: [],
      handle: (exchange) => query(service, pages, exchange),
    },
    {
      method: 'GET',
      path: member,
      clause: '6.19.3.1',
      parameters: [...temporalViewParameters, ...formatParameters, 'local'],
      consumes: [],
      handle: (exchange) => retrieve(service, pages, exchange),
    },
    {
      method: 'POST',
      path: queryPath,
      clause: '6.24.3.1',
      parameters: [...formatParameters, ...pageParameters],
      consumes: ['application/json', 'application/ld+json'],
      handle: (exchange) => queryByPost(service, pages, exchange),
    },
  ];
}

async function retrieve(
  service: TemporalEntityService,
  pages: TemporalPages,
  exchange: Exchange,
): Promise<Reply> {
  const id = exchange.path['entityId'] ?? '';
  const view = readTemporalView(exchange, pages);
  const shown = await service.retrieveTemporalEntity(id, view, exchange);
  const { status, headers } = partOf(shown, pages.unit);
  const links = shareLinks(locationOf(collection, id), exchange, shown.share);
  return {
    status,
    body: shown.body,
    context: exchange.context,
    headers: withWarning(withLinks(headers, links), shown.gaps),
  };
}

async function query(
  service: TemporalEntityService,
  pages: TemporalPages,
  exchange: Exchange,
): Promise<Reply> {
  requireInterval(intervalOf(exchange));
  const parameters: EntityQueryParameters = textsOf(exchange.query, [...selectionParameters, 'attrs']);
  const asked: Asked = {
    path: `/ngsi-ld/v1${collection}`,
    query: parseEntityQuery({ ...parameters, hasScopes: true }, exchange.context),
    view: readTemporalView(exchange, pages),
    order: idOrderOf(exchange, textsOf(exchange.query, orderParameters)),
    links: 'byName',
  };
  return answer(service, pages, exchange, asked);
}

async function queryByPost(
  service: TemporalEntityService,
  pages: TemporalPages,
  exchange: Exchange,
): Promise<Reply> {
  const document = parseTemporalQueryDocument(exchange.body ?? null, exchange.context);
  requireInterval(document.interval);
  const asked: Asked = {
    path: `/ngsi-ld/v1${queryPath}`,
    query: document.query,
    view: temporalViewOf(exchange, document, pages),
    order: idOrderOf(exchange, document.ordering),
    links: 'asked',
  };
  return answer(service, pages, exchange, asked);
}

interface Asked {
  readonly path: string;
  readonly query: EntityQuery;
  readonly view: TemporalView;
  readonly order: ReturnType<typeof idOrderOf>;
  /** In which order the parameters of links stand. */
  readonly links: 'byName' | 'asked';
}

async function answer(
  service: TemporalEntityService,
  pages: TemporalPages,
  exchange: Exchange,
  { path, query: selection, view, order, links }: Asked,
): Promise<Reply> {
  requireNarrowQuery(selection, readLocal(exchange.query));
  const page = readPage(exchange.query);
  const shown = await service.queryTemporalEntities(selection, { ...page, order }, view, exchange);
  const { body, count, share, gaps } = shown;
  const { status, headers } = partOf(shown, pages.unit);
  const pageLinks = pageHeaders(path, exchange, page, count, { order: links });
  return {
    status,
    body,
    context: exchange.context,
    headers: withWarning(withLinks({ ...headers, ...pageLinks }, shareLinks(path, exchange, share)), gaps),
  };
}
