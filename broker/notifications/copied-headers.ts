import type { KeyValuePair } from '../domain/subscription/subscription.ts';
import type { CompiledSubscription } from './compile-subscription.ts';

/**
 * The headers of a request that some of these Subscriptions want in their notifications (`urn:ngsi-ld:request` in
 * `receiverInfo`), lower-case names; `undefined` where there are none. Synchronous, in memory.
 */
export type CopyHeaders = (
  tenant: string,
  subscriptionIds: readonly string[],
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
) => readonly KeyValuePair[] | undefined;

interface Subscriptions {
  get(tenant: string, id: string): Pick<CompiledSubscription, 'copiedHeaders'> | undefined;
}

// What is copied is stored with every change: a longer value than anything sensible is left out.
const LONGEST_VALUE = 4096;

/** Copies for the Subscriptions as this process knows them. */
export function headerCopier(subscriptions: Subscriptions): CopyHeaders {
  return (tenant, subscriptionIds, headers) => {
    const wanted = subscriptionIds.flatMap((id) => subscriptions.get(tenant, id)?.copiedHeaders ?? []);
    if (wanted.length === 0) return undefined;
    const copied = [...new Set(wanted)].flatMap((key) => {
      const value = Object.hasOwn(headers, key) ? textOf(headers[key]) : undefined;
      return value === undefined ? [] : [{ key, value }];
    });
    return copied.length === 0 ? undefined : copied;
  };
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  const text = typeof value === 'string' ? value : value?.join(', ');
  return text === undefined || text.length > LONGEST_VALUE ? undefined : text;
}
