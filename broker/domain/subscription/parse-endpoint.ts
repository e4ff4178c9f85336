import type { Json } from '../entity.ts';
import { objectOf, positiveOf, refuseUnknown, textOf, wordOf, wrong } from './checks.ts';
import type { Endpoint, KeyValuePair, NotificationMediaType } from './subscription.ts';

const MEMBERS = new Set(['uri', 'accept', 'cooldown', 'timeout', 'receiverInfo', 'notifierInfo']);
const PAIR_MEMBERS = new Set(['key', 'value']);
const MEDIA_TYPES: readonly NotificationMediaType[] = [
  'application/json',
  'application/ld+json',
  'application/geo+json',
];
const MOST_PAIRS = 100;

// RFC 9110: what a header name is made of, and what its value may hold.
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that frame the message or belong to the connection: a client that set them could smuggle requests. */
const FRAMING = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The endpoint of a Subscription (clause 5.2.15, HTTP binding of clause 6). @throws BadRequestData naming the member. */
export function parseEndpoint(value: Json, member: string): Endpoint {
  const given = objectOf(value, member);
  refuseUnknown(given, MEMBERS, member);
  const { accept, cooldown, timeout, receiverInfo, notifierInfo } = given;
  if (notifierInfo !== undefined) pairsOf(notifierInfo, `${member}.notifierInfo`);
  return {
    uri: notificationUri(given['uri'] ?? null, `${member}.uri`),
    accept: accept === undefined ? 'application/json' : wordOf(accept, MEDIA_TYPES, `${member}.accept`),
    receiverInfo: receiverInfo === undefined ? [] : headersOf(receiverInfo, `${member}.receiverInfo`),
    ...(cooldown !== undefined && { cooldown: positiveOf(cooldown, `${member}.cooldown`) }),
    ...(timeout !== undefined && { timeout: positiveOf(timeout, `${member}.timeout`) }),
  };
}

function notificationUri(value: Json, member: string): string {
  const text = textOf(value, member);
  if (!URL.canParse(text))
    return wrong(member, 'must be an absolute URI, such as http://receiver.example/notify');
  const { protocol, hostname } = new URL(text);
  if ((protocol === 'http:' || protocol === 'https:') && hostname !== '') return text;
  return wrong(member, `must begin with http:// or https://: no binding delivers to "${protocol}"`);
}

function pairsOf(value: Json, member: string): readonly KeyValuePair[] {
  if (!Array.isArray(value)) return wrong(member, 'must be an array of {"key", "value"} pairs');
  if (value.length > MOST_PAIRS) return wrong(member, `may hold at most ${MOST_PAIRS} pairs`);
  return value.map((item: Json, index) => {
    const pair = objectOf(item, `${member}[${index}]`);
    refuseUnknown(pair, PAIR_MEMBERS, `${member}[${index}]`);
    const text = pair['value'];
    if (typeof text !== 'string') return wrong(`${member}[${index}].value`, 'must be a string');
    return { key: textOf(pair['key'] ?? null, `${member}[${index}].key`), value: text };
  });
}

function headersOf(value: Json, member: string): readonly KeyValuePair[] {
  return pairsOf(value, member).map((pair, index) => {
    const at = `${member}[${index}]`;
    if (!HEADER_NAME.test(pair.key)) return wrong(`${at}.key`, 'must be the name of an HTTP header');
    if (FRAMING.has(pair.key.toLowerCase()))
      return wrong(`${at}.key`, `may not be ${pair.key}: that header belongs to the connection`);
    if (!HEADER_VALUE.test(pair.value))
      return wrong(`${at}.value`, 'must not hold line breaks or other controls');
    return pair;
  });
}
