import { BEFORE_ALL } from '../domain/date-time.ts';
import type { Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { matchesScopes, type ScopeQuery } from '../domain/query/scope-query.ts';
import { scopeValidity } from '../domain/query/scope-validity.ts';
import type { TemporalQuery } from '../domain/query/temporal-query.ts';
import type { HistoryInstance, HistoryQuery, TemporalStore } from '../store/temporal-store.ts';

/** What a scope query finds in the scopes that an Entity ever had (annex C.5.16). */
export interface ScopesRead {
  /** False when none of them matched at any time. */
  readonly isEver: boolean;
  /** Whether an instance is of a time that the query asks for; of scopes those are that match. */
  readonly meets: (instance: HistoryInstance) => boolean;
  /** The scopes that were valid already when the interval began, where they match. */
  readonly before?: HistoryInstance;
}

/** The most changes of scopes of an Entity that are looked at. */
const MOST_SCOPES = 10_000;

/**
 * Reads all scopes that an Entity ever had: what is valid in the interval may have been set before.
 * @throws NgsiLdError TooComplexQuery where they have changed too often
 */
export async function readScopes(
  temporal: Pick<TemporalStore, 'instances'>,
  id: string,
  scopeQ: ScopeQuery,
  query: TemporalQuery,
): Promise<ScopesRead> {
  const { from = BEFORE_ALL, timeproperty } = query;
  const history = (await scopeInstances(temporal, id))
    .map((instance) => ({ at: validFrom(instance, query), scopes: scopesIn(instance), instance }))
    .sort((one, other) => one.at - other.at);
  const { isEver, covers } = scopeValidity(scopeQ, history);
  const before = history.findLast(({ at }) => at <= from);
  const isWithin = (before?.instance[timeproperty] ?? BEFORE_ALL - 1) >= from;
  const isShown = before !== undefined && !isWithin && matchesScopes(scopeQ, before.scopes);
  return {
    isEver,
    meets: (instance) =>
      instance.attribute === '@scope'
        ? matchesScopes(scopeQ, scopesIn(instance))
        : covers(instance[timeproperty] ?? BEFORE_ALL),
    ...(isShown && { before: before.instance }),
  };
}

async function scopeInstances(
  temporal: Pick<TemporalStore, 'instances'>,
  id: string,
): Promise<readonly HistoryInstance[]> {
  const all: HistoryQuery = { timeproperty: 'modifiedAt', attributes: ['@scope'], limit: MOST_SCOPES };
  const { instances, isWhole } = await temporal.instances(id, all);
  if (isWhole) return instances.get('@scope') ?? [];
  throw new NgsiLdError(
    'TooComplexQuery',
    `The scopes of ${id} have changed more than ${MOST_SCOPES} times: leave out scopeQ, or this Entity.`,
  );
}

/** Scopes that were given without a time have always been there; all others since they were observed, or written. */
function validFrom(
  { observedAt, modifiedAt, deletedAt }: HistoryInstance,
  { timeproperty }: TemporalQuery,
): Micros {
  if (timeproperty !== 'observedAt') return modifiedAt;
  return observedAt ?? (deletedAt === undefined ? BEFORE_ALL : modifiedAt);
}

function scopesIn({ attributeInstance: { value } }: HistoryInstance): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [String(value)];
}
