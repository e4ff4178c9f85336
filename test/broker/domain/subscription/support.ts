import type { JsonObject } from '../../../../broker/domain/entity.ts';
import type { Subscription } from '../../../../broker/domain/subscription/subscription.ts';
import { readMembers, toSubscription } from '../../../../broker/domain/subscription/subscription-document.ts';
import type { Vocabulary } from '../../../../broker/domain/vocabulary.ts';
import { core } from '../support.ts';

/** The least that a client has to send. */
export const least: JsonObject = {
  type: 'Subscription',
  entities: [{ type: 'Room' }],
  notification: { endpoint: { uri: 'http://receiver.example/notify' } },
};

/** The least with other members, ready for use. */
export function subscribed(members: JsonObject = {}, vocabulary: Vocabulary = core): Subscription {
  const body = { ...least, ...members };
  return toSubscription({ id: 'urn:ngsi-ld:Subscription:1', members: readMembers(body, vocabulary) });
}

/** The notification member of the least, with other parameters. */
export function notifying(parameters: JsonObject): JsonObject {
  return { notification: { ...(least['notification'] as JsonObject), ...parameters } };
}

/** With other members of the endpoint. */
export function endpoint(members: JsonObject): JsonObject {
  return { notification: { endpoint: { uri: 'http://receiver.example/notify', ...members } } };
}
