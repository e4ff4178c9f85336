import { answers, type Operation, type OperationAnswer, ref } from './operation.ts';

const measured = { isOfDevices: true, isPublic: true, tag: 'Plain devices' } as const;
const sender = { k: 'k1', i: 'room-1' } as const;
const common = { ...measured, query: ['k', 'i', 't', 'getCmd'], given: sender };
const uplink = {
  end_device_ids: { device_id: 'pm-04', dev_eui: '70B3D57BA0000123' },
  uplink_message: { f_port: 1, f_cnt: 1, frm_payload: 'AhtQAA8MJQAlACcAJwAnAfUBBwEsAS0BLQEtZ71hjb0Q' },
} as const;
const servers = ['things-stack', 'chirpstack', 'loriot', 'actility', 'netmore', 'helium', 'lorawan'] as const;
const examples: Readonly<Record<(typeof servers)[number], object>> = {
  'things-stack': uplink,
  lorawan: uplink,
  chirpstack: { deviceInfo: { devEui: '70b3d57ba0000123' }, fCnt: 1, fPort: 1, data: 'AhtQAA8M' },
  loriot: {
    cmd: 'rx',
    EUI: '70B3D57BA0000123',
    fcnt: 1,
    port: 1,
    data: '021b50000f0c',
    ts: 1_790_000_000_000,
  },
  actility: {
    DevEUI_uplink: {
      DevEUI: '70B3D57BA0000123',
      FPort: 1,
      FCntUp: 1,
      payload_hex: '021b50000f0c',
      Time: '2026-11-24T08:00:00Z',
    },
  },
  netmore: [
    {
      devEui: '70B3D57BA0000123',
      fPort: '1',
      fCntUp: 1,
      payload: '021b50000f0c',
      timestamp: '2026-11-24T08:00:00Z',
    },
  ],
  helium: {
    dev_eui: '70B3D57BA0000123',
    port: 1,
    fcnt: 1,
    payload: 'AhtQAA8M',
    reported_at: 1_790_000_000_000,
  },
};

/** What devices and network servers send, on a port of its own. */
export const devicePortOperations: readonly Operation[] = [
  ...plainOperations('/iot/json', 'application/json', { t: 21.5 }, { light: 'done' }),
  ...plainOperations('/iot/d', 'text/plain', 't|21.5', 'room-1@light|done'),
  {
    ...{ method: 'POST', path: '/configuration/commands', ...measured, query: ['k', 'i'], given: sender },
    summary: 'Asks for values of the Entity, in either protocol',
    body: { schema: ref('Anything'), example: { type: 'configuration', fields: ['temperature'] } },
    answer: answers('The values', {}),
  },
  ...servers.map(
    (server): Operation => ({
      ...{ method: 'POST', path: `/webhooks/${server}`, isOfDevices: true, tag: 'Network servers' },
      summary:
        server === 'lorawan'
          ? 'A message of any network server, told by its shape'
          : `A message of ${server}`,
      description: 'With the secret of WEBHOOK_SECRET as X-Webhook-Secret or bearer token, where one is set.',
      query: ['event', 'applicationId'],
      body: {
        schema: { type: ['object', 'array'] },
        example: examples[server] as NonNullable<Operation['body']>['example'],
      },
      answer: { status: 204, about: 'It is safe on disk' },
    }),
  ),
];

type Example = NonNullable<Operation['body']>['example'];

function plainOperations(
  root: string,
  type: string,
  measure: Example,
  result: Example,
): readonly Operation[] {
  const isJson = type === 'application/json';
  const schema = isJson ? { type: ['object', 'array'] } : { type: 'string' };
  const inUrl = isJson ? JSON.stringify(measure) : String(measure);
  const question = isJson ? { type: 'configuration', fields: ['temperature'] } : 'configuration|temperature';
  const post = (end: string, summary: string, example: Example): Operation => ({
    ...{ method: 'POST', path: root + end, ...common, summary },
    body: { type, schema, example },
    answer: safe(type),
  });
  return [
    post('', 'Measures', measure),
    {
      ...{
        method: 'GET',
        path: root,
        ...common,
        query: [...common.query, 'd'],
        given: { ...sender, d: inUrl },
      },
      summary: 'Measures in the URL, or with getCmd alone a question for commands',
      answer: safe(type),
    },
    {
      ...{
        method: 'POST',
        path: `${root}/attrs/{name}`,
        ...common,
        names: { name: 't' },
        summary: 'One value',
      },
      body: { type: 'text/plain', schema: {}, example: '21.5' },
      answer: safe(type),
    },
    post('/commands', 'Results of commands', result),
    post('/configuration/commands', 'Asks for values of the Entity', question),
  ];
}

function safe(type: string): OperationAnswer {
  const about = 'It is safe on disk. The commands that wait, when they are asked for';
  return { status: 200, about, schema: {}, type };
}
