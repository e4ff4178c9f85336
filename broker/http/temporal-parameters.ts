import { type AggregationParameters, parseAggregation } from '../domain/aggregation/aggregation-query.ts';
import { badRequest, NgsiLdError } from '../domain/errors.ts';
import type { OrderParameters } from '../domain/query/parse-order-by.ts';
import type { QueryDocument } from '../domain/query/parse-query-document.ts';
import { parseTemporalQuery, type TemporalQueryParameters } from '../domain/query/temporal-query.ts';
import { NEWEST_MINOR } from '../domain/representation/conformance.ts';
import { parseLanguagePreferences } from '../domain/representation/language.ts';
import { type Projection, parseDatasetIds, parseProjection } from '../domain/representation/projection.ts';
import { exportFormats } from '../services/history-export/formats.ts';
import type { IdOrder } from '../services/pages-of-histories.ts';
import type { InstanceShare, TemporalView } from '../services/temporal-view.ts';
import { orderOf, projectionParameters, textsOf } from './entity-parameters.ts';
import { integerParameter, optionsParameter, unsupportedFormat } from './parameters.ts';
import { preferencesOf } from './preferences.ts';
import type { Exchange } from './route.ts';
import { isInShares, type TemporalPages } from './temporal-pages.ts';

const intervalParameters = ['timerel', 'timeAt', 'endTimeAt', 'timeproperty'] as const;
/** What says that, and how, values are aggregated (clause 4.5.19.1). */
export const aggregationParameters = ['aggrMethods', 'aggrPeriodDuration'] as const;
const forms = ['temporalValues', 'aggregatedValues', 'normalized'] as const;
type Form = (typeof forms)[number];

/** How Temporal Evolutions are represented: what the URL alone can say (clauses 6.3.11, 6.3.12). */
export function temporalFormatParameters({ profile }: TemporalPages): readonly string[] {
  return ['format', 'options', ...(profile === '104' ? ['firstN', 'offsetN'] : [])];
}

/** What of Temporal Evolutions is shown: parameters that a Query has as members (table 6.19.3.1-1). */
export const temporalViewParameters: readonly string[] = [
  ...projectionParameters,
  ...intervalParameters,
  ...aggregationParameters,
  'lastN',
];

/** What a request says of the instances that it wants, wherever it stands. */
export interface TemporalInput {
  readonly interval: TemporalQueryParameters;
  readonly lastN?: number | undefined;
  readonly aggregation: AggregationParameters;
  readonly projection: QueryDocument['projection'];
}

/**
 * How a GET wants Temporal Evolutions.
 * @throws NgsiLdError BadRequestData, InvalidRequest for an unknown option or format
 */
export function readTemporalView(exchange: Exchange, pages: TemporalPages): TemporalView {
  const { query } = exchange;
  const input: TemporalInput = {
    interval: textsOf(query, intervalParameters),
    lastN: positive(query, 'lastN'),
    aggregation: textsOf(query, aggregationParameters),
    projection: textsOf(query, projectionParameters),
  };
  return temporalViewOf(exchange, input, pages);
}

/** As `readTemporalView`, where the URL tells the form alone. */
export function temporalViewOf(
  exchange: Exchange,
  { interval, lastN, aggregation, projection }: TemporalInput,
  pages: TemporalPages,
): TemporalView {
  const { query, context } = exchange;
  const { lang, datasetId, ...names } = projection;
  const options = optionsParameter(query, ['temporalValues', 'aggregatedValues', 'sysAttrs']);
  const aggregated = parseAggregation(aggregation);
  const { minor = NEWEST_MINOR } = preferencesOf(exchange.headers['prefer']);
  const form = readForm(query, options) ?? (aggregated === undefined ? 'normalized' : 'aggregatedValues');
  if (form === 'aggregatedValues' && aggregated === undefined) {
    throw badRequest('aggregatedValues needs aggrMethods: name methods such as avg,max (clause 4.5.19.1).');
  }
  return {
    query: parseTemporalQuery(interval),
    form: form === 'temporalValues' ? form : 'normalized',
    sysAttrs: options.has('sysAttrs'),
    ...(form === 'aggregatedValues' && aggregated !== undefined && { aggregation: aggregated }),
    ...amountOf(exchange, lastN, form, pages),
    ...(Object.keys(names).length > 0 && { projection: byPick(parseProjection(names, context)) }),
    ...(datasetId !== undefined && { datasetIds: parseDatasetIds(datasetId) }),
    ...(lang !== undefined && { lang: parseLanguagePreferences(lang) }),
    ...(minor < NEWEST_MINOR && { minor }),
  };
}

/** attrs is a pick that has id and type always, and the scopes where it names them (table 6.18.3.2-1, annex C.5.16.2). */
function byPick({ attrs, ...rest }: Projection): Projection {
  return attrs === undefined ? rest : { pick: new Set(['id', 'type', ...attrs]) };
}

/** A query has to say what time it is about (clause 5.7.4.4). @throws NgsiLdError BadRequestData */
export function requireInterval({ timerel }: TemporalQueryParameters): void {
  if (timerel !== undefined) return;
  throw badRequest('The temporal query is missing: add timerel=before, after or between, and timeAt.');
}

/** The interval that a GET names. */
export function intervalOf({ query }: Exchange): TemporalQueryParameters {
  return textsOf(query, intervalParameters);
}

/**
 * The order that is asked for: of ids alone, and in local scope (clause 5.7.4.4).
 * @throws NgsiLdError BadRequestData
 */
export function idOrderOf(exchange: Exchange, parameters: OrderParameters): IdOrder | undefined {
  const order = orderOf(exchange, parameters);
  if (order === undefined) return undefined;
  const { terms, collation } = order;
  const [term] = terms;
  if (term === undefined || terms.some(({ subject }) => subject.kind !== 'id')) {
    throw badRequest(
      'orderBy of Temporal Evolutions is "id" alone, or "id;desc": leave out everything else.',
    );
  }
  return { direction: term.direction, collation };
}

/** How many instances: up to lastN of each Attribute in parts of time ranges, or a share. */
function amountOf(
  exchange: Exchange,
  lastN: number | undefined,
  form: Form,
  pages: TemporalPages,
): Pick<TemporalView, 'lastN' | 'share'> {
  if (form !== 'aggregatedValues' && isInShares(pages, exchange))
    return { share: readShare(exchange, lastN) };
  refuseShares(exchange.query);
  return lastN === undefined ? {} : { lastN };
}

/** firstN and offsetN are known of no version 1.n of the standard, and periods of aggregates are told by times. */
function refuseShares(query: Exchange['query']): void {
  const given = ['firstN', 'offsetN'].find((name) => query.has(name));
  if (given === undefined) return;
  throw badRequest(
    `${given} counts instances, without aggregatedValues and without Prefer: ngsi-ld=1.n: leave it out, and say which by timerel and timeAt.`,
  );
}

function readShare({ query }: Exchange, lastN: number | undefined): InstanceShare {
  const firstN = positive(query, 'firstN');
  if (firstN !== undefined && lastN !== undefined)
    throw badRequest('firstN and lastN count from either end: give one of them.');
  const most = firstN ?? lastN;
  return {
    start: lastN === undefined ? 'first' : 'last',
    offset: integerParameter(query, 'offsetN', { minimum: 0, fallback: 0 }),
    ...(most !== undefined && { most }),
  };
}

function positive(query: Exchange['query'], name: string): number | undefined {
  return query.has(name) ? integerParameter(query, name, { minimum: 1, fallback: 1 }) : undefined;
}

/** `format` wins over `options`, which may have one form alone (clause 6.3.12). */
function readForm(query: Exchange['query'], options: ReadonlySet<string>): Form | undefined {
  const given = forms.filter((form) => options.has(form));
  if (given.length > 1) {
    throw new NgsiLdError('InvalidRequest', `options has both ${given.join(' and ')}: give one of them.`);
  }
  const format = query.get('format');
  if (format === undefined) return given[0];
  const form = forms.find((name) => name === format);
  if (form !== undefined) return form;
  const elsewhere = exportFormats.some((name) => name === format) ? '; GET /temporal/export has it' : '';
  throw unsupportedFormat(format, `it is none of ${forms.join(', ')}${elsewhere}`);
}
