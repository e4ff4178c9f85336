import type { Entity, Json, Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { followsLinks, withoutLinks } from '../domain/query/attribute-query.ts';
import { compileQuery } from '../domain/query/matches.ts';
import type { EntityQuery } from '../domain/query/query.ts';
import { headersFromRequest } from '../domain/subscription/request-headers.ts';
import type { Subscription } from '../domain/subscription/subscription.ts';
import { type SubscriptionDocument, toSubscription } from '../domain/subscription/subscription-document.ts';
import { endpointKey } from './endpoint-key.ts';

/** A Subscription and what is worked out once from it. */
export interface CompiledSubscription {
  readonly subscription: Subscription;
  /**
   * True when the Entity meets `entities`, `q`, `geoQ` and `scopeQ` at that moment, as far as it alone can tell. Never
   * throws.
   */
  readonly matches: (entity: Entity, now: Micros) => boolean;
  /** What the Entity has to meet besides, there where `q` follows Relationships: judged when a notification is made. */
  readonly linkedQuery?: EntityQuery;
  /** What answers fast or slowly, or not at all: see `endpointKey`. */
  readonly endpoint: string;
  /** Lower-case names of headers that its notifications copy from the request. */
  readonly copiedHeaders: readonly string[];
  /** The @context for its notifications, as a reference: jsonldContext, else that of the request that created it. */
  readonly contextReference: Json;
}

/** Makes a stored Subscription ready to be matched and notified. @throws when it is not one that this version can read */
export function compileSubscription(document: SubscriptionDocument): CompiledSubscription {
  const subscription = toSubscription(document);
  const { entities, q, geoQ, scopeQ } = subscription;
  const predicate = compileQuery({
    ...(entities && { selectors: entities }),
    ...(q && { q: withoutLinks(q) }),
    ...(geoQ && { geoQ }),
    ...(scopeQ && { scopeQ }),
  });
  return {
    subscription,
    matches: neverThrowing((entity, now) => predicate(entity, { now })),
    ...(q && followsLinks(q) && { linkedQuery: { q } }),
    endpoint: endpointKey(subscription.notification.endpoint),
    copiedHeaders: headersFromRequest(subscription.notification.endpoint.receiverInfo),
    contextReference: subscription.jsonldContext ?? document.contextReference,
  };
}

/** What takes too long to be judged counts as met: to tell too much loses nothing, and the write must not fail. */
function neverThrowing(matches: CompiledSubscription['matches']): CompiledSubscription['matches'] {
  return (entity, now) => {
    try {
      return matches(entity, now);
    } catch (error) {
      if (error instanceof NgsiLdError && error.type === 'TooComplexQuery') return true;
      throw error;
    }
  };
}
