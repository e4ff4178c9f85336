import { parseTemporalQuery } from '../domain/query/temporal-query.ts';
import { parseLanguagePreferences } from '../domain/representation/language.ts';
import { parseDatasetIds, parseProjection } from '../domain/representation/projection.ts';
import type { TemporalForm } from '../domain/representation/temporal.ts';
import type { TemporalView } from '../services/temporal-entities.ts';
import { projectionParameters, textsOf } from './entity-parameters.ts';
import { integerParameter, optionsParameter, unsupportedFormat } from './parameters.ts';
import type { Exchange } from './route.ts';

const intervalParameters = ['timerel', 'timeAt', 'endTimeAt', 'timeproperty'] as const;

/** What an answer shows of Temporal Evolutions (table 6.19.3.1-1). */
export const temporalViewParameters = [
  ...projectionParameters,
  ...intervalParameters,
  ...(['lastN', 'format', 'options'] as const),
] as const;

/** How a GET wants Temporal Evolutions. @throws NgsiLdError BadRequestData, InvalidRequest for an unknown option or format */
export function readTemporalView({ query, context }: Exchange): TemporalView {
  const { lang, datasetId, ...names } = textsOf(query, projectionParameters);
  const options = optionsParameter(query, ['temporalValues', 'sysAttrs']);
  return {
    query: parseTemporalQuery(textsOf(query, intervalParameters)),
    form: readForm(query, options),
    sysAttrs: options.has('sysAttrs'),
    ...(query.has('lastN') && { lastN: integerParameter(query, 'lastN', { minimum: 1, fallback: 1 }) }),
    ...(Object.keys(names).length > 0 && { projection: parseProjection(names, context) }),
    ...(datasetId !== undefined && { datasetIds: parseDatasetIds(datasetId) }),
    ...(lang !== undefined && { lang: parseLanguagePreferences(lang) }),
  };
}

/** `format` wins over `options` (clause 6.3.12). */
function readForm(query: Exchange['query'], options: ReadonlySet<string>): TemporalForm {
  const format = query.get('format');
  if (format === undefined) return options.has('temporalValues') ? 'temporalValues' : 'normalized';
  if (format === 'temporalValues' || format === 'normalized') return format;
  throw unsupportedFormat(format, 'it is none of temporalValues, normalized');
}
