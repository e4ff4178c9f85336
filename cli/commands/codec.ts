import { type Command, optionOf, positionalOf } from '../command.ts';
import { counted, fieldsOf, listOf } from '../fields.ts';
import { textOfFile } from '../read-file.ts';
import { warnings } from '../report.ts';
import { table } from '../table.ts';

const pathOf = (name: string): readonly string[] => ['iot', 'codecs', name];

/** `carillon codec put`. */
export const codecPut: Command = {
  group: 'codec',
  name: 'put',
  summary: "uploads a vendor's codec, in the place of one of that name",
  positionals: ['name', 'file'],
  options: { description: { value: 'TEXT', about: 'what it is for' } },
  examples: ['carillon codec put acme-th decoder.js'],
  run: async (agent, given) => {
    const [name, file] = [positionalOf(given, 0), positionalOf(given, 1)];
    const description = optionOf(given, 'description');
    const body = { script: await textOfFile(file), ...(description === undefined ? {} : { description }) };
    // What took the place of another is answered without a body.
    const answer = await agent.call({ method: 'PUT', path: pathOf(name), body });
    const data = answer ?? (await agent.call({ path: pathOf(name) }));
    const { script: _, ...shown } = fieldsOf(data);
    const functions = Array.isArray(shown['functions']) ? shown['functions'].join(', ') : '';
    const lines = [`Codec ${name} is uploaded, with ${functions}.`, warnings(shown)];
    return { text: lines.filter((line) => line !== '').join('\n'), data: shown };
  },
};

/** `carillon codec list`. */
export const codecList: Command = {
  group: 'codec',
  name: 'list',
  summary: 'lists codecs, built in and uploaded',
  positionals: [],
  options: {},
  examples: ['carillon codec list'],
  run: async (agent) => {
    const data = await agent.call({ path: ['iot', 'codecs'], query: { limit: '1000' } });
    const { codecs, builtIn } = fieldsOf(data);
    const uploaded = listOf(codecs).map(({ name, updated, functions, description }) => [
      name,
      updated,
      Array.isArray(functions) ? functions.join(', ') : undefined,
      description,
    ]);
    const own = listOf(builtIn).map(({ name, description }) => [name, 'built in', undefined, description]);
    const text = table(['CODEC', 'UPLOADED', 'FUNCTIONS', 'DESCRIPTION'], [...uploaded, ...own]);
    return { text: `${text}\n\n${counted(uploaded.length, 'uploaded codec')}`, data };
  },
};

/** `carillon codec show`. */
export const codecShow: Command = {
  group: 'codec',
  name: 'show',
  summary: 'prints the script of a codec',
  positionals: ['name'],
  options: {},
  examples: ['carillon codec show acme-th > decoder.js'],
  run: async (agent, given) => {
    const data = await agent.call({ path: pathOf(positionalOf(given, 0)) });
    return { text: String(fieldsOf(data)['script']), data };
  },
};

/** `carillon codec remove`. */
export const codecRemove: Command = {
  group: 'codec',
  name: 'remove',
  summary: 'removes a codec that no device names',
  positionals: ['name'],
  options: {},
  examples: ['carillon codec remove acme-th'],
  run: async (agent, given) => {
    const name = positionalOf(given, 0);
    await agent.call({ method: 'DELETE', path: pathOf(name) });
    return { text: `Codec ${name} is removed.`, data: { removed: name } };
  },
};
