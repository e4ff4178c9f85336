import { type Command, positionalOf } from '../command.ts';
import { fieldsOf } from '../fields.ts';
import { properties } from '../table.ts';

const pathOf = (id: string): readonly string[] => ['iot', 'devices', id];

/** `carillon device show`. */
export const deviceShow: Command = {
  group: 'device',
  name: 'show',
  summary: 'shows the settings of a device, and what of it waits',
  positionals: ['id'],
  options: {},
  examples: ['carillon device show 70b3d57ba0000123'],
  run: async (agent, given) => {
    const data = await agent.call({ path: pathOf(positionalOf(given, 0)) });
    return { text: properties(fieldsOf(data)), data };
  },
};

/** `carillon device remove`. */
export const deviceRemove: Command = {
  group: 'device',
  name: 'remove',
  summary: 'removes a device; its entities stay in the broker',
  positionals: ['id'],
  options: {},
  examples: ['carillon device remove 70b3d57ba0000123'],
  run: async (agent, given) => {
    const id = positionalOf(given, 0);
    await agent.call({ method: 'DELETE', path: pathOf(id) });
    return { text: `Device ${id} is removed.`, data: { removed: id } };
  },
};
