import type { AggregationQuery } from '../domain/aggregation/aggregation-query.ts';
import type { TemporalQuery } from '../domain/query/temporal-query.ts';
import type { Projection } from '../domain/representation/projection.ts';
import type { TemporalOptions } from '../domain/representation/temporal.ts';
import type { HistoryQuery } from '../store/temporal-store.ts';

/** How many instances of each Attribute are given: the first ones, or the last. */
export interface InstanceShare {
  readonly start: 'first' | 'last';
  /** The most of each Attribute; absent for what fits. */
  readonly most?: number;
  /** So many before them are passed over. */
  readonly offset: number;
}

/** What of an evolution is asked for, and how it is shown. */
export interface TemporalView extends Omit<TemporalOptions, 'timeproperty'> {
  readonly query: TemporalQuery;
  readonly lastN?: number;
  /**
   * Set where parts are counted by instances of each Attribute, not by time (`firstN`, `lastN`, `offsetN`); lastN is
   * not, then.
   */
  readonly share?: InstanceShare;
  /** `@none` for the default instance. */
  readonly datasetIds?: ReadonlySet<string>;
  /** Set for aggregated values; the form does not matter then. */
  readonly aggregation?: AggregationQuery;
  /** The n of the older version 1.n of the standard that is preferred (clause 4.3.6.8); absent for the newest. */
  readonly minor?: number;
}

/** The instances that a view shows, of any Entity: changes of type are no Attribute. */
export function shownInstances({
  query,
  datasetIds,
  projection,
}: TemporalView): Omit<HistoryQuery, 'lastN' | 'limit'> {
  const wanted = wantedAttributes(projection);
  return {
    ...query,
    except: ['@type', ...historyNames(projection?.omit)],
    ...(wanted.length > 0 && { attributes: wanted }),
    ...(datasetIds !== undefined && {
      datasetIds: [...datasetIds].map((id) => (id === '@none' ? undefined : id)),
    }),
  };
}

/** Only what is picked by name, as the history has it; empty when that is none. */
export function wantedAttributes({ attrs, pick }: Projection = {}): readonly string[] {
  return historyNames(attrs ?? pick);
}

/** False where only members are picked that are no Attributes. */
export function showsAttributes(projection: Projection | undefined): boolean {
  return projection?.pick === undefined || wantedAttributes(projection).length > 0;
}

/** True where neither times nor names nor datasets leave anything out that the history has. */
export function wantsEverything({ query, datasetIds, projection }: TemporalView): boolean {
  const { from, to } = query;
  const isNamed = wantedAttributes(projection).length > 0 || historyNames(projection?.omit).length > 0;
  return from === undefined && to === undefined && datasetIds === undefined && !isNamed;
}

/** Those of the names under which the history keeps something. */
function historyNames(names: ReadonlySet<string> = new Set()): readonly string[] {
  return [...names]
    .map((name) => (name === 'scope' ? '@scope' : name))
    .filter((name) => name.includes(':') || name === '@scope');
}
