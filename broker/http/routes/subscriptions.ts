import type { Json } from '../../domain/entity.ts';
import type { SubscriptionService, SubscriptionView } from '../../services/subscriptions.ts';
import { locationOf } from '../location.ts';
import { pageHeaders, readPage } from '../pages.ts';
import { optionsParameter } from '../parameters.ts';
import type { Exchange, Reply, Route } from '../route.ts';

const PATH = '/subscriptions';
const ROOT = `/ngsi-ld/v1${PATH}`;

/** Rows of the route table for Subscriptions (clauses 6.10 and 6.11). */
export function subscriptionRoutes(service: SubscriptionService): readonly Route[] {
  return [...collectionRoutes(service), ...memberRoutes(service)];
}

function collectionRoutes(service: SubscriptionService): readonly Route[] {
  return [
    {
      method: 'POST',
      path: PATH,
      clause: '6.10.3.1',
      parameters: [],
      consumes: ['application/json', 'application/ld+json'],
      createsTenant: true,
      handle: async (exchange) => {
        const id = await service.createSubscription(bodyOf(exchange), exchange);
        return { status: 201, headers: { Location: locationOf(PATH, id) } };
      },
    },
    {
      method: 'GET',
      path: PATH,
      clause: '6.10.3.2',
      parameters: ['limit', 'offset', 'count', 'options'],
      consumes: [],
      handle: (exchange) => query(service, exchange),
    },
  ];
}

function memberRoutes(service: SubscriptionService): readonly Route[] {
  const path = `${PATH}/{subscriptionId}`;
  return [
    {
      method: 'GET',
      path,
      clause: '6.11.3.1',
      parameters: ['options'],
      consumes: [],
      handle: async (exchange) => {
        const body = await service.retrieveSubscription(idOf(exchange), viewOf(exchange));
        return { status: 200, body, context: exchange.context };
      },
    },
    {
      method: 'PATCH',
      path,
      clause: '6.11.3.2',
      parameters: [],
      consumes: ['application/json', 'application/ld+json', 'application/merge-patch+json'],
      handle: async (exchange) => {
        await service.updateSubscription(idOf(exchange), bodyOf(exchange), exchange);
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path,
      clause: '6.11.3.3',
      parameters: [],
      consumes: [],
      handle: async (exchange) => {
        await service.deleteSubscription(idOf(exchange), exchange.tenant);
        return { status: 204 };
      },
    },
  ];
}

async function query(service: SubscriptionService, exchange: Exchange): Promise<Reply> {
  const page = readPage(exchange.query);
  const { subscriptions, count } = await service.querySubscriptions(page, viewOf(exchange));
  return {
    status: 200,
    body: subscriptions,
    context: exchange.context,
    headers: pageHeaders(ROOT, exchange, page, count),
  };
}

function viewOf({ tenant, context, query: parameters }: Exchange): SubscriptionView {
  return { tenant, context, sysAttrs: optionsParameter(parameters, ['sysAttrs']).has('sysAttrs') };
}

function idOf({ path }: Exchange): string {
  return path['subscriptionId'] ?? '';
}

function bodyOf({ body }: Exchange): Json {
  return body ?? null;
}
