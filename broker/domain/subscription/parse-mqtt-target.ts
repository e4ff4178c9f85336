import { wrong } from './checks.ts';
import type { KeyValuePair, MqttTarget } from './subscription.ts';

/** Says how the URI of an MQTT endpoint looks, for refusals. */
const FORM = 'mqtt[s]://[user[:password]@]host[:port]/topic[/subtopic]...';

//                   scheme        user            password            host (or [IPv6])                     port        topic
const MQTT_URI =
  /^(mqtts?):\/\/(?:([^:@/?#]*)(?::([^:@/?#]*))?@)?(\[[0-9a-f:.]+\]|[^:@/?#[\]\s]+)(?::(\d{1,5}))?(?:\/([^?#]*))?$/i;

const VERSIONS = ['mqtt3.1.1', 'mqtt5.0'] as const;
const QUALITIES = ['0', '1', '2'] as const;
// What MQTT has room for in front of a topic or a user name.
const MOST_BYTES = 65_535;

/** True for what is to be read by `parseMqttTarget`. */
export function isMqttUri(text: string): boolean {
  return /^mqtts?:/i.test(text);
}

/**
 * Where an endpoint's URI and its `notifierInfo` send notifications by MQTT (clause 7.2, table 7.2-1). User, password
 * and topic are percent-decoded. Keys of `notifierInfo` that the table does not have mean nothing.
 * @throws BadRequestData naming the member
 */
export function parseMqttTarget(
  uri: string,
  notifierInfo: readonly KeyValuePair[],
  member: string,
): MqttTarget {
  const parts = MQTT_URI.exec(uri);
  const at = `${member}.uri`;
  if (!parts)
    return wrong(at, `must have the form ${FORM}; write ? and # in a topic or password as %3F, %23`);
  const [, scheme = '', user, password, host = '', port, topic = ''] = parts;
  const isSecure = scheme.toLowerCase() === 'mqtts';
  const version = protocolParameter(notifierInfo, 'MQTT-Version', VERSIONS, 'mqtt5.0', member);
  return {
    isSecure,
    host: hostOf(host, at),
    port: portOf(port, isSecure ? 8883 : 1883, at),
    ...credentialsOf(user, password, at),
    topic: topicOf(topic, at),
    version,
    qos: Number(protocolParameter(notifierInfo, 'MQTT-QoS', QUALITIES, '0', member)) as MqttTarget['qos'],
  };
}

function protocolParameter<const Word extends string>(
  notifierInfo: readonly KeyValuePair[],
  key: string,
  words: readonly Word[],
  unlessGiven: Word,
  member: string,
): Word {
  const pair = notifierInfo.findLast((one) => one.key === key);
  if (pair === undefined) return unlessGiven;
  return (
    words.find((word) => word === pair.value) ??
    wrong(`${member}.notifierInfo`, `has the key ${key}, whose value must be one of ${words.join(', ')}`)
  );
}

/** As URLs of the web have it: in lower case and ASCII, and an IPv4 address in its one form. */
function hostOf(host: string, member: string): string {
  if (!URL.canParse(`http://${host}/`))
    return wrong(member, `has no valid host: it must have the form ${FORM}`);
  const { hostname } = new URL(`http://${host}/`);
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function portOf(port: string | undefined, unlessGiven: number, member: string): number {
  if (port === undefined) return unlessGiven;
  const number = Number(port);
  return number >= 1 && number <= 65_535
    ? number
    : wrong(member, 'has no valid port: one is from 1 to 65535');
}

function credentialsOf(
  user: string | undefined,
  password: string | undefined,
  member: string,
): Pick<MqttTarget, 'user' | 'password'> {
  if (user === undefined) return {};
  if (user === '')
    return wrong(member, 'has a password or an @ without a user, which no MQTT broker can log in');
  return {
    user: decoded(user, 'user', member),
    ...(password !== undefined && { password: decoded(password, 'password', member) }),
  };
}

function topicOf(text: string, member: string): string {
  if (text === '') return wrong(member, `has no topic to publish on: it must have the form ${FORM}`);
  const topic = decoded(text, 'topic', member);
  if (/[+#]/.test(topic))
    return wrong(member, 'has + or # in its topic: wildcards are for those who subscribe (MQTT 4.7.1)');
  return topic;
}

function decoded(text: string, what: string, member: string): string {
  const plain = percentDecoded(text);
  if (plain === undefined)
    return wrong(member, `has a ${what} that is not percent-encoded UTF-8: write % as %25`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: MQTT strings hold no controls (MQTT 1.5.4).
  if (/[\u0000-\u001f\u007f-\u009f]/.test(plain))
    return wrong(member, `has a control character in its ${what}`);
  // Three bytes hold any UTF-16 unit.
  if (plain.length * 3 > MOST_BYTES)
    return wrong(member, `has a ${what} of more than ${MOST_BYTES / 3} characters`);
  return plain;
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
