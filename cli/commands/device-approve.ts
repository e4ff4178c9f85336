import { type Command, positionalOf } from '../command.ts';
import { fieldsOf } from '../fields.ts';
import { warnings } from '../report.ts';
import { deviceOptions, rowOf } from './device-settings.ts';

const { model, codec, type, apikey, lat, lon } = deviceOptions;

/** `carillon device approve`. */
export const deviceApprove: Command = {
  group: 'device',
  name: 'approve',
  summary: 'registers a device that waits for approval, and sends on what it has sent',
  positionals: ['id'],
  options: { model, codec, type, apikey, lat, lon },
  examples: ['carillon device approve 70b3d57ba0000123 --lat 50.99 --lon 4.55'],
  run: async (agent, given) => {
    const id = positionalOf(given, 0);
    const path = ['iot', 'devices', id, 'approve'];
    const data = fieldsOf(await agent.call({ method: 'POST', path, body: changesOf(rowOf(given)) }));
    const lines = [`Device ${id} is registered as ${data['entity_name']}.`, warnings(data)];
    return { text: lines.filter((line) => line !== '').join('\n'), data };
  },
};

/** The place is an attribute of the Entity. */
function changesOf({ lat, lon, ...settings }: Readonly<Record<string, unknown>>): object {
  if (lat === undefined) return settings;
  const value = { type: 'Point', coordinates: [lon, lat] };
  return { ...settings, static_attributes: { location: { type: 'geo:json', value } } };
}

/** `carillon device reject`. */
export const deviceReject: Command = {
  group: 'device',
  name: 'reject',
  summary: 'refuses a device that waits for approval, and whatever it sends',
  positionals: ['id'],
  options: {},
  examples: ['carillon device reject 70b3d57ba0000123'],
  run: async (agent, given) => {
    const id = positionalOf(given, 0);
    await agent.call({ method: 'POST', path: ['iot', 'devices', id, 'reject'] });
    return { text: `Device ${id} is rejected.`, data: { rejected: id } };
  },
};
