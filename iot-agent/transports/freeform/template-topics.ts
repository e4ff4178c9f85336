import { matchFilter } from '../topic-levels.ts';
import type { TopicReader } from '../topics.ts';
import type { CompiledTemplate } from './compile-template.ts';

/** Reads messages on the topics of the templates, of which no two fit the same topic. */
export function templateTopics(templates: readonly CompiledTemplate[]): TopicReader {
  return (topic) => {
    if (templates.length === 0 || topic.startsWith('$')) return undefined;
    const levels = topic.split('/');
    const template = templates.find((one) => matchFilter(one.levels, levels));
    if (template === undefined) return undefined;
    const captures = new Map([...template.captures].map(([index, name]) => [name, levels[index] ?? '']));
    const shown = levels.map((level, index) => (template.captures.get(index) === 'apikey' ? '***' : level));
    return {
      source: 'template',
      shown: shown.join('/'),
      parse: ({ payload, arrivedAt }) => template.read(captures, payload, arrivedAt),
    };
  };
}
