import type { JsonObject } from '../../../broker/domain/entity.ts';
import type { BrokerUnderTest } from '../http/broker-under-test.ts';
import { problemOf } from './answers.ts';
import { ID, PATH } from './one-room.ts';

/** The routes that are sent an Entity or a fragment of one, in an array where they are batches. */
export const writes = {
  create: ['post', '/entities'],
  batchCreate: ['post', '/entityOperations/create'],
  upsert: ['post', '/entityOperations/upsert'],
  upsertUpdate: ['post', '/entityOperations/upsert?options=update'],
  replace: ['put', PATH],
  append: ['post', `${PATH}/attrs`],
  noOverwrite: ['post', `${PATH}/attrs?options=noOverwrite`],
  batchUpdate: ['post', '/entityOperations/update'],
  update: ['patch', `${PATH}/attrs`],
  merge: ['patch', PATH],
  batchMerge: ['post', '/entityOperations/merge'],
} as const;
export type WriteName = keyof typeof writes;

/** Sends the members to a route and answers the type of the error, of the element in a batch; nothing when it was taken. */
export async function refusalOf(
  broker: Pick<BrokerUnderTest, 'api'>,
  name: WriteName,
  members: JsonObject,
): Promise<string | undefined> {
  const [method, path] = writes[name];
  const body = { id: ID, type: 'Room', ...members };
  const isBatch = path.startsWith('/entityOperations');
  const answer = await broker.api[method](path).send(isBatch ? [body] : body);
  if (answer.status < 207) return undefined;
  const type: string = answer.body.errors?.[0]?.error.type ?? problemOf(answer)[1];
  return type.split('/').at(-1);
}
