import type { Json, Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { parseJson } from '../domain/json-text.ts';
import type { Notifications } from '../notifications/start.ts';
import type { SubscriptionMirror } from '../notifications/subscription-mirror.ts';
import type { DeadLetter, DeadLetterName } from '../store/dead-letters.ts';
import type { StoredDelivery } from '../store/delivery.ts';
import type { Outbox } from '../store/outbox.ts';
import { type DeadLetterCursor, type DeadLetterKey, parseLetterId } from './dead-letter-tokens.ts';

export interface DeadLetterServiceParts {
  readonly outbox: Pick<Outbox, 'dead'>;
  readonly notifier: Pick<Notifications['notifier'], 'lookFor'>;
  readonly subscriptions: Pick<SubscriptionMirror, 'find'>;
  readonly toRequest: Notifications['toRequest'];
  readonly now: () => Micros;
}

/** Which dead letters of a tenant are meant: all that meet what is given. */
export interface DeadLetterFilter {
  readonly subscriptionId?: string;
  /** Those that died at this time or later. */
  readonly since?: Micros;
}

export interface DeadLetterList {
  /** By Subscription, those of each that died first at the beginning. */
  readonly letters: readonly DeadLetter[];
  /** Where it goes on; absent at the end. */
  readonly next?: DeadLetterCursor;
}

/** What operators do with notifications that did not reach their receivers. */
export interface DeadLetterService {
  list(
    tenant: string,
    filter: DeadLetterFilter,
    page: { readonly limit: number; readonly after?: DeadLetterCursor },
  ): Promise<DeadLetterList>;
  /**
   * One, with the body that its receiver would be sent now, where that can be made.
   * @throws ResourceNotFound
   */
  retrieve(
    tenant: string,
    id: string,
  ): Promise<{ readonly letter: DeadLetter; readonly notification?: Json }>;
  /** Has one delivered again; false when it is no dead letter any more. */
  replay(tenant: string, id: string): Promise<boolean>;
  /** Has all of them delivered again that died before the call; answers how many. What dies once more stays dead. */
  replayAll(tenant: string, filter: DeadLetterFilter): Promise<number>;
  /** Takes one away for good. @throws ResourceNotFound */
  drop(tenant: string, id: string): Promise<void>;
  /** Takes all of them away that died before the call; answers how many. */
  dropAll(tenant: string, filter: DeadLetterFilter): Promise<number>;
}

/** Dead letters that are worked on at a time, so that nobody waits for all of them. */
const PIECE = 200;

type Act = (tenant: string, subscriptionId: string, some: readonly DeadLetterName[]) => Promise<number>;

/** The service over the store and the notifier. */
export function createDeadLetterService(parts: DeadLetterServiceParts): DeadLetterService {
  const { dead } = parts.outbox;
  const replay: Act = async (tenant, subscriptionId, some) => {
    const count = await dead.replay(tenant, subscriptionId, some);
    if (count > 0) parts.notifier.lookFor({ tenant, subscriptionId });
    return count;
  };
  return {
    list: (tenant, filter, page) => list(parts, tenant, filter, page),
    retrieve: async (tenant, id) => {
      const letter = await find(parts, tenant, id);
      if (letter === undefined) throw notFound(id);
      const notification = await preview(parts, letter);
      return { letter, ...(notification !== undefined && { notification }) };
    },
    replay: async (tenant, id) => {
      const letter = await find(parts, tenant, id);
      return letter !== undefined && (await replay(tenant, letter.subscriptionId, [letter])) > 0;
    },
    replayAll: (tenant, filter) => inPieces(parts, tenant, filter, replay),
    drop: async (tenant, id) => {
      const letter = await find(parts, tenant, id);
      if (letter === undefined || (await dead.drop(tenant, letter.subscriptionId, [letter])) === 0)
        throw notFound(id);
    },
    dropAll: (tenant, filter) => inPieces(parts, tenant, filter, dead.drop),
  };
}

async function list(
  { outbox: { dead } }: DeadLetterServiceParts,
  tenant: string,
  { subscriptionId, since }: DeadLetterFilter,
  { limit, after }: { readonly limit: number; readonly after?: DeadLetterCursor },
): Promise<DeadLetterList> {
  // One more than asked for tells whether there is a next page.
  const letters: DeadLetter[] = [];
  let from = after;
  let owner = subscriptionId ?? from?.subscriptionId ?? (await dead.next(tenant));
  while (owner !== undefined && letters.length <= limit) {
    const page = { limit: limit + 1 - letters.length, ...(since !== undefined && { since }) };
    letters.push(...(await dead.list(tenant, owner, { ...page, ...(from && { after: from }) })));
    from = undefined;
    owner = subscriptionId === undefined ? await dead.next(tenant, owner) : undefined;
  }
  const shown = letters.slice(0, limit);
  const last = letters.length > limit ? shown.at(-1) : undefined;
  return { letters: shown, ...(last && { next: last }) };
}

async function inPieces(
  { outbox: { dead }, now }: DeadLetterServiceParts,
  tenant: string,
  { subscriptionId, since }: DeadLetterFilter,
  act: Act,
): Promise<number> {
  const begun = now();
  let count = 0;
  let owner = subscriptionId ?? (await dead.next(tenant));
  while (owner !== undefined) {
    let after: DeadLetter | undefined;
    do {
      const page = { limit: PIECE, ...(since !== undefined && { since }), ...(after && { after }) };
      const some = (await dead.list(tenant, owner, page)).filter(({ diedAt }) => diedAt <= begun);
      if (some.length > 0) count += await act(tenant, owner, some);
      after = some.at(-1);
    } while (after);
    owner = subscriptionId === undefined ? await dead.next(tenant, owner) : undefined;
  }
  return count;
}

async function find(
  { outbox }: DeadLetterServiceParts,
  tenant: string,
  id: string,
): Promise<(DeadLetter & StoredDelivery) | undefined> {
  const key: DeadLetterKey | undefined = parseLetterId(id);
  return key && outbox.dead.get(tenant, key.subscriptionId, key.order);
}

/** Undefined where there is nothing to show: the Subscription is gone or not usable, or its links lead too far. */
async function preview(
  { subscriptions, toRequest }: DeadLetterServiceParts,
  letter: StoredDelivery,
): Promise<Json | undefined> {
  try {
    const compiled = await subscriptions.find(letter.tenant, letter.subscriptionId);
    const request = compiled && (await toRequest(compiled, [letter]));
    return request && parseJson(request.body);
  } catch (error) {
    if (error instanceof NgsiLdError && error.type === 'Unavailable') throw error;
    return undefined;
  }
}

function notFound(id: string): NgsiLdError {
  return new NgsiLdError(
    'ResourceNotFound',
    `There is no dead letter ${id}: it was delivered, dropped, or forgotten by age.`,
  );
}
