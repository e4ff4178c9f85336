import { answers, done, listed, type Operation, ref } from './operation.ts';

const tag = 'Rules';
const path = '/iot/rules/{name}';
const names = { name: 'dim-at-night' } as const;
const rule = {
  name: 'dim-at-night',
  schedule: { at: '23:00', then: [{ entity: 'urn:ngsi-ld:Room:room-1', command: 'light', value: 0.3 }] },
  timezone: 'Europe/Brussels',
} as const;

/** Rules of devices: a condition on one Entity, a command to another. */
export const ruleOperations: readonly Operation[] = [
  {
    ...{ method: 'POST', path: '/iot/rules', tag, summary: 'Makes a rule, or several in rules' },
    body: { schema: ref('rule'), example: rule },
    answer: { status: 201, about: 'It is made', schema: ref('Anything') },
  },
  {
    ...{
      method: 'GET',
      path: '/iot/rules',
      tag,
      summary: 'Lists the rules, also those of groups and devices',
    },
    query: ['limit', 'offset'],
    answer: answers('The rules', listed('rules', ref('Rule'))),
  },
  {
    ...{ method: 'GET', path, tag, names, summary: 'A rule, and what it has done' },
    answer: answers('The rule', ref('Rule')),
  },
  {
    ...{ method: 'PUT', path, tag, names, summary: 'Makes a rule, or puts another one in its place' },
    body: { schema: ref('rule'), example: rule },
    answer: done('It is changed'),
  },
  {
    ...{ method: 'POST', path: `${path}/test`, tag, names, summary: 'What the rule would do for an Entity' },
    description: 'Nothing is done.',
    body: {
      schema: { type: 'object', required: ['entity'], properties: { entity: { type: 'string' } } },
      example: { entity: 'urn:ngsi-ld:Room:room-1' },
    },
    answer: answers('What it would do', ref('Anything')),
  },
  {
    ...{ method: 'DELETE', path, tag, names, summary: 'Removes a rule' },
    answer: done('It is removed'),
  },
];
