import { EnvelopeError, type Parsed, parseJson } from './envelope.ts';
import { parseMeasures, parseSingleValue } from './iot-agent-json.ts';
import { lorawanTopics } from './lorawan/lorawan-topics.ts';

/** A message as MQTT delivers it. */
interface MqttMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Microseconds since 1970. */
  readonly arrivedAt: number;
}

/** A form of topics that devices or their servers publish on. */
interface TopicForm {
  /** Names the sender in metrics. */
  readonly source: string;
  /** The MQTT topic filter; `+` stands for one level. */
  readonly filter: string;
  /** The first `+` stands for an apikey, which is a secret. */
  readonly hasApikey?: true;
  /** `wild`: the levels that the `+` of the filter stood for. */
  parse(wild: readonly string[], message: MqttMessage): Parsed;
}

/** FIWARE's agent takes its topics with and without the protocol, and with and without the first slash. */
const jsonPrefixes = ['/json/', 'json/', '/', ''];
const jsonForms = jsonPrefixes.map(
  (prefix): TopicForm => ({
    source: 'iot-agent-json',
    filter: `${prefix}+/+/attrs`,
    hasApikey: true,
    parse: parseGroup,
  }),
);
const jsonSingleForms = jsonPrefixes.map(
  (prefix): TopicForm => ({
    source: 'iot-agent-json',
    filter: `${prefix}+/+/attrs/+`,
    hasApikey: true,
    parse: parseSingle,
  }),
);

const lorawanForms = lorawanTopics.map(
  ({ source, filter, parse }): TopicForm => ({
    source,
    filter,
    parse: (wild, message) => parse(parseJson(textIn(message)), wild, message.arrivedAt),
  }),
);

/** Every form that the agent listens to. A topic belongs to the first that matches, whatever else it matches. */
const forms: readonly TopicForm[] = [...lorawanForms, ...jsonForms, ...jsonSingleForms];

/** The topic filters to subscribe to by default. */
export const topicFilters: readonly string[] = forms.map(({ filter }) => filter);

const compiled = forms.map((form) => {
  const levels = form.filter.split('/');
  return { form, levels, secretLevel: form.hasApikey ? levels.indexOf('+') : -1 };
});

/** The form that a topic has. */
interface RecognisedTopic {
  readonly source: string;
  /** The topic without secrets, fit for people to see. */
  readonly shown: string;
  parse(message: MqttMessage): Parsed;
}

/** Which sender's form a topic has, and how to read its messages; `undefined` when it is none of ours. */
export function topicForm(topic: string): RecognisedTopic | undefined {
  const levels = topic.split('/');
  for (const { form, levels: pattern, secretLevel } of compiled) {
    const wild = match(pattern, levels);
    if (!wild) continue;
    const shown = secretLevel === -1 ? topic : levels.with(secretLevel, '***').join('/');
    return { source: form.source, shown, parse: (message) => form.parse(wild, message) };
  }
  return undefined;
}

function match(pattern: readonly string[], levels: readonly string[]): readonly string[] | undefined {
  if (pattern.length !== levels.length) return undefined;
  const wild: string[] = [];
  for (const [index, level] of levels.entries()) {
    if (pattern[index] === '+') wild.push(level);
    else if (pattern[index] !== level) return undefined;
  }
  return wild;
}

function textIn({ payload }: MqttMessage): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
}

function parseGroup([apikey = '', deviceId = '']: readonly string[], message: MqttMessage): Parsed {
  const origin = originOf(apikey, deviceId, message);
  return { kind: 'incoming', incoming: parseMeasures(parseJson(textIn(message)), origin) };
}

function parseSingle(
  [apikey = '', deviceId = '', name = '']: readonly string[],
  message: MqttMessage,
): Parsed {
  const origin = originOf(apikey, deviceId, message);
  const values = Object.fromEntries([[name, parseSingleValue(message.payload)]]);
  return { kind: 'incoming', incoming: [{ kind: 'plain', ...origin, values }] };
}

function originOf(apikey: string, deviceId: string, { arrivedAt }: MqttMessage) {
  if (apikey === '' || deviceId === '') throw new EnvelopeError('the topic must name an apikey and a device');
  return { apikey, deviceId, observedAt: arrivedAt };
}
