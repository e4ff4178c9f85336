import fc from 'fast-check';
import { assemble, type Draft, type WireRequest } from '../../support/fuzz/draft.ts';
import { bodyText, type Json, mutatedJson, mutatedText, oddText } from '../../support/fuzz/mutation.ts';
import { type Oddities, spoiledSometimes } from '../../support/fuzz/spoil.ts';
import * as bodies from './bodies.ts';

/** One thing that a device, a network server or an operator sends. */
export type AgentRequest =
  | { readonly kind: 'config' | 'device'; readonly wire: WireRequest }
  | { readonly kind: 'mqtt'; readonly topic: string; readonly payload: string };

type Parameters = Readonly<Record<string, fc.Arbitrary<string>>>;
interface Row {
  readonly method: string;
  /** `{id}`, `{name}` and `{rule}` are filled in. */
  readonly path: string;
  readonly parameters?: Parameters;
  readonly body?: fc.Arbitrary<Json>;
}

const page: Parameters = { limit: fc.constantFrom('1', '20', '1000'), offset: fc.constantFrom('0', '3') };
const groupOf: Parameters = { resource: fc.constantFrom('/iot/json', ''), apikey: bodies.apikey };
const groupRows = (member: 'groups' | 'services'): readonly Row[] => {
  const path = `/iot/${member}`;
  return [
    { method: 'POST', path, body: bodies.groups(member) },
    { method: 'GET', path, parameters: page },
    { method: 'PUT', path, parameters: groupOf, body: bodies.groupChange },
    { method: 'PATCH', path, parameters: groupOf, body: bodies.groupChange },
    { method: 'DELETE', path, parameters: groupOf },
  ];
};
const flag = fc.constantFrom('true', 'false');
const importOptions: Parameters = {
  mode: fc.constantFrom('upsert', 'create'),
  dryRun: flag,
  atomic: flag,
};
const configRows: readonly Row[] = [
  { method: 'POST', path: '/iot/devices', body: bodies.devices },
  { method: 'POST', path: '/iot/devices', body: bodies.devices },
  { method: 'GET', path: '/iot/devices', parameters: { ...page, detailed: fc.constantFrom('on', 'off') } },
  { method: 'GET', path: '/iot/devices/{id}' },
  { method: 'PUT', path: '/iot/devices/{id}', body: bodies.deviceChange },
  { method: 'DELETE', path: '/iot/devices/{id}' },
  { method: 'PATCH', path: '/iot/devices/{id}', body: bodies.deviceChange },
  { method: 'POST', path: '/iot/op/delete', body: bodies.listedDevices },
  {
    method: 'GET',
    path: '/iot/devices',
    parameters: { ...page, state: fc.constantFrom('pending', 'rejected', 'registered') },
  },
  { method: 'GET', path: '/iot/devices', parameters: { format: fc.constantFrom('csv', 'json') } },
  { method: 'POST', path: '/iot/devices/{id}/approve', body: bodies.deviceChange },
  { method: 'POST', path: '/iot/devices/{id}/reject', body: bodies.deviceChange },
  { method: 'POST', path: '/iot/import', parameters: importOptions, body: bodies.devices },
  { method: 'POST', path: '/iot/provisioning-rules', body: bodies.provisioningRule },
  { method: 'GET', path: '/iot/provisioning-rules' },
  { method: 'PUT', path: '/iot/provisioning-rules/{name}', body: bodies.provisioningRule },
  { method: 'DELETE', path: '/iot/provisioning-rules/{name}' },
  ...groupRows('groups'),
  ...groupRows('services'),
  { method: 'GET', path: '/iot/problems', parameters: page },
  { method: 'GET', path: '/iot/devices/{id}/uplinks', parameters: { before: fc.constantFrom('1', '7') } },
  { method: 'GET', path: '/iot/devices/{id}/log' },
  { method: 'POST', path: '/iot/devices/{id}/replay', body: bodies.replayRange },
  { method: 'POST', path: '/iot/replay', body: bodies.replay },
  { method: 'GET', path: '/iot/replays' },
  { method: 'GET', path: '/iot/quarantine', parameters: { ...page, device: bodies.deviceId } },
  { method: 'POST', path: '/iot/quarantine/replay', parameters: { device: bodies.deviceId } },
  { method: 'DELETE', path: '/iot/quarantine', parameters: { device: bodies.deviceId } },
  {
    method: 'GET',
    path: '/iot/commands',
    parameters: { ...page, device: bodies.deviceId, state: fc.constantFrom('PENDING', 'ok') },
  },
  { method: 'GET', path: '/iot/devices/{id}/commands', parameters: page },
  { method: 'DELETE', path: '/iot/commands/{id}' },
  { method: 'POST', path: '/iot/notify/notify-secret', body: bodies.notification },
  { method: 'POST', path: '/iot/notify/notify-secret', body: bodies.notification },
  {
    method: 'PATCH',
    path: '/iot/notify/notify-secret/ngsi-ld/v1/entities/{id}/attrs',
    body: bodies.forwarded,
  },
  { method: 'GET', path: '/iot/rules', parameters: page },
  { method: 'POST', path: '/iot/rules', body: bodies.rules },
  { method: 'POST', path: '/iot/rules', body: bodies.rule },
  { method: 'GET', path: '/iot/rules/{rule}' },
  { method: 'PUT', path: '/iot/rules/{rule}', body: bodies.rule },
  { method: 'DELETE', path: '/iot/rules/{rule}' },
  {
    method: 'POST',
    path: '/iot/rules/{rule}/test',
    body: bodies.entityId.map((entity): Json => ({ entity })),
  },
  { method: 'POST', path: '/iot/notify/notify-secret/rules/{rule}', body: bodies.fulfilled },
  { method: 'POST', path: '/iot/test', body: bodies.trial },
  { method: 'POST', path: '/iot/test/command', body: bodies.commandTrial },
  ...[
    '/openapi.json',
    '/iot/models',
    '/iot/presets',
    '/iot/about',
    '/health/ready',
    '/health/live',
    '/ready',
    '/health',
    '/metrics',
    '/version',
  ].map((path): Row => ({ method: 'GET', path })),
];
const sender: Parameters = { k: bodies.apikey, i: bodies.deviceId };
const deviceRows: readonly Row[] = [
  { method: 'POST', path: '/iot/json', parameters: sender, body: bodies.measures },
  {
    method: 'POST',
    path: '/iot/json',
    parameters: { ...sender, t: bodies.observedAt },
    body: bodies.measures,
  },
  {
    method: 'GET',
    path: '/iot/json',
    parameters: { ...sender, d: bodies.measures.map((one) => JSON.stringify(one)) },
  },
  { method: 'POST', path: '/iot/json/attrs/{name}', parameters: sender, body: bodies.oneValue },
  { method: 'POST', path: '/webhooks/things-stack', body: bodies.thingsStack },
  {
    method: 'POST',
    path: '/webhooks/chirpstack',
    parameters: { event: bodies.chirpstackEvent },
    body: bodies.chirpstack,
  },
  ...['loriot', 'actility', 'netmore', 'helium', 'lorawan'].map(
    (server): Row => ({ method: 'POST', path: `/webhooks/${server}`, body: bodies.networkServerMessage }),
  ),
];

const tenant = fc.constantFrom(undefined, undefined, 'city');
const segmentValues: Readonly<Record<string, fc.Arbitrary<string>>> = {
  '{id}': bodies.deviceId,
  '{name}': bodies.attributeName,
  '{rule}': bodies.ruleName,
};

function draftOf({ method, path, parameters = {}, body }: Row): fc.Arbitrary<Draft> {
  const segments = path.split('/').slice(1);
  return fc
    .record({
      method: fc.constant(method),
      segments: fc.tuple(
        ...segments.map((segment) =>
          (segmentValues[segment] ?? fc.constant(segment)).map(encodeURIComponent),
        ),
      ),
      values: fc.record(parameters),
      json: body ?? fc.constant(undefined),
      tenant,
    })
    .map(({ values, tenant: of, ...draft }) => ({
      ...draft,
      parameters: new Map(Object.entries(values)),
      headers: {
        ...(of !== undefined && { 'Fiware-Service': of, 'Fiware-ServicePath': '/' }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
    }));
}

const oddities: Oddities = {
  headerNames: [
    ...[
      'Accept',
      'Content-Type',
      'NGSILD-Tenant',
      'Fiware-Service',
      'Fiware-ServicePath',
      'X-Correlation-Id',
    ],
    ...[
      'Origin',
      'Access-Control-Request-Method',
      'Authorization',
      'X-API-Key',
      'Content-Encoding',
      'Expect',
    ],
  ],
  headerValues: fc.constantFrom(
    'text/plain',
    'application/octet-stream',
    'application/json;charset=x',
    'gzip',
    '/#',
    'a b',
  ),
  parameterNames: [
    'k',
    'i',
    'd',
    't',
    'limit',
    'offset',
    'detailed',
    'apikey',
    'resource',
    'event',
    '',
    '__proto__',
  ],
};

const wires = (rows: readonly Row[]): fc.Arbitrary<WireRequest> =>
  spoiledSometimes(fc.oneof(...rows.map(draftOf)), oddities).map(assemble);

const fill = (topic: string): fc.Arbitrary<string> =>
  fc
    .tuple(bodies.apikey, bodies.deviceId, bodies.attributeName, bodies.chirpstackEvent)
    .map(([key, id, name, event]) =>
      topic.replace('{k}', key).replace('{i}', id).replace('{name}', name).replace('{event}', event),
    );
const messages = fc.oneof(
  fc.tuple(
    fc.constantFrom('/{k}/{i}/attrs', '/json/{k}/{i}/attrs', 'json/{k}/{i}/attrs').chain(fill),
    bodies.measures,
  ),
  fc.tuple(fill('/{k}/{i}/attrs/{name}'), bodies.oneValue),
  fc.tuple(fill('v3/city@ttn/devices/{i}/up'), bodies.thingsStack),
  fc.tuple(fill('application/17c8/device/{i}/event/{event}'), bodies.chirpstack),
);
const mqtt: fc.Arbitrary<AgentRequest> = messages
  .chain(([topic, json]) => {
    const asItIs = fc.constant(bodyText(json));
    return fc.tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.constant(topic) },
        { weight: 1, arbitrary: mutatedText(fc.constant(topic)) },
      ),
      fc.oneof(
        { weight: 3, arbitrary: asItIs },
        { weight: 3, arbitrary: mutatedJson(fc.constant(json)).map(bodyText) },
        { weight: 1, arbitrary: mutatedText(asItIs) },
        { weight: 1, arbitrary: oddText },
      ),
    );
  })
  .map(([topic, payload]) => ({ kind: 'mqtt', topic: topicSafe(topic), payload }));

/**
 * No wildcards, none of the characters that MQTT forbids, and no `$` at the beginning: those end the connection, and a
 * client would send them again for ever.
 */
function topicSafe(topic: string): string {
  return topic.replace(/^\$|[#+\p{Cc}\p{Surrogate}\p{Cn}]/gu, '_') || '_';
}

/** Requests to all ports of the agent. */
export const agentRequest: fc.Arbitrary<AgentRequest> = fc.oneof(
  { weight: 4, arbitrary: wires(configRows).map((wire): AgentRequest => ({ kind: 'config', wire })) },
  { weight: 3, arbitrary: wires(deviceRows).map((wire): AgentRequest => ({ kind: 'device', wire })) },
  { weight: 3, arbitrary: mqtt },
);
