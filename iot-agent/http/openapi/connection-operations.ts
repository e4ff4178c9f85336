import { answers, done, listed, type Operation, ref } from './operation.ts';

const tag = 'Connections';
const path = '/iot/connections/{name}';
const names = { name: 'hall' } as const;
const hall = { name: 'hall', type: 'mqtt', mqtt: { url: 'mqtt://127.0.0.1:1' }, enabled: false } as const;

/** MQTT brokers and network servers that the agent connects to. */
export const connectionOperations: readonly Operation[] = [
  {
    ...{
      method: 'POST',
      path: '/iot/connections',
      tag,
      summary: 'Connects to an MQTT broker or a network server',
    },
    description: 'Secrets are kept, and never shown again.',
    body: { schema: ref('connection'), example: hall },
    answer: { status: 201, about: 'It is kept, and opened when it is enabled', schema: ref('Connection') },
  },
  {
    ...{ method: 'GET', path: '/iot/connections', tag, summary: 'Lists connections, and how they are' },
    query: ['limit', 'offset'],
    answer: answers('The connections', listed('connections', ref('Connection'))),
  },
  {
    ...{ method: 'GET', path, tag, names, summary: 'A connection, and how it is' },
    answer: answers('The connection', ref('Connection')),
  },
  {
    ...{ method: 'PUT', path, tag, names, summary: 'Puts other settings in its place' },
    body: { schema: ref('connection'), example: hall },
    answer: done('It is changed'),
  },
  {
    ...{ method: 'PATCH', path, tag, names, summary: 'Changes it by a JSON Merge Patch' },
    body: { schema: ref('Anything'), example: { mqtt: { user: 'agent' } } },
    answer: done('It is changed'),
  },
  {
    ...{ method: 'POST', path: `${path}/test`, tag, names, summary: 'Tries whether it can be reached' },
    answer: answers('Whether it can, or why not', ref('Anything')),
  },
  {
    ...{
      method: 'POST',
      path: `${path}/sync`,
      tag,
      names,
      summary: 'Receives the devices that its network server lists',
    },
    description:
      'Of ChirpStack and The Things Stack. Provisioning rules decide what is registered and what waits for approval; nothing is deleted.',
    query: ['dryRun'],
    body: { schema: ref('sync'), example: {}, isOptional: true },
    answer: answers('What became of each', ref('SyncReport')),
  },
  {
    ...{ method: 'DELETE', path, tag, names, summary: 'Closes and forgets it' },
    answer: done('It is removed'),
  },
];
