import { type AggregationQuery, parseAggregation } from '../../domain/aggregation/aggregation-query.ts';
import { badRequest } from '../../domain/errors.ts';
import { parseAttributeName } from '../../domain/parsing/parse-names.ts';
import { parseEntityQuery, requireNarrowQuery } from '../../domain/query/parse-entity-query.ts';
import { parseTemporalQuery, type TemporalQuery } from '../../domain/query/temporal-query.ts';
import { LOCATION } from '../../domain/representation/feature.ts';
import { parseDatasetIds, parseProjection } from '../../domain/representation/projection.ts';
import type { ExportRequest, HistoryExportService } from '../../services/history-export/export-history.ts';
import type { SlotRefusal } from '../../services/history-export/export-slots.ts';
import { type ExportFormat, exportFormats } from '../../services/history-export/formats.ts';
import { exportShapes } from '../../services/history-export/rows.ts';
import { showsAttributes, type TemporalView, wantedAttributes } from '../../services/temporal-view.ts';
import { readLocal, selectionParameters, textsOf } from '../entity-parameters.ts';
import type { MediaType } from '../negotiation.ts';
import { unsupportedFormat } from '../parameters.ts';
import { bindingProblem } from '../problem-details.ts';
import type { Exchange, Reply, Route } from '../route.ts';
import { aggregationParameters, intervalOf } from '../temporal-parameters.ts';
import { withWarning } from '../temporal-warning.ts';

const intervalParameters = ['timerel', 'timeAt', 'endTimeAt', 'timeproperty'];
const namesParameters = ['attrs', 'pick', 'omit'] as const;

const mediaTypes: Readonly<Record<ExportFormat, MediaType>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  geojson: 'application/geo+json',
};

/** The row of the route table by which histories are exported, beyond the standard. */
export function historyExportRoutes(service: HistoryExportService): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/temporal/export',
      clause: 'Carillon',
      parameters: [
        ...selectionParameters,
        ...namesParameters,
        ...intervalParameters,
        ...aggregationParameters,
        ...['datasetId', 'geometryProperty', 'shape', 'format', 'local'],
      ],
      consumes: [],
      offers: Object.values(mediaTypes),
      handle: (exchange) => answer(service, exchange),
    },
  ];
}

async function answer(service: HistoryExportService, exchange: Exchange): Promise<Reply> {
  const request = readRequest(exchange);
  const begun = await service.exportHistory(request, exchange);
  if (typeof begun === 'string') return tooMany(begun);
  const { texts, gaps } = begun;
  const { format } = request;
  const charset = format === 'csv' ? '; charset=utf-8; header=present' : '';
  return {
    status: 200,
    stream: { contentType: mediaTypes[format] + charset, texts },
    headers: withWarning({ 'Content-Disposition': `attachment; filename="history.${format}"` }, gaps),
    context: exchange.context,
  };
}

const refusals: Readonly<Record<SlotRefusal, Reply>> = {
  process: bindingProblem(
    503,
    'Too many exports',
    'This process serves as many exports as it may (the setting EXPORT_LIMIT): try again later.',
  ),
  tenant: bindingProblem(
    429,
    'Too many exports of this tenant',
    'The exports of this tenant that run take its share of what this process serves (the setting EXPORT_LIMIT): let one end first.',
  ),
};

function tooMany(refusal: SlotRefusal): Reply {
  return { ...refusals[refusal], headers: { 'Retry-After': '30' } };
}

function readRequest(exchange: Exchange): ExportRequest {
  const { query, context } = exchange;
  const selection = parseEntityQuery(textsOf(query, [...selectionParameters, 'attrs']), context);
  requireNarrowQuery(selection, readLocal(query));
  const view = readView(exchange);
  if (!showsAttributes(view.projection))
    throw badRequest(
      'pick names no Attribute, and an export has nothing but instances of these: name some, or leave pick out.',
    );
  const shape = wordOf(query, 'shape', exportShapes) ?? 'long';
  const format = formatOf(exchange);
  const isOfValues = view.aggregation === undefined;
  if (shape === 'wide') requireColumns(view, isOfValues ? takenNames[format] : [], context);
  const geoproperty = query.get('geometryProperty');
  return {
    query: selection,
    view,
    shape,
    format,
    isOfAnyTime:
      isOfValues && intervalOf(exchange).timerel === undefined && query.get('timeproperty') === undefined,
    geoproperty: geoproperty === undefined ? LOCATION : parseAttributeName(geoproperty, context),
  };
}

/** Columns that an Attribute may be called like. Those of aggregated values have a method behind their names. */
const takenNames: Readonly<Record<ExportFormat, readonly string[]>> = {
  csv: ['entityId', 'lon', 'lat'],
  ndjson: [],
  geojson: ['entityId'],
};

/** @throws NgsiLdError BadRequestData where there are none, or two would have one name */
function requireColumns(
  { projection }: TemporalView,
  takenNames: readonly string[],
  context: Exchange['context'],
): void {
  const attributes = wantedAttributes(projection);
  if (attributes.length === 0)
    throw badRequest('shape=wide needs attrs, or pick: name the Attributes that are to be columns.');
  const taken = attributes
    .map((attribute) => context.compact(attribute))
    .find((name) => takenNames.includes(name));
  if (taken === undefined) return;
  throw badRequest(
    `shape=wide has a column ${taken} already: leave the Attribute ${taken} out, or take shape=long or format=ndjson.`,
  );
}

function readView(exchange: Exchange): TemporalView {
  const { query, context } = exchange;
  const names = textsOf(query, namesParameters);
  const datasetId = query.get('datasetId');
  const aggregation = parseAggregation(textsOf(query, aggregationParameters));
  return {
    query: readInterval(exchange, aggregation),
    form: 'normalized',
    sysAttrs: true,
    ...(aggregation !== undefined && { aggregation }),
    ...(Object.keys(names).length > 0 && { projection: parseProjection(names, context) }),
    ...(datasetId !== undefined && { datasetIds: parseDatasetIds(datasetId) }),
  };
}

/**
 * Where nothing is said of time, everything is meant: each instance was modified at some time. Aggregates are of when
 * it was observed, as in queries.
 */
function readInterval(exchange: Exchange, aggregation: AggregationQuery | undefined): TemporalQuery {
  const given = intervalOf(exchange);
  const timeproperty = aggregation === undefined ? 'modifiedAt' : 'observedAt';
  return parseTemporalQuery(given.timerel === undefined ? { timeproperty, ...given } : given);
}

/** `format` wins over Accept. */
function formatOf({ query, accept }: Exchange): ExportFormat {
  const given = query.get('format');
  const format = exportFormats.find((name) =>
    given === undefined ? mediaTypes[name] === accept : name === given,
  );
  if (format !== undefined) return format;
  throw unsupportedFormat(given ?? accept, `it is none of ${exportFormats.join(', ')}`);
}

function wordOf<Word extends string>(
  query: Exchange['query'],
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = query.get(name);
  const word = words.find((known) => known === text);
  if (text === undefined || word !== undefined) return word;
  throw badRequest(`The URL parameter ${name} is ${JSON.stringify(text)}: it may be ${words.join(' or ')}.`);
}
