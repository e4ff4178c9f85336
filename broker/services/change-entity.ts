import type { Change } from '../domain/change/changes.ts';
import { withRecorded } from '../domain/change/recorded.ts';
import { type WrittenInstances, withUnchanged } from '../domain/change/unchanged.ts';
import type { Entity, Micros } from '../domain/entity.ts';
import { stateOf } from '../domain/entity-state.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { matchesTypes, type TypeSelection } from '../domain/query/type-selection.ts';
import type { Context } from '../jsonld/context.ts';
import type { CopyHeaders } from '../notifications/copied-headers.ts';
import type { Decision, Store } from '../store/store.ts';
import type { HistoryKeeping } from './history-switch/keeping.ts';

/** What every operation that writes Entities needs. */
export interface EntityWriterParts {
  readonly store: Pick<Store, 'of' | 'hasTenant' | 'createTenant'>;
  /** Ids of the Subscriptions that a change notifies. Synchronous, and never throws. */
  readonly match: (tenant: string, change: Change, now: Micros) => readonly string[];
  /** Which headers of the request those Subscriptions want in their notifications; none when not given. */
  readonly copyHeaders?: CopyHeaders;
  /** True when what is written and stays equal may notify somebody of the tenant. */
  readonly notifiesUnchanged?: (tenant: string) => boolean;
  /** What of changes goes into the history; all when not given. */
  readonly history?: HistoryKeeping;
}

/** Whose Entities, in which @context names are read and written, and how the request is followed through logs. */
export interface EntityScope {
  readonly tenant: string;
  readonly context: Context;
  readonly correlationId: string;
  /** Of the request, by lower-case name. */
  readonly headers?: Parameters<CopyHeaders>[2];
  /** What the client demands of the Entity that it changes. */
  readonly precondition?: Precondition | undefined;
}

/** What a change takes from the request that makes it. */
export type WriteScope = Pick<EntityScope, 'tenant' | 'correlationId' | 'headers'>;

/** Judges the state of an Entity: see `stateOf`. */
export type Precondition = (state: string) => boolean;

/** What an operation makes of the current Entity; without Change nothing is written. */
interface Outcome<Answer> {
  readonly answer: Answer;
  readonly change: Change | undefined;
  /** What it gives of Attributes; needed where that may leave some equal. */
  readonly written?: WrittenInstances;
}

type Decide<Current, Answer> = (current: Current, now: Micros) => Outcome<Answer>;

/**
 * Applies a pure function to an Entity, or to none, and commits the Change with the Subscriptions that it notifies.
 * @throws NgsiLdError what `decide` throws; EntityTooLarge, Unavailable.
 */
export function changeEntity<Answer>(
  parts: EntityWriterParts,
  scope: WriteScope,
  id: string,
  decide: Decide<Entity | undefined, Answer>,
): Promise<Answer> {
  return parts.store.of(scope.tenant).change(id, decisionBy(parts, scope, decide));
}

type DecideNow<Answer> = (current: Entity | undefined, now: Micros) => Decision<Answer>;

function decisionBy<Answer>(
  parts: EntityWriterParts,
  scope: WriteScope,
  decide: Decide<Entity | undefined, Answer>,
): DecideNow<Answer> {
  const { match, notifiesUnchanged } = parts;
  const { tenant, correlationId } = scope;
  return (current, now) => {
    const { answer, change: differing, written } = decide(current, now);
    const change =
      written !== undefined && current !== undefined && notifiesUnchanged?.(tenant)
        ? withUnchanged(differing, current, written, now)
        : differing;
    if (change === undefined) return { answer };
    const notify = match(tenant, change, now);
    if (differing === undefined && notify.length === 0) return { answer };
    const part = parts.history?.partOf(change) ?? {};
    return {
      answer,
      change: withRecorded(change, part.isHistory === undefined && part.endsOnly === undefined),
      notify,
      correlationId,
      ...part,
      ...copiedWith(parts, scope, notify),
    };
  };
}

/** What of the request goes into the change record. */
function copiedWith(
  { copyHeaders }: EntityWriterParts,
  { tenant, headers }: WriteScope,
  notify: readonly string[],
): Pick<Decision<unknown>, 'requestHeaders'> {
  const requestHeaders = headers && notify.length > 0 ? copyHeaders?.(tenant, notify, headers) : undefined;
  return requestHeaders === undefined ? {} : { requestHeaders };
}

/**
 * As `changeEntity`, for an Entity that has to exist and meet the precondition; no other write comes between.
 * @throws NgsiLdError ResourceNotFound and PreconditionFailed as well
 */
export function changeExisting<Answer>(
  parts: EntityWriterParts,
  scope: WriteScope & Pick<EntityScope, 'precondition'>,
  { id, types }: { readonly id: string; readonly types?: TypeSelection | undefined },
  decide: Decide<Entity, Answer>,
): Promise<Answer> {
  return changeEntity(parts, scope, id, (current, now) => {
    const entity = requireEntity(current, id, types);
    if (scope.precondition === undefined || scope.precondition(stateOf(entity, now)))
      return decide(entity, now);
    throw new NgsiLdError(
      'PreconditionFailed',
      `The Entity ${id} is not in a state that If-Match or If-None-Match allows: retrieve it for its ETag, and try again.`,
    );
  });
}

/**
 * The Entity, when there is one and it has the types that were asked for (the URL parameter `type`).
 * @throws NgsiLdError ResourceNotFound.
 */
export function requireEntity(
  entity: Entity | undefined,
  id: string,
  types: TypeSelection | undefined,
): Entity {
  if (entity === undefined) throw new NgsiLdError('ResourceNotFound', `There is no Entity ${id}.`);
  if (types === undefined || matchesTypes(types, entity.types)) return entity;
  throw new NgsiLdError(
    'ResourceNotFound',
    `The Entity ${id} has other types than those asked for: it is ${entity.types.join(', ')}.`,
  );
}
