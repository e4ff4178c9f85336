import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { fieldsOf, listOf } from '../fields.ts';
import { warnings } from '../report.ts';
import { deviceOptions, rowOf } from './device-settings.ts';

/** `carillon device add`. */
export const deviceAdd: Command = {
  group: 'device',
  name: 'add',
  summary: 'registers a device',
  positionals: [],
  options: deviceOptions,
  examples: [
    'carillon device add --dev-eui 70B3D57BA0000123 --model decentlab/dl-pm --lat 50.99 --lon 4.55 --name grote-markt',
    'carillon device add --id room-1 --apikey k1 --type Room',
  ],
  run: async (agent, given) => {
    const row = rowOf(given);
    if (!['device_id', 'devEui', 'name'].some((column) => column in row))
      throw new UsageError('--dev-eui is missing; --id or --name for a device without one');
    const report = await agent.call({
      method: 'POST',
      path: ['iot', 'import'],
      query: { mode: 'create' },
      body: [row],
    });
    const [failure] = listOf(fieldsOf(report)['rows']);
    if (failure !== undefined) return { text: String(failure['reason']), data: report, isRefused: true };
    const done = fieldsOf(report)['unchanged'] === 1 ? 'is registered already, just so' : 'is registered';
    const text = [`The device ${done}.`, warnings(fieldsOf(report))].filter((line) => line !== '');
    return { text: text.join('\n'), data: report };
  },
};
