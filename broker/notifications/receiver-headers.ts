import { FROM_REQUEST } from '../domain/subscription/request-headers.ts';
import type { Endpoint, KeyValuePair } from '../domain/subscription/subscription.ts';
import type { StoredDelivery } from '../store/delivery.ts';

/**
 * What goes with a notification beside its body: headers over HTTP (clause 6.3.8), metadata over MQTT (table 7.2-2).
 * `contextUrl` is that of an @context that is not in the body.
 */
export function receiverHeaders(
  { accept, receiverInfo, uri, mqtt }: Endpoint,
  {
    tenant,
    correlationId,
    requestHeaders = [],
  }: Pick<StoredDelivery, 'tenant' | 'correlationId' | 'requestHeaders'>,
  contextUrl: string | undefined,
): Readonly<Record<string, string>> {
  const headers = new Map<string, KeyValuePair>();
  const add = (key: string, value: string): void => {
    // The subscriber knows best what the receiver wants: their value holds, under the name that is there.
    const name = mqtt === undefined ? key.toLowerCase() : key;
    headers.set(name, { key: headers.get(name)?.key ?? key, value });
  };
  add('Content-Type', accept);
  if (contextUrl !== undefined)
    add('Link', `<${contextUrl}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`);
  if (tenant !== '') add('NGSILD-Tenant', tenant);
  if (correlationId !== undefined) add('X-Correlation-Id', correlationId);
  const login = mqtt === undefined ? basicLogin(uri) : undefined;
  if (login !== undefined) add('Authorization', login);
  for (const { key, value } of receiverInfo) {
    const given = value === FROM_REQUEST ? copied(requestHeaders, key) : value;
    if (given !== undefined) add(key, given);
  }
  return Object.fromEntries([...headers.values()].map(({ key, value }) => [key, value]));
}

/** Nothing where the request had no such header, or where no request was: a notification at an interval of time. */
function copied(requestHeaders: readonly KeyValuePair[], key: string): string | undefined {
  return requestHeaders.find((header) => header.key === key.toLowerCase())?.value;
}

/** User and password of a web address, as its receiver is told them (RFC 7617). */
function basicLogin(uri: string): string | undefined {
  if (!uri.includes('@')) return undefined;
  const { username, password } = new URL(uri);
  if (username === '' && password === '') return undefined;
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(login).toString('base64')}`;
}
