import { type Parsed, parseJson } from './envelope.ts';
import { lorawanTopics } from './lorawan/lorawan-topics.ts';
import { plainTopics } from './plain/plain-topics.ts';
import type { Protocol } from './plain/protocol.ts';
import { matchLevels } from './topic-levels.ts';

/** A message as MQTT delivers it. */
export interface MqttMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Microseconds since 1970. */
  readonly arrivedAt: number;
  /** What the group of the apikey says, where the topic does not. */
  readonly protocol?: Protocol | undefined;
}

/** A form of topics that devices or their servers publish on. */
interface TopicForm {
  /** Names the sender in metrics. */
  readonly source: string;
  /** The MQTT topic filter; `+` stands for one level. */
  readonly filter: string;
  /** The first `+` stands for an apikey, which is a secret. */
  readonly hasApikey?: true;
  /** Neither does the topic say the protocol. */
  readonly isBare?: boolean;
  /** `wild`: the levels that the `+` of the filter stood for. */
  parse(wild: readonly string[], message: MqttMessage): Parsed;
}

const plainForms = plainTopics.map(
  ({ protocol, filter, parse }): TopicForm => ({
    source: protocol ?? 'iot-agent-json',
    filter,
    hasApikey: true,
    isBare: protocol === undefined,
    parse: (wild, message) => parse(wild, message.payload, message.arrivedAt, message.protocol),
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
const forms: readonly TopicForm[] = [...lorawanForms, ...plainForms];

/** The topic filters to subscribe to by default. */
export const topicFilters: readonly string[] = forms.map(({ filter }) => filter);

const compiled = forms.map((form) => {
  const levels = form.filter.split('/');
  return { form, levels, secretLevel: form.hasApikey ? levels.indexOf('+') : -1 };
});

/** Forms by their number of levels, so that a topic is held against few of them. */
const byLength = new Map(
  compiled.map(({ levels: { length } }) => [
    length,
    compiled.filter(({ levels }) => levels.length === length),
  ]),
);

/** The form that a topic has. */
export interface RecognisedTopic {
  readonly source: string;
  /** The topic without secrets, fit for people to see. */
  readonly shown: string;
  /** The apikey whose group says the protocol, where the topic does not. */
  readonly askProtocolOf?: string;
  /** @throws EnvelopeError */
  parse(message: MqttMessage): Parsed;
}

/** Which sender's form a topic has, and how to read its messages; `undefined` when it is none of ours. */
export type TopicReader = (topic: string) => RecognisedTopic | undefined;

/** The reader of network servers' and FIWARE's topics. What starts with `$` is the MQTT broker's own. */
export const topicForm: TopicReader = (topic) => {
  if (topic.startsWith('$')) return undefined;
  const levels = topic.split('/');
  for (const { form, levels: pattern, secretLevel } of byLength.get(levels.length) ?? []) {
    const wild = matchLevels(pattern, levels);
    if (!wild) continue;
    const shown = secretLevel === -1 ? topic : levels.with(secretLevel, '***').join('/');
    const asked = form.isBare ? { askProtocolOf: wild[0] ?? '' } : {};
    return { source: form.source, shown, ...asked, parse: (message) => form.parse(wild, message) };
  }
  return undefined;
};

function textIn({ payload }: MqttMessage): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
}
