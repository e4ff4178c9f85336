import { answers, done, listed, type Operation, ref } from './operation.ts';

const tag = 'Groups';

/** Service groups; `services` is FIWARE's old name for them. */
export const groupOperations: readonly Operation[] = [
  ...operationsAt('groups', 'k1'),
  ...operationsAt('services', 'k2'),
  remove('services', 'k2'),
  // What other examples need of it ends before.
  remove('groups', 'k1'),
];

function operationsAt(collection: 'groups' | 'services', apikey: string): readonly Operation[] {
  const path = `/iot/${collection}`;
  const given = { apikey };
  return [
    {
      ...{ method: 'POST', path, tag, summary: 'Makes groups of devices that share an apikey and settings' },
      body: {
        schema: {
          type: 'object',
          required: [collection],
          properties: { [collection]: { type: 'array', minItems: 1, items: ref('newGroup') } },
        },
        example: {
          [collection]: [
            {
              ...{ apikey, resource: '/iot/json', entity_type: 'Room' },
              attributes: [{ object_id: 't', name: 'temperature', type: 'Number' }],
            },
          ],
        },
      },
      answer: { status: 201, about: 'They are made', schema: ref('Warnings') },
    },
    {
      ...{ method: 'GET', path, tag, summary: 'Lists groups, or the one with an apikey' },
      query: ['apikey', 'resource', 'limit', 'offset'],
      answer: answers('The groups', listed(collection, ref('Group'))),
    },
    {
      ...{ method: 'PUT', path, tag, given, summary: "Puts members of the body in the place of the group's" },
      query: ['apikey', 'resource'],
      body: { schema: ref('groupChange'), example: { timezone: 'Europe/Brussels' } },
      answer: done('It is changed'),
    },
    {
      ...{ method: 'PATCH', path, tag, given, summary: 'Changes a group by a JSON Merge Patch' },
      query: ['apikey', 'resource'],
      body: { schema: { type: 'object' }, example: { timezone: null } },
      answer: done('It is changed'),
    },
  ];
}

function remove(collection: 'groups' | 'services', apikey: string): Operation {
  return {
    ...{ method: 'DELETE', path: `/iot/${collection}`, tag, given: { apikey }, summary: 'Removes a group' },
    query: ['apikey', 'resource'],
    answer: done('It is removed; its devices stay'),
  };
}
