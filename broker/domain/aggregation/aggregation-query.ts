import { type Duration, parseDuration } from '../duration.ts';
import { badRequest } from '../errors.ts';
import { shown } from '../names.ts';
import { type AggregationMethod, METHODS } from './methods.ts';

/** Which aggregated values are asked for (clause 4.5.19.1). */
export interface AggregationQuery {
  /** At least one, each once. */
  readonly methods: readonly AggregationMethod[];
  /** How long a period is; absent for one that spans the whole time range. */
  readonly duration?: Duration;
}

/** The parameters as they stand in a URL, or as members of AggregationParams (clause 5.2.44). */
export interface AggregationParameters {
  /** Separated by commas, or each for itself. */
  readonly aggrMethods?: string | readonly string[];
  readonly aggrPeriodDuration?: string;
}

const names = Object.keys(METHODS) as readonly AggregationMethod[];

/**
 * The aggregation that parameters ask for; undefined without aggrMethods.
 * @throws NgsiLdError BadRequestData for an unknown method, what is no duration, or a duration alone.
 */
export function parseAggregation({
  aggrMethods,
  aggrPeriodDuration,
}: AggregationParameters): AggregationQuery | undefined {
  const duration = aggrPeriodDuration === undefined ? undefined : requireDuration(aggrPeriodDuration);
  if (aggrMethods === undefined) {
    if (duration === undefined) return undefined;
    throw badRequest('aggrPeriodDuration needs aggrMethods: name methods such as avg,max, or leave it out.');
  }
  const given = typeof aggrMethods === 'string' ? aggrMethods.split(',') : aggrMethods;
  const isWhole = duration === undefined || (duration.months === 0 && duration.micros === 0);
  return {
    methods: [...new Set(given.map((name) => requireMethod(name.trim())))],
    ...(!isWhole && { duration }),
  };
}

function requireMethod(name: string): AggregationMethod {
  const method = names.find((known) => known === name);
  if (method !== undefined) return method;
  const hint = name === 'count' ? ' (instances are counted by totalCount)' : '';
  throw badRequest(`aggrMethods has ${shown(name)}: it may have ${names.join(', ')}${hint}.`);
}

function requireDuration(text: string): Duration {
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  throw badRequest(
    `aggrPeriodDuration ${shown(text)} is no duration of ISO 8601: write PT1H, P1D, P2W or P1Y6M, up to ten thousand years; PT0S for the whole time range.`,
  );
}
