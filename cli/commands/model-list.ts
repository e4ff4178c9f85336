import { type Command, optionOf } from '../command.ts';
import { counted, type Fields, fieldsOf, listOf } from '../fields.ts';
import { table } from '../table.ts';

/** `carillon model list`. */
export const modelList: Command = {
  group: 'model',
  name: 'list',
  summary: 'lists the device models that are known',
  positionals: [],
  options: { search: { value: 'TEXT', about: 'those with the text in name, description or types' } },
  examples: ['carillon model list --search noise'],
  run: async (agent, given) => {
    const wanted = optionOf(given, 'search')?.toLowerCase() ?? '';
    const { models } = fieldsOf(await agent.call({ path: ['iot', 'models'] }));
    const found = listOf(models).filter((model) => JSON.stringify(model).toLowerCase().includes(wanted));
    const rows = found.map((model: Fields) => [model['model'], typesOf(model), model['description']]);
    const text = `${table(['MODEL', 'FEEDS', 'DESCRIPTION'], rows)}\n\n${counted(found.length, 'model')}`;
    return { text, data: { count: found.length, models: found } };
  },
};

function typesOf({ feeds }: Fields): string | undefined {
  return Array.isArray(feeds) ? feeds.join(', ') : undefined;
}
