import {
  type BrokerResource,
  brokerResource,
  type NotifyAddress,
  notifyUrl,
} from '../commands/broker-resources.ts';
import type { CompiledRule } from './compiled-rule.ts';

/**
 * The Subscription that tells of the condition of a rule (clause 5.2.12): by an update of a watched Attribute, also to an equal value at
 * another time, while `q` holds. Undefined for rules that go by the clock alone.
 */
export function ruleSubscription(
  { name, when }: CompiledRule,
  tenant: string,
  address: NotifyAddress,
): BrokerResource | undefined {
  if (when === undefined) return undefined;
  const { selection, q, watched, links } = when;
  const uri = notifyUrl(address, tenant, `/rules/${encodeURIComponent(name)}`);
  const resource = brokerResource(
    'subscriptions',
    'Subscription',
    { tenant, entityType: selection.type },
    {
      description: `Condition of the rule ${name}, kept by the IoT agent`,
      entities: [{ ...selection }],
      watchedAttributes: watched,
      ...(q === undefined ? {} : { q }),
      notification: {
        attributes: [...new Set([...watched, ...links])],
        format: 'normalized',
        endpoint: { uri, accept: 'application/json' },
      },
    },
  );
  return { ...resource, rule: name };
}
