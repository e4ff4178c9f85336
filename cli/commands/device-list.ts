import type { AgentClient } from '../agent-client.ts';
import { type Command, type Given, numberOf, optionOf, UsageError } from '../command.ts';
import { counted, type Fields, fieldsOf, listOf } from '../fields.ts';
import { table } from '../table.ts';

const pageSize = 1000;
const states = ['registered', 'pending', 'rejected'];

/** `carillon device list`. */
export const deviceList: Command = {
  group: 'device',
  name: 'list',
  summary: 'lists devices',
  positionals: [],
  options: {
    state: { value: states.join('|'), about: 'pending ones wait for approval; registered when absent' },
    limit: { value: 'NUMBER', about: 'at most so many; all when absent' },
  },
  examples: ['carillon device list', 'carillon device list --state pending --json'],
  run: async (agent, given) => {
    const state = stateOf(given);
    const limit = numberOf(given, 'limit') ?? Number.POSITIVE_INFINITY;
    if (limit < 1) throw new UsageError('--limit must be at least 1');
    const { count, devices } = await collected(agent, state, limit);
    const shownOnes = devices.length === count ? '' : ` of ${count}`;
    const rows = devices.map((device) => rowOf(device));
    const text =
      devices.length === 0
        ? 'There are none.'
        : `${table(['DEVICE', 'DEVEUI', 'MODEL OR CODEC', 'TYPE', 'ENTITY'], rows)}\n\n${counted(devices.length, 'device')}${shownOnes}`;
    return { text, data: { count, devices } };
  },
};

function stateOf(given: Given): string | undefined {
  const state = optionOf(given, 'state');
  if (state === undefined || states.includes(state)) return state;
  throw new UsageError(`--state is ${JSON.stringify(state)}: it must be ${states.join(', ')}`);
}

function rowOf({ device_id, devEui, model, codec, entity_type, entity_name }: Fields): readonly unknown[] {
  return [device_id, devEui, codec ?? model, entity_type, entity_name];
}

async function collected(agent: AgentClient, state: string | undefined, limit: number) {
  const devices: Fields[] = [];
  for (;;) {
    const wanted = Math.min(pageSize, limit - devices.length);
    const query = { state, limit: String(wanted), offset: String(devices.length) };
    const page = fieldsOf(await agent.call({ path: ['iot', 'devices'], query }));
    const found = listOf(page['devices']);
    devices.push(...found);
    if (found.length < wanted || devices.length >= limit) return { count: page['count'], devices };
  }
}
