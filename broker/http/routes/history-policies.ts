import type { JsonObject } from '../../domain/entity.ts';
import type { HistoryPolicyService, NamedPolicy } from '../../services/retention/history-policies.ts';
import type { Exchange, Route } from '../route.ts';

const collection = '/history-policies';
const member = `${collection}/{policyName}`;
/** Not the standard's: operators need it (docs/history.md). */
const ours = { clause: 'none', parameters: [], consumes: [], plainJson: true } as const;

/** Rows of the route table of operators, below /admin: how long history is kept. Names are those of the @context. */
export function historyPolicyRoutes(service: HistoryPolicyService): readonly Route[] {
  return [
    {
      ...ours,
      method: 'GET',
      path: collection,
      handle: async (exchange) => ({
        status: 200,
        body: (await service.list(exchange.tenant)).map((policy) => present(policy, exchange)),
      }),
    },
    {
      ...ours,
      method: 'GET',
      path: member,
      handle: async (exchange) => ({
        status: 200,
        body: present(await service.retrieve(exchange.tenant, nameOf(exchange)), exchange),
      }),
    },
    {
      ...ours,
      method: 'PUT',
      path: member,
      consumes: ['application/json', 'application/ld+json'],
      handle: async (exchange) => {
        const { tenant, body, context } = exchange;
        return { status: (await service.put(tenant, nameOf(exchange), body, context)) ? 201 : 204 };
      },
    },
    {
      ...ours,
      method: 'DELETE',
      path: member,
      handle: async (exchange) => {
        await service.remove(exchange.tenant, nameOf(exchange));
        return { status: 204 };
      },
    },
  ];
}

function present({ type, attribute, ...rest }: NamedPolicy, { context }: Exchange): JsonObject {
  return {
    ...rest,
    ...(type !== undefined && { type: context.compact(type) }),
    ...(attribute !== undefined && { attribute: context.compact(attribute) }),
  };
}

function nameOf({ path }: Exchange): string {
  return path['policyName'] ?? '';
}
