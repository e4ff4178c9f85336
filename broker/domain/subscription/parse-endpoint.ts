import type { Json } from '../entity.ts';
import { objectOf, positiveOf, refuseUnknown, textOf, wordOf, wrong } from './checks.ts';
import { isMqttUri, parseMqttTarget } from './parse-mqtt-target.ts';
import { FROM_REQUEST, mayBeCopied } from './request-headers.ts';
import { STREAM_ENDPOINT } from './stream-endpoint.ts';
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
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The endpoint of a Subscription (clause 5.2.15, HTTP binding of clause 6, MQTT binding of clause 7).
 * @throws BadRequestData naming the member
 */
export function parseEndpoint(value: Json, member: string): Endpoint {
  const given = objectOf(value, member);
  refuseUnknown(given, MEMBERS, member);
  const { accept, cooldown, timeout } = given;
  const uri = textOf(given['uri'] ?? null, `${member}.uri`);
  const notifierInfo = pairsOf(given['notifierInfo'], `${member}.notifierInfo`);
  const receiverInfo = pairsOf(given['receiverInfo'], `${member}.receiverInfo`);
  const mqtt = isMqttUri(uri) ? parseMqttTarget(uri, notifierInfo, member) : undefined;
  if (mqtt === undefined && uri !== STREAM_ENDPOINT) checkHttpUri(uri, `${member}.uri`);
  for (const [index, pair] of receiverInfo.entries()) {
    const at = `${member}.receiverInfo[${index}]`;
    if (mqtt === undefined) checkHeader(pair, at);
    checkCopied(pair, at);
  }
  return {
    uri,
    accept: accept === undefined ? 'application/json' : wordOf(accept, MEDIA_TYPES, `${member}.accept`),
    receiverInfo,
    ...(mqtt !== undefined && { mqtt }),
    ...(cooldown !== undefined && { cooldown: positiveOf(cooldown, `${member}.cooldown`) }),
    ...(timeout !== undefined && { timeout: positiveOf(timeout, `${member}.timeout`) }),
  };
}

function checkHttpUri(text: string, member: string): void {
  if (!URL.canParse(text)) wrong(member, 'must be an absolute URI, such as http://receiver.example/notify');
  const { protocol, hostname, username, password } = new URL(text);
  if ((protocol !== 'http:' && protocol !== 'https:') || hostname === '')
    wrong(
      member,
      `must begin with http://, https://, mqtt:// or mqtts://, or be ${STREAM_ENDPOINT}: no binding delivers to "${protocol}"`,
    );
  if (!isPercentEncoded(username) || !isPercentEncoded(password))
    wrong(member, 'has a user or password that is not percent-encoded UTF-8: write % as %25');
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function pairsOf(value: Json | undefined, member: string): readonly KeyValuePair[] {
  if (value === undefined) return [];
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

function checkHeader({ key, value }: KeyValuePair, member: string): void {
  if (!HEADER_NAME.test(key)) wrong(`${member}.key`, 'must be the name of an HTTP header');
  if (FRAMING.has(key.toLowerCase()))
    wrong(`${member}.key`, `may not be ${key}: that header belongs to the connection`);
  if (!HEADER_VALUE.test(value)) wrong(`${member}.value`, 'must not hold line breaks or other controls');
}

function checkCopied({ key, value }: KeyValuePair, member: string): void {
  if (value === FROM_REQUEST && !mayBeCopied(key))
    wrong(
      `${member}.value`,
      `may not be "${FROM_REQUEST}" for ${key}, which is for this broker alone: give a value of the receiver's own`,
    );
}
