import { requireLanguageTag } from '../domain/attribute-values.ts';
import { requireDateTime } from '../domain/date-time.ts';
import { badRequest, NgsiLdError } from '../domain/errors.ts';
import { onceForEach } from '../domain/once-for-each.ts';
import { parseAttributeName } from '../domain/parsing/parse-names.ts';
import type { EntityOrder } from '../domain/query/order-by.ts';
import {
  type EntityQueryParameters,
  parseEntityQuery,
  requireNarrowQuery,
} from '../domain/query/parse-entity-query.ts';
import { type OrderParameters, parseOrder } from '../domain/query/parse-order-by.ts';
import type { QueryDocument } from '../domain/query/parse-query-document.ts';
import type { EntityQuery } from '../domain/query/query.ts';
import { NEWEST_MINOR } from '../domain/representation/conformance.ts';
import type { Form } from '../domain/representation/forms.ts';
import { type Join, parseJoin } from '../domain/representation/join.ts';
import { parseLanguagePreferences } from '../domain/representation/language.ts';
import { parseDatasetIds, parseProjection } from '../domain/representation/projection.ts';
import type { Context } from '../jsonld/context.ts';
import type { MergeParameters } from '../services/entities.ts';
import { Amendment, type EntityView } from '../services/entity-view.ts';
import {
  booleanParameter,
  integerParameter,
  listParameter,
  optionsParameter,
  unsupportedFormat,
} from './parameters.ts';
import { preferencesOf } from './preferences.ts';
import type { Exchange } from './route.ts';

/** How Entities are to be represented: what the URL alone can say (clauses 6.3.7, 6.3.11, 6.3.15). */
export const formatParameters = ['format', 'options', 'geometryProperty'] as const;
/** What is to be shown of Entities: parameters that a Query body has as members (clauses 4.5.5, 4.15, 4.21). */
export const projectionParameters = ['attrs', 'pick', 'omit', 'lang', 'datasetId'] as const;
/** With which Linked Entities (clause 4.5.23): parameters that a Query body has as members as well. */
export const joinParameters = ['join', 'joinLevel', 'containedBy'] as const;
/** Which Entities are meant (table 6.4.3.2-1). */
export const selectionParameters = [
  ...([
    'id',
    'type',
    'idPattern',
    'q',
    'scopeQ',
    'georel',
    'geometry',
    'coordinates',
    'geoproperty',
  ] as const),
  ...(['csf', 'expandValues', 'jsonKeys'] as const),
] as const;

/** In which order Entities are given (clause 4.23). */
export const orderParameters = ['orderBy', 'collation', 'orderFrom', 'orderGeometry'] as const;

/** Projection parameters as they stand in a URL or a Query. */
type ProjectionInput = QueryDocument['projection'];

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['normalized', 'normalized'],
  ['concise', 'concise'],
  ['simplified', 'simplified'],
  ['keyValues', 'simplified'],
]);
const viewOptions = ['normalized', 'concise', 'simplified', 'keyValues', 'sysAttrs'] as const;

/** How the answer to a GET shows Entities. @throws NgsiLdError BadRequestData, InvalidRequest for an unknown option or format */
export function readView(exchange: Exchange): EntityView {
  return viewOf(exchange, textsOf(exchange.query, projectionParameters), readJoin(exchange.query));
}

/** As `readView`, where neither the projection nor join stands in the URL. */
export function viewOf(
  { query, context, accept, headers }: Exchange,
  given: ProjectionInput,
  join: Join | undefined,
): EntityView {
  const { lang, datasetId, ...names } = given;
  const isGeoJson = accept === 'application/geo+json';
  const geometryProperty = query.get('geometryProperty');
  if (geometryProperty !== undefined && !isGeoJson) {
    throw badRequest('geometryProperty is for GeoJSON only: ask with Accept: application/geo+json.');
  }
  const options = optionsParameter(query, viewOptions);
  const { minor = NEWEST_MINOR } = preferencesOf(headers['prefer']);
  return {
    isGeoJson,
    form: readForm(query, options),
    sysAttrs: options.has('sysAttrs'),
    ...(Object.keys(names).length > 0 && { projection: parseProjection(names, context, join?.level) }),
    ...(join !== undefined && { join }),
    ...(datasetId !== undefined && { datasetIds: parseDatasetIds(datasetId) }),
    ...(lang !== undefined && { lang: parseLanguagePreferences(lang) }),
    ...(geometryProperty !== undefined && {
      geometryProperty: parseAttributeName(geometryProperty, context),
    }),
    ...(minor < NEWEST_MINOR && { amendment: new Amendment(minor) }),
  };
}

/** The status of an answer with Entities: 203 when an older version of the standard changed them (clause 6.3.6). */
export function statusOf({ amendment }: EntityView): 200 | 203 {
  return amendment?.isNeeded ? 203 : 200;
}

/** `format` wins over `options`, where the first keyword counts. */
function readForm(query: Exchange['query'], options: ReadonlySet<string>): Form {
  const format = query.get('format');
  if (format === undefined) {
    for (const option of options) {
      const form = forms.get(option);
      if (form !== undefined) return form;
    }
    return 'normalized';
  }
  const form = forms.get(format);
  if (form !== undefined) return form;
  throw unsupportedFormat(format, `it is none of ${[...forms.keys()].join(', ')}`);
}

/** Which Entities a GET asks for. @throws NgsiLdError BadRequestData, also when it is too wide; TooComplexQuery */
export function readQuery({ query, context }: Exchange): EntityQuery {
  return queriesIn(context)(query);
}

/** The same parameters in the same @context are the same query. */
const queriesIn = onceForEach((context: Context) =>
  onceForEach((query: Exchange['query']): EntityQuery => {
    const parameters: EntityQueryParameters = textsOf(query, [...selectionParameters, 'attrs']);
    const parsed = parseEntityQuery({ joinLevel: readJoin(query)?.level, ...parameters }, context);
    requireNarrowQuery(parsed, readLocal(query));
    return parsed;
  }),
);

/** The order that a GET asks for; undefined for that of creation. @throws NgsiLdError BadRequestData, TooComplexQuery */
export function readOrder(exchange: Exchange): EntityOrder | undefined {
  return orderOf(exchange, textsOf(exchange.query, orderParameters));
}

/**
 * As `readOrder`, where the order does not stand in the URL. What is asked of other brokers too has no order
 * (clause 5.7.2.4); without `local` nothing is, as long as no Context Source is registered.
 */
export function orderOf({ query, context }: Exchange, parameters: OrderParameters): EntityOrder | undefined {
  const order = parseOrder(parameters, context);
  if (order === undefined || readLocal(query) !== false) return order;
  throw badRequest('orderBy is for local scope only: leave out local=false.');
}

/** @throws NgsiLdError BadRequestData, TooComplexQuery for a joinLevel that is too high */
function readJoin(query: Exchange['query']): Join | undefined {
  if (!joinParameters.some((name) => query.has(name))) return undefined;
  const { join } = textsOf(query, ['join']);
  const joinLevel = integerParameter(query, 'joinLevel', { minimum: 1, fallback: 1 });
  return parseJoin({ join, joinLevel, containedBy: listParameter(query, 'containedBy') });
}

/** The parameter `local`; undefined when it is absent. */
export function readLocal(query: Exchange['query']): boolean | undefined {
  return query.has('local') ? booleanParameter(query, 'local') : undefined;
}

/** The parameters of a merge (table 6.5.3.4-1). @throws NgsiLdError BadRequestData, InvalidRequest */
export function readMergeParameters(query: Exchange['query']): MergeParameters {
  const lang = query.get('lang');
  const observedAt = query.get('observedAt');
  return {
    isSimplified: isSimplifiedInput(query),
    ...(lang !== undefined && { lang: requireLanguageTag(lang, 'lang') }),
    ...(observedAt !== undefined && {
      observedAt: requireDateTime(observedAt, 'observedAt'),
    }),
  };
}

function isSimplifiedInput(query: Exchange['query']): boolean {
  const options = optionsParameter(query, ['simplified', 'keyValues']);
  const format = query.get('format');
  if (format === undefined) return options.size > 0;
  if (format === 'simplified' || format === 'keyValues') return true;
  throw unsupportedFormat(format, 'what is merged is normalized without it, or simplified');
}

/** One of the words that `options` may have in an operation; the fallback when it has none. */
export function optionWord<Word extends string>(
  query: Exchange['query'],
  words: readonly Word[],
  fallback: Word,
): Word {
  const [first = fallback, second] = optionsParameter(query, words);
  if (second === undefined) return first;
  throw new NgsiLdError('InvalidRequest', `options has both ${first} and ${second}: give one of them.`);
}

/** The parameters that are there, of those named. */
export function textsOf<Name extends string>(
  query: Exchange['query'],
  names: readonly Name[],
): { readonly [Key in Name]?: string } {
  const texts: { [Key in Name]?: string } = {};
  for (const name of names) {
    const text = query.get(name);
    if (text !== undefined) texts[name] = text;
  }
  return texts;
}
