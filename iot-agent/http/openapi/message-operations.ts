import { answers, done, listed, type Operation, ref } from './operation.ts';

const command = '/iot/commands/{id}';
const id = { id: '8f9b2c52-6a0e-4c77-9a61-4d1c0e1d7a10' } as const;
const replayed = {
  type: 'object',
  required: ['replayed'],
  properties: { replayed: { type: 'integer' } },
} as const;

/** Commands, and what was put aside. */
export const messageOperations: readonly Operation[] = [
  {
    ...{
      method: 'GET',
      path: '/iot/commands',
      tag: 'Commands',
      summary: 'Commands, and how far they have come',
    },
    query: ['device', 'state', 'limit', 'offset'],
    answer: answers('The commands, newest first', listed('commands', ref('Command'))),
  },
  {
    ...{ method: 'GET', path: command, tag: 'Commands', names: id, summary: 'A command' },
    answer: answers('The command', ref('Command')),
  },
  {
    ...{
      method: 'DELETE',
      path: command,
      tag: 'Commands',
      names: id,
      summary: 'Cancels a command that still waits',
    },
    answer: done('It is cancelled'),
  },
  {
    ...{
      method: 'GET',
      path: '/iot/problems',
      tag: 'Messages',
      summary: 'What is put aside, by sender, and why',
    },
    query: ['limit', 'offset'],
    answer: answers('The problems', listed('problems', ref('Anything'))),
  },
  {
    ...{
      method: 'GET',
      path: '/iot/quarantine',
      tag: 'Messages',
      summary: 'What broke a rule, item by item',
    },
    query: ['device', 'attribute', 'rule', 'limit', 'offset'],
    answer: answers('The items', listed('items', ref('Anything'))),
  },
  {
    ...{
      method: 'POST',
      path: '/iot/quarantine/replay',
      tag: 'Messages',
      summary: 'Tries items of the quarantine anew',
    },
    query: ['device', 'attribute', 'rule'],
    answer: answers('How many', replayed),
  },
  {
    ...{ method: 'POST', path: '/iot/quarantine/{item}/replay', tag: 'Messages', names: { item: '1' } },
    summary: 'Tries one item anew',
    answer: answers('How many', replayed),
  },
  {
    ...{ method: 'DELETE', path: '/iot/quarantine/{item}', tag: 'Messages', names: { item: '1' } },
    summary: 'Drops one item',
    answer: done('It is dropped'),
  },
  {
    ...{
      method: 'DELETE',
      path: '/iot/quarantine',
      tag: 'Messages',
      summary: 'Drops items of the quarantine',
    },
    query: ['device', 'attribute', 'rule', 'all'],
    given: { device: 'pm-04' },
    answer: answers('How many', { type: 'object', required: ['removed'] }),
  },
];
