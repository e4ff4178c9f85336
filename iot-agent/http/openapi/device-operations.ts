import { answers, done, listed, type Operation, ref } from './operation.ts';

const tag = 'Devices';
const path = '/iot/devices/{id}';
const names = { id: 'pm-04' } as const;
const day = { from: '2026-11-24T00:00:00Z', to: '2026-11-25T00:00:00Z' } as const;

/** Registering devices, and what is kept of them. */
export const deviceOperations: readonly Operation[] = [
  {
    ...{ method: 'POST', path: '/iot/devices', tag, summary: 'Registers devices, all or none' },
    description:
      "As FIWARE's IoT agents take them. Members that mean nothing are kept, and named in the warnings.",
    body: {
      schema: {
        type: 'object',
        required: ['devices'],
        properties: { devices: { type: 'array', minItems: 1, items: ref('newDevice') } },
      },
      example: {
        devices: [
          {
            device_id: 'pm-04',
            devEui: '70B3D57BA0000123',
            model: 'decentlab/dl-pm',
            static_attributes: [
              { name: 'location', type: 'geo:json', value: { type: 'Point', coordinates: [4.55, 50.99] } },
            ],
          },
          {
            device_id: 'room-1',
            apikey: 'k1',
            entity_type: 'Room',
            attributes: [{ object_id: 't', name: 'temperature', type: 'Number' }],
            commands: [{ name: 'light', type: 'command' }],
          },
        ],
      },
    },
    answer: { status: 201, about: 'They are registered', schema: ref('Warnings') },
  },
  {
    ...{ method: 'GET', path: '/iot/devices', tag, summary: 'Lists devices, in the order of registration' },
    description: 'With state=pending those that wait for approval.',
    query: ['limit', 'offset', 'detailed', 'state', 'entity', 'format'],
    answer: answers('The devices', listed('devices', ref('Device'))),
  },
  {
    ...{ method: 'GET', path, tag, names, summary: 'A device, and what of it waits' },
    answer: answers('The device', ref('Device')),
  },
  {
    ...{ method: 'PUT', path, tag, names, summary: "Puts members of the body in the place of the device's" },
    description: 'Honours If-Match with the ETag of GET.',
    body: { schema: ref('deviceChange'), example: { timezone: 'Europe/Brussels' } },
    answer: done('It is changed'),
  },
  {
    ...{ method: 'PATCH', path, tag, names, summary: 'Changes a device by a JSON Merge Patch' },
    description:
      'Attributes and commands may be given as an object by name, which is merged into the list. null removes.',
    body: {
      schema: { type: 'object' },
      example: { static_attributes: { areaServed: { type: 'Text', value: 'Centre' } } },
    },
    answer: done('It is changed'),
  },
  {
    ...{
      method: 'POST',
      path: '/iot/import',
      tag,
      summary: 'Registers and changes devices of a CSV or JSON file',
    },
    description:
      'text/csv with a header, application/json with a list, or application/x-ndjson. Each row counts for itself; importing a file again changes nothing.',
    query: ['mode', 'dryRun', 'atomic'],
    body: {
      type: 'text/csv',
      schema: { type: 'string' },
      example: 'devEui,model,name,lat,lon\n70B3D57BA0000124,decentlab/dl-pm,station-5,50.98,4.54\n',
    },
    answer: answers('What became of each row', ref('Report')),
  },
  {
    ...{
      method: 'GET',
      path: `${path}/uplinks`,
      tag,
      names,
      summary: 'The newest messages of a device as they arrived',
    },
    query: ['limit', 'before'],
    answer: answers('The messages, newest first', {
      type: 'object',
      required: ['uplinks'],
      properties: { uplinks: { type: 'array', items: ref('Anything') } },
    }),
  },
  {
    ...{
      method: 'GET',
      path: `${path}/log`,
      tag,
      names,
      summary: 'What is to be known of a device: errors and warnings',
    },
    answer: answers('The entries', listed('log', ref('Anything'))),
  },
  {
    ...{ method: 'GET', path: `${path}/commands`, tag, names, summary: 'Commands of a device' },
    query: ['state', 'limit', 'offset'],
    answer: answers('The commands, newest first', listed('commands', ref('Command'))),
  },
  {
    ...{
      method: 'POST',
      path: `${path}/replay`,
      tag,
      names,
      summary: 'Sends what a device has sent once more',
    },
    description: 'Decoded and mapped with what holds now, with the original times.',
    body: { schema: ref('Anything'), example: day },
    answer: { status: 202, about: 'It is ordered', schema: ref('Replay') },
  },
  {
    ...{
      method: 'POST',
      path: '/iot/replay',
      tag,
      summary: 'Sends what several devices have sent once more',
    },
    description: 'Those of a device, model, codec, group or entity_type.',
    body: { schema: ref('Anything'), example: { model: 'decentlab/dl-pm', ...day } },
    answer: { status: 202, about: 'It is ordered', schema: ref('Replay') },
  },
  {
    ...{ method: 'GET', path: '/iot/replays', tag, summary: 'Replays, and how far they have come' },
    answer: answers('The replays', listed('replays', ref('Replay'))),
  },
  {
    ...{ method: 'GET', path: '/iot/replays/{replay}', tag, names: { replay: '1' }, summary: 'A replay' },
    answer: answers('How far it has come', ref('Replay')),
  },
  {
    ...{ method: 'DELETE', path, tag, names: { id: '70b3d57ba0000124' }, summary: 'Removes a device' },
    description: 'Its Entities stay in the broker.',
    answer: done('It is removed'),
  },
  {
    ...{ method: 'POST', path: '/iot/op/delete', tag, summary: 'Removes several devices' },
    body: {
      schema: {
        type: 'object',
        required: ['devices'],
        properties: { devices: { type: 'array', minItems: 1, items: ref('listedDevice') } },
      },
      example: { devices: [{ deviceId: 'pm-04' }] },
    },
    answer: done('They are removed'),
  },
];
