import type { JsonObject } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { requireUri } from '../domain/names.ts';
import type { TemporalQuery } from '../domain/query/temporal-query.ts';
import type { Projection } from '../domain/representation/projection.ts';
import { representTemporal, type TemporalOptions } from '../domain/representation/temporal.ts';
import { type TemporalRange, temporalRange } from '../domain/representation/temporal-range.ts';
import type { HistoryQuery, Store } from '../store/store.ts';
import type { ReadScope } from './query-entities.ts';

export interface TemporalEntityServiceParts {
  readonly store: Pick<Store, 'of'>;
  /** The most instances of Attributes in one answer. */
  readonly pageSize: number;
}

/** What of an evolution is asked for, and how it is shown. */
export interface TemporalView extends Omit<TemporalOptions, 'timeproperty'> {
  readonly query: TemporalQuery;
  readonly lastN?: number;
  /** `@none` for the default instance. */
  readonly datasetIds?: ReadonlySet<string>;
}

/** A Temporal Evolution as it is shown: all that was asked for, or the part of it in a time range (clause 6.3.10). */
export interface ShownEvolution {
  readonly body: JsonObject;
  readonly range?: TemporalRange;
}

/** The temporal operations of clause 5.7. */
export interface TemporalEntityService {
  /** @throws BadRequestData, ResourceNotFound, also when there is nothing of that time (clause 5.7.3) */
  retrieveTemporalEntity(id: string, view: TemporalView, scope: ReadScope): Promise<ShownEvolution>;
}

/** The service over the store. */
export function createTemporalEntityService(parts: TemporalEntityServiceParts): TemporalEntityService {
  return {
    retrieveTemporalEntity: (id, view, scope) => retrieve(parts, id, view, scope),
  };
}

async function retrieve(
  { store, pageSize }: TemporalEntityServiceParts,
  id: string,
  view: TemporalView,
  { tenant, context }: ReadScope,
): Promise<ShownEvolution> {
  requireUri(id, 'The Entity id');
  const { temporal } = store.of(tenant);
  const known = await temporal.getEntity(id);
  if (known === undefined) throw notFound(id);
  const page = await temporal.instances(id, historyQuery(view, pageSize));
  const { timeproperty } = view.query;
  const body = representTemporal({ ...known, ...page }, context, { ...view, timeproperty });
  if (body !== undefined) {
    const isPart = !page.isWhole && showsAttributes(view.projection);
    return isPart
      ? { body, range: temporalRange(page.instances.values(), view.query, view.lastN) }
      : { body };
  }
  throw new NgsiLdError(
    'ResourceNotFound',
    `The Temporal Evolution of ${id} has no ${timeproperty} in this interval, or none of the Attributes asked for.`,
  );
}

/** What the store can leave out already: changes of type, too, which are no Attribute. */
function historyQuery(
  { query, lastN, datasetIds, projection }: TemporalView,
  pageSize: number,
): HistoryQuery {
  const wanted = wantedAttributes(projection);
  const omitted = historyNames(projection?.omit);
  return {
    ...query,
    limit: pageSize,
    except: ['@type', ...omitted],
    ...(lastN !== undefined && { lastN }),
    ...(wanted.length > 0 && { attributes: wanted }),
    ...(datasetIds !== undefined && {
      datasetIds: [...datasetIds].map((id) => (id === '@none' ? undefined : id)),
    }),
  };
}

/** Only what is picked by name; empty when that is none. */
function wantedAttributes({ attrs, pick }: Projection = {}): readonly string[] {
  return historyNames(attrs ?? pick);
}

/** False where only members are picked that are no Attributes. */
function showsAttributes(projection: Projection | undefined): boolean {
  return projection?.pick === undefined || wantedAttributes(projection).length > 0;
}

/** Those of the names under which the history keeps something. */
function historyNames(names: ReadonlySet<string> = new Set()): readonly string[] {
  return [...names]
    .map((name) => (name === 'scope' ? '@scope' : name))
    .filter((name) => name.includes(':') || name === '@scope');
}

function notFound(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no Temporal Evolution of an Entity ${id}.`);
}
