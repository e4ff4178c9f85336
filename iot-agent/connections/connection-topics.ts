import type { ConnectionSettings, ConnectionType } from '../registry/connection.ts';
import type { TopicTemplate } from '../registry/topic-template.ts';
import { parseJson } from '../transports/envelope.ts';
import { type CompiledTemplate, compileTemplate } from '../transports/freeform/compile-template.ts';
import { templateTopics } from '../transports/freeform/template-topics.ts';
import { lorawanTopics } from '../transports/lorawan/lorawan-topics.ts';
import { networkServers } from '../transports/lorawan/network-servers.ts';
import { matchFilter, matchLevels } from '../transports/topic-levels.ts';
import { type TopicReader, topicFilters, topicForm } from '../transports/topics.ts';

/** What a connection subscribes to, and how it reads what comes. */
export interface ConnectionTopics {
  readonly filters: readonly string[];
  readonly readTopic: TopicReader;
}

/** The templates among the topics, compiled. @throws TemplateError */
export function templatesOf({ mqtt }: Pick<ConnectionSettings, 'mqtt'>): readonly CompiledTemplate[] {
  const topics = mqtt?.topics ?? [];
  return topics
    .filter((topic): topic is TopicTemplate => typeof topic !== 'string')
    .map((topic) => compileTemplate(topic));
}

/**
 * Templates come first, then topics of the type: FIWARE's and those of network servers for a plain MQTT broker, for a network server
 * its own ones, and every filter that is given besides. @throws TemplateError
 */
export function connectionTopics(settings: ConnectionSettings): ConnectionTopics {
  const { type, mqtt } = settings;
  const templates = templatesOf(settings);
  const given = (mqtt?.topics ?? []).filter((topic): topic is string => typeof topic === 'string');
  const own = mqtt?.topics === undefined || mqtt.topics.length === 0 ? filtersOf(type) : given;
  const readTemplate = templateTopics(templates);
  const readOther = type === 'mqtt' ? topicForm : serverReader(type, given);
  return {
    filters: [...new Set([...templates.map(({ filter }) => filter), ...own])],
    readTopic: (topic) => readTemplate(topic) ?? readOther(topic),
  };
}

/** Consoles of Helium are ChirpStack by now. */
function topicsOf(type: ConnectionType): typeof lorawanTopics {
  const sources = type === 'helium' ? ['helium', 'chirpstack', 'lorawan'] : [type, 'lorawan'];
  return lorawanTopics.filter(({ source }) => sources.includes(source));
}

function filtersOf(type: ConnectionType): readonly string[] {
  return type === 'mqtt' ? topicFilters : topicsOf(type).map(({ filter }) => filter);
}

/** What comes by a filter of the operator's is the server's, whatever its topic. */
function serverReader(type: Exclude<ConnectionType, 'mqtt'>, given: readonly string[]): TopicReader {
  const forms = topicsOf(type).map((form) => ({ ...form, levels: form.filter.split('/') }));
  const filters = given.map((filter) => filter.split('/'));
  return (topic) => {
    if (topic.startsWith('$')) return undefined;
    const levels = topic.split('/');
    for (const { levels: pattern, source, parse } of forms) {
      const wild = matchLevels(pattern, levels);
      if (wild === undefined) continue;
      return {
        source,
        shown: topic,
        parse: ({ payload, arrivedAt }) => parse(parseJson(textIn(payload)), wild, arrivedAt),
      };
    }
    if (!filters.some((filter) => matchFilter(filter, levels))) return undefined;
    const { parse } = networkServers[type];
    return {
      source: type,
      shown: topic,
      parse: ({ payload, arrivedAt: at }) => parse(parseJson(textIn(payload)), { at }),
    };
  };
}

function textIn(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
}
