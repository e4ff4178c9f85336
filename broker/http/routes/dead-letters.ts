import { formatDateTime, requireDateTime } from '../../domain/date-time.ts';
import type { JsonObject } from '../../domain/entity.ts';
import { badRequest, NgsiLdError } from '../../domain/errors.ts';
import { requireUri } from '../../domain/names.ts';
import {
  type DeadLetterCursor,
  parseCursor,
  toCursor,
  toLetterId,
} from '../../services/dead-letter-tokens.ts';
import type { DeadLetterFilter, DeadLetterService } from '../../services/dead-letters.ts';
import type { DeadLetter } from '../../store/dead-letters.ts';
import { integerParameter } from '../parameters.ts';
import type { Exchange, Reply, Route } from '../route.ts';

const PATH = '/dead-letters';
const FILTERS = ['subscriptionId', 'since'] as const;
const DEFAULT_LIMIT = 20;
const HIGHEST_LIMIT = 1000;
/** Not the standard's: operators need it (docs/subscriptions.md). */
const ours = { clause: 'none', consumes: [], plainJson: true } as const;

/** Rows of the route table of operators, below /admin: what did not reach its receiver, and what becomes of it. */
export function deadLetterRoutes(service: DeadLetterService): readonly Route[] {
  return [...manyRoutes(service), ...oneRoutes(service)];
}

function manyRoutes(service: DeadLetterService): readonly Route[] {
  return [
    {
      ...ours,
      method: 'GET',
      path: PATH,
      parameters: [...FILTERS, 'limit', 'cursor'],
      handle: (exchange) => list(service, exchange),
    },
    {
      ...ours,
      method: 'DELETE',
      path: PATH,
      parameters: FILTERS,
      handle: async (exchange) =>
        ok({ dropped: await service.dropAll(exchange.tenant, requireFilter(exchange)) }),
    },
    {
      ...ours,
      method: 'POST',
      path: `${PATH}/replay`,
      parameters: FILTERS,
      handle: async (exchange) =>
        ok({ replayed: await service.replayAll(exchange.tenant, requireFilter(exchange)) }),
    },
  ];
}

function oneRoutes(service: DeadLetterService): readonly Route[] {
  const path = `${PATH}/{deadLetterId}`;
  return [
    {
      ...ours,
      method: 'GET',
      path,
      parameters: [],
      handle: async (exchange) => {
        const { letter, notification } = await service.retrieve(exchange.tenant, idOf(exchange));
        return ok({ ...present(letter), ...(notification !== undefined && { notification }) });
      },
    },
    {
      ...ours,
      method: 'DELETE',
      path,
      parameters: [],
      handle: async (exchange) => {
        await service.drop(exchange.tenant, idOf(exchange));
        return { status: 204 };
      },
    },
    {
      ...ours,
      method: 'POST',
      path: `${path}/replay`,
      parameters: [],
      handle: async (exchange) =>
        ok({ replayed: (await service.replay(exchange.tenant, idOf(exchange))) ? 1 : 0 }),
    },
  ];
}

async function list(service: DeadLetterService, exchange: Exchange): Promise<Reply> {
  const { tenant, query } = exchange;
  const limit = limitOf(query);
  const after = cursorOf(query);
  const filter = filterOf(query);
  const { letters, next } = await service.list(tenant, filter, { limit, ...(after && { after }) });
  return {
    status: 200,
    body: letters.map(present),
    ...(next && { headers: { Link: `<${nextPage(query, next)}>; rel="next"; type="application/json"` } }),
  };
}

function nextPage(query: Exchange['query'], next: DeadLetterCursor): string {
  const parameters = new URLSearchParams([...new Map(query).set('cursor', toCursor(next))]);
  return `/admin${PATH}?${parameters}`;
}

function present(letter: DeadLetter): JsonObject {
  const { subscriptionId, entityId, at, diedAt, attempts, lastError, correlationId } = letter;
  return {
    id: toLetterId(letter),
    subscriptionId,
    entityId,
    notifiedAt: formatDateTime(at),
    diedAt: formatDateTime(diedAt),
    attempts,
    lastError,
    ...(correlationId !== undefined && { correlationId }),
  };
}

function filterOf(query: Exchange['query']): DeadLetterFilter {
  const subscriptionId = query.get('subscriptionId');
  const since = query.get('since');
  return {
    ...(subscriptionId !== undefined && { subscriptionId: requireUri(subscriptionId, 'subscriptionId') }),
    ...(since !== undefined && { since: requireDateTime(since, 'The URL parameter since') }),
  };
}

/** A forgotten parameter must not mean all that there is. */
function requireFilter({ query }: Exchange): DeadLetterFilter {
  if (FILTERS.some((name) => query.has(name))) return filterOf(query);
  throw badRequest(
    'Which dead letters are meant? Give the URL parameter subscriptionId, or since; since=1970-01-01T00:00:00Z means all of the tenant.',
  );
}

function limitOf(query: Exchange['query']): number {
  const limit = integerParameter(query, 'limit', { minimum: 1, fallback: DEFAULT_LIMIT });
  if (limit <= HIGHEST_LIMIT) return limit;
  throw new NgsiLdError(
    'TooManyResults',
    `The URL parameter limit is ${limit}: at most ${HIGHEST_LIMIT} dead letters are given at once.`,
  );
}

function cursorOf(query: Exchange['query']): DeadLetterCursor | undefined {
  const text = query.get('cursor');
  if (text === undefined) return undefined;
  const cursor = parseCursor(text);
  const subscriptionId = query.get('subscriptionId') ?? cursor?.subscriptionId;
  if (cursor !== undefined && cursor.subscriptionId === subscriptionId) return cursor;
  throw badRequest('The URL parameter cursor is none of this list: take it from the Link header of a page.');
}

function idOf({ path }: Exchange): string {
  return path['deadLetterId'] ?? '';
}

function ok(body: JsonObject): Reply {
  return { status: 200, body };
}
