import { answers, done, listed, type Operation, ref } from './operation.ts';

const tag = 'Operation';
const notify = '/iot/notify/{secret}';
const names = { secret: 'notify-secret' } as const;
const level = { type: 'object', required: ['level'], properties: { level: { type: 'string' } } } as const;
const attributes = `${notify}/ngsi-ld/v1/entities/{id}/attrs`;
const notification = (id: string, value: number) => ({
  id,
  type: 'Notification',
  subscriptionId: 'urn:ngsi-ld:Subscription:1',
  notifiedAt: '2026-11-24T08:00:00Z',
  data: [{ id: 'urn:ngsi-ld:Room:room-1', type: 'Room', light: { type: 'Property', value } }],
});
const forwarded: Omit<Operation, 'method' | 'summary' | 'answer'> = {
  ...{ tag: 'Brokers', isPublic: true, path: attributes },
  names: { ...names, id: 'urn:ngsi-ld:Room:room-1' },
  body: { schema: ref('Anything'), example: { light: { type: 'Property', value: 1 } } },
};

/** What operators ask, and what brokers tell. */
export const systemOperations: readonly Operation[] = [
  {
    ...{ method: 'GET', path: '/openapi.json', tag, isPublic: true, summary: 'This document' },
    answer: answers('OpenAPI 3.1', ref('Anything')),
  },
  ...['/health/live', '/health'].map(
    (path): Operation => ({
      ...{ method: 'GET', path, tag, isPublic: true, summary: 'Whether the agent answers' },
      answer: answers('It does', ref('Anything')),
    }),
  ),
  ...['/health/ready', '/ready'].map(
    (path): Operation => ({
      ...{ method: 'GET', path, tag, isPublic: true, summary: 'Whether it can work' },
      description: '503 with the checks that fail.',
      answer: answers('It can', ref('Anything')),
    }),
  ),
  {
    ...{ method: 'GET', path: '/metrics', tag, summary: 'Figures for Prometheus' },
    answer: { status: 200, about: 'The figures', schema: { type: 'string' }, type: 'text/plain' },
  },
  {
    ...{ method: 'GET', path: '/version', tag, summary: 'Which version runs' },
    answer: answers('The version', ref('Anything')),
  },
  {
    ...{ method: 'GET', path: '/iot/about', tag, summary: "The version, as FIWARE's agents tell it" },
    answer: answers('The version', ref('Anything')),
  },
  {
    ...{ method: 'GET', path: '/admin/log', tag, summary: 'How much the agent logs' },
    answer: answers('The level', level),
  },
  {
    ...{ method: 'PUT', path: '/admin/log', tag, summary: 'Sets, until the next start, how much it logs' },
    ...{ query: ['level'], given: { level: 'INFO' } },
    answer: answers('The level', level),
  },
  {
    ...{ method: 'GET', path: '/iot/models', tag, summary: 'The device models that are known' },
    answer: answers('The models', listed('models', ref('Anything'))),
  },
  {
    ...{
      method: 'GET',
      path: '/iot/presets',
      tag,
      summary: 'The quantities that an attribute can be configured as',
    },
    query: ['type'],
    answer: answers('The quantities', listed('presets', ref('Anything'))),
  },
  {
    ...{
      method: 'POST',
      path: notify,
      tag: 'Brokers',
      isPublic: true,
      names,
      summary: 'A change of a command attribute',
    },
    description: 'Where the subscriptions lead that the agent makes at the broker.',
    query: ['tenant'],
    body: { schema: ref('Anything'), example: notification('urn:ngsi-ld:Notification:1', 1) },
    answer: done('The commands are kept'),
  },
  {
    ...{ method: 'POST', path: `${notify}/configuration/{subscription}`, tag: 'Brokers', isPublic: true },
    names: { ...names, subscription: '1' },
    query: ['tenant'],
    summary: 'A change of what a device wants to know',
    body: { schema: ref('Anything'), example: notification('urn:ngsi-ld:Notification:2', 1) },
    answer: done('The device is told'),
  },
  {
    ...{ method: 'POST', path: `${notify}/rules/{name}`, tag: 'Brokers', isPublic: true },
    names: { ...names, name: 'dim-at-night' },
    query: ['tenant'],
    summary: 'A change that a rule waits for',
    body: { schema: ref('Anything'), example: notification('urn:ngsi-ld:Notification:3', 1) },
    answer: done('The rule is told'),
  },
  {
    ...{ method: 'POST', ...forwarded, summary: 'An update that the broker forwards' },
    answer: done('The commands are kept'),
  },
  {
    ...{ method: 'PATCH', ...forwarded, summary: 'An update that the broker forwards' },
    answer: done('The commands are kept'),
  },
];
