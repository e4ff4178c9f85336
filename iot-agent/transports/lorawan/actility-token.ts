import { createHash, timingSafeEqual } from 'node:crypto';
import { type Fields, fieldsOf, isObject } from '../envelope.ts';

/** The parameters that ThingPark signs, in the order in which it does. */
const signed = ['LrnDevEui', 'LrnFPort', 'LrnInfos', 'AS_ID', 'Time'];

/** What it signs of each report's content. */
const elements: ReadonlyMap<string, readonly string[]> = new Map([
  ['DevEUI_uplink', ['CustomerID', 'DevEUI', 'FPort', 'FCntUp', 'payload_hex']],
  ['DevEUI_downlink_Sent', ['CustomerID', 'DevEUI', 'FPort', 'FCntDn']],
]);
const elementsOfOthers = ['CustomerID', 'DevEUI'];

/**
 * Whether the `Token` among the parameters of a report's URL is ThingPark's: the SHA-256 of the content's elements, of
 * the parameters before it, and of the tunnel interface's authentication key.
 */
export function isActilityToken(
  message: unknown,
  parameter: (name: string) => string | undefined,
  key: string,
): boolean {
  const token = parameter('Token');
  if (token === undefined || !isObject(message)) return false;
  const contents = contentsOf(message);
  const parameters = parametersOf(parameter);
  return contents.some((content) =>
    keysOf(key).some((one) => isSame(token.toLowerCase(), sha256(`${content}${parameters}${one}`))),
  );
}

/** The `Token` of a request to ThingPark with these parameters. */
export function actilityToken(parameters: string, key: string): string {
  return sha256(`${parameters}${key}`);
}

function contentsOf(message: Fields): readonly string[] {
  const [member = ''] = Object.keys(message);
  const report = fieldsOf(message[member]);
  const names = elements.get(member) ?? elementsOfOthers;
  const asSent = names.map((name) => elementOf(name, report[name]));
  // Location reports are signed with the DevEUI in small letters, whatever the content has.
  const small = names.map((name, index) =>
    name === 'DevEUI' ? asSent[index]?.toLowerCase() : asSent[index],
  );
  return [asSent.join(''), small.join('')];
}

function elementOf(name: string, value: unknown): string {
  if (value === undefined || value === null) return name === 'FPort' ? '0' : '';
  return String(value);
}

function parametersOf(parameter: (name: string) => string | undefined): string {
  return signed
    .map((name) => [name, parameter(name)] as const)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** ThingPark hashes the key in small letters, some of its operators as it is written. */
function keysOf(key: string): readonly string[] {
  return [...new Set([key.toLowerCase(), key])];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
