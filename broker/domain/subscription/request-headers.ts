import type { KeyValuePair } from './subscription.ts';

/** As the value of a pair of `receiverInfo`: that of the header with this name in the request that notifies. */
export const FROM_REQUEST = 'urn:ngsi-ld:request';

/** Headers, lower-case names, by which who writes logs in, or is found: a subscriber is told neither. */
const PERSONAL =
  /^(?:forwarded|via|x-forwarded-.*|x-real-ip|x-client-.*|.*(?:authorization|authenticate|cookie|api-?key|token|secret|password|credential|session|assertion|certificate|-cert|userinfo).*)$/;

/** Headers that tell of the request's own body and answer; on a notification they would be wrong. */
const OF_THE_MESSAGE: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'content-encoding',
  'content-type',
  'if-match',
  'if-none-match',
]);

/** True for a header whose value a Subscription may have copied from the requests that notify it. */
export function mayBeCopied(name: string): boolean {
  const lower = name.toLowerCase();
  return !PERSONAL.test(lower) && !OF_THE_MESSAGE.has(lower);
}

/** Lower-case names of the headers that `receiverInfo` wants from the request. */
export function headersFromRequest(receiverInfo: readonly KeyValuePair[]): readonly string[] {
  return receiverInfo.filter(({ value }) => value === FROM_REQUEST).map(({ key }) => key.toLowerCase());
}
