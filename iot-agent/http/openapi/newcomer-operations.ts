import { answers, done, listed, type Operation, ref } from './operation.ts';

const tag = 'Newcomers';
const rules = '/iot/provisioning-rules';
const path = `${rules}/{name}`;
const names = { name: 'air' } as const;
const rule = {
  name: 'air',
  match: { profile: '*dl-pm*' },
  model: 'decentlab/dl-pm',
  policy: 'approve',
} as const;

/** Devices that send and that nobody has registered. */
export const newcomerOperations: readonly Operation[] = [
  {
    ...{ method: 'POST', path: rules, tag, summary: 'Makes a rule for devices that nobody has registered' },
    description: 'The first rule that fits decides: auto registers the device at once, approve lets it wait.',
    body: { schema: ref('provisioningRule'), example: rule },
    answer: { status: 201, about: 'It is made', schema: ref('ProvisioningRule') },
  },
  {
    ...{ method: 'GET', path: rules, tag, summary: 'Lists the rules, in their order' },
    answer: answers('The rules', listed('rules', ref('ProvisioningRule'))),
  },
  {
    ...{ method: 'GET', path, tag, names, summary: 'A rule' },
    answer: answers('The rule', ref('ProvisioningRule')),
  },
  {
    ...{ method: 'PUT', path, tag, names, summary: 'Puts another rule in its place' },
    body: { schema: ref('provisioningRule'), example: { ...rule, policy: 'auto' } },
    answer: answers('The rule', ref('ProvisioningRule')),
  },
  {
    ...{ method: 'DELETE', path, tag, names, summary: 'Removes a rule' },
    answer: done('It is removed'),
  },
  {
    ...{ method: 'POST', path: '/iot/devices/{id}/approve', tag, names: { id: '70b3d57ba0000777' } },
    summary: 'Registers a device that waits for approval',
    description:
      'The body, if there is one, changes its settings by a JSON Merge Patch. What it has sent goes on its way.',
    body: { schema: { type: 'object' }, example: { timezone: 'Europe/Brussels' }, isOptional: true },
    answer: { status: 201, about: 'It is registered', schema: ref('Device') },
  },
  {
    ...{ method: 'POST', path: '/iot/devices/{id}/reject', tag, names: { id: '70b3d57ba0000778' } },
    summary: 'Refuses a device that waits for approval, and whatever it sends',
    answer: done('It is rejected'),
  },
];
