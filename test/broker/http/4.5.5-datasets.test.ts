import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from './broker-under-test.ts';

const broker = brokerUnderTest();
const ID = 'urn:ngsi-ld:Lamp:1';
const PATH = `/entities/${ID}`;
const GPS = 'urn:ngsi-ld:Dataset:gps';
const MAP = 'urn:ngsi-ld:Dataset:map';
const ofDefault = { value: 1, unitCode: 'MTR' };
const ofGps = { value: 2, unitCode: 'FOT', datasetId: GPS };

beforeEach(async () => {
  await broker.api.delete(PATH);
  await broker.api
    .post('/entities')
    .send({ id: ID, type: 'Lamp', h: [ofDefault, ofGps] })
    .expect(201);
});

async function heights(): Promise<Json> {
  return (await broker.api.get(`${PATH}?format=concise`).expect(200)).body.h;
}

type Method = 'post' | 'put' | 'patch' | 'delete';
interface Case {
  readonly route: string;
  /** What is sent for the Attribute; nothing with DELETE. */
  readonly sent?: Json;
  readonly left: Json | undefined;
  readonly status?: number;
}

/** How each route finds the instances that it is about (clauses 4.5.5, 5.6): the Attribute `h` has two. */
const cases: readonly Case[] = [
  // An instance that is there
  {
    route: `post ${PATH}/attrs`,
    sent: { value: 9, datasetId: GPS },
    left: [ofDefault, { value: 9, datasetId: GPS }],
  },
  {
    route: `post ${PATH}/attrs?options=noOverwrite`,
    sent: { value: 9, datasetId: GPS },
    left: [ofDefault, ofGps],
    status: 207,
  },
  {
    route: `patch ${PATH}/attrs`,
    sent: { value: 9, datasetId: GPS },
    left: [ofDefault, { value: 9, datasetId: GPS }],
  },
  { route: `patch ${PATH}`, sent: { value: 9, datasetId: GPS }, left: [ofDefault, { ...ofGps, value: 9 }] },
  {
    route: `patch ${PATH}/attrs/h`,
    sent: { value: 9, datasetId: GPS },
    left: [ofDefault, { ...ofGps, value: 9 }],
  },
  {
    route: `put ${PATH}/attrs/h`,
    sent: { value: 9, datasetId: GPS },
    left: [ofDefault, { value: 9, datasetId: GPS }],
  },
  { route: `put ${PATH}/attrs/h/value?datasetId=${GPS}`, sent: 9, left: [ofDefault, { ...ofGps, value: 9 }] },
  { route: `delete ${PATH}/attrs/h?datasetId=${GPS}`, left: ofDefault },
  { route: `put ${PATH}`, sent: { value: 9, datasetId: GPS }, left: { value: 9, datasetId: GPS } },
  {
    route: 'post /entityOperations/upsert',
    sent: { value: 9, datasetId: GPS },
    left: { value: 9, datasetId: GPS },
  },
  {
    route: 'post /entityOperations/upsert?options=update',
    sent: { value: 9, datasetId: GPS },
    left: [ofDefault, { value: 9, datasetId: GPS }],
  },
  {
    route: 'post /entityOperations/update',
    sent: { value: 9, datasetId: GPS },
    left: [ofDefault, { value: 9, datasetId: GPS }],
  },
  {
    route: 'post /entityOperations/update?options=noOverwrite',
    sent: { value: 9, datasetId: GPS },
    left: [ofDefault, ofGps],
    status: 207,
  },
  {
    route: 'post /entityOperations/merge',
    sent: { value: 9, datasetId: GPS },
    left: [ofDefault, { ...ofGps, value: 9 }],
  },

  // The default instance, without a datasetId and with @none
  { route: `post ${PATH}/attrs`, sent: 9, left: [{ value: 9 }, ofGps] },
  { route: `post ${PATH}/attrs`, sent: { value: 9, datasetId: '@none' }, left: [{ value: 9 }, ofGps] },
  { route: `patch ${PATH}/attrs`, sent: { value: 9, datasetId: '@none' }, left: [{ value: 9 }, ofGps] },
  {
    route: `patch ${PATH}`,
    sent: { value: 9, datasetId: '@none' },
    left: [{ ...ofDefault, value: 9 }, ofGps],
  },
  { route: `patch ${PATH}/attrs/h`, sent: { value: 9 }, left: [{ ...ofDefault, value: 9 }, ofGps] },
  {
    route: `patch ${PATH}/attrs/h`,
    sent: { value: 9, datasetId: '@none' },
    left: [{ ...ofDefault, value: 9 }, ofGps],
  },
  { route: `put ${PATH}/attrs/h`, sent: { value: 9 }, left: [{ value: 9 }, ofGps] },
  { route: `put ${PATH}/attrs/h`, sent: { value: 9, datasetId: '@none' }, left: [{ value: 9 }, ofGps] },
  { route: `put ${PATH}/attrs/h/value`, sent: 9, left: [{ ...ofDefault, value: 9 }, ofGps] },
  {
    route: `put ${PATH}/attrs/h/value?datasetId=%40none`,
    sent: 9,
    left: [{ ...ofDefault, value: 9 }, ofGps],
  },
  { route: `delete ${PATH}/attrs/h`, left: ofGps },
  { route: `delete ${PATH}/attrs/h?datasetId=%40none`, left: ofGps },
  { route: `delete ${PATH}/attrs/h?deleteAll=true`, left: undefined },

  // An instance that is not there
  {
    route: `post ${PATH}/attrs`,
    sent: { value: 9, datasetId: MAP },
    left: [ofDefault, ofGps, { value: 9, datasetId: MAP }],
  },
  {
    route: `post ${PATH}/attrs?options=noOverwrite`,
    sent: { value: 9, datasetId: MAP },
    left: [ofDefault, ofGps, { value: 9, datasetId: MAP }],
  },
  {
    route: `patch ${PATH}/attrs`,
    sent: { value: 9, datasetId: MAP },
    left: [ofDefault, ofGps, { value: 9, datasetId: MAP }],
  },
  {
    route: `patch ${PATH}`,
    sent: { value: 9, datasetId: MAP },
    left: [ofDefault, ofGps, { value: 9, datasetId: MAP }],
  },
  {
    route: 'post /entityOperations/merge',
    sent: { value: 9, datasetId: MAP },
    left: [ofDefault, ofGps, { value: 9, datasetId: MAP }],
  },
  {
    route: `patch ${PATH}/attrs/h`,
    sent: { value: 9, datasetId: MAP },
    left: [ofDefault, ofGps],
    status: 404,
  },
  { route: `put ${PATH}/attrs/h`, sent: { value: 9, datasetId: MAP }, left: [ofDefault, ofGps], status: 404 },
  { route: `put ${PATH}/attrs/h/value?datasetId=${MAP}`, sent: 9, left: [ofDefault, ofGps], status: 404 },
  { route: `delete ${PATH}/attrs/h?datasetId=${MAP}`, left: [ofDefault, ofGps], status: 404 },

  // Several at once
  {
    route: `post ${PATH}/attrs`,
    sent: [{ value: 8 }, { value: 9, datasetId: MAP }],
    left: [{ value: 8 }, ofGps, { value: 9, datasetId: MAP }],
  },
  {
    route: `patch ${PATH}/attrs`,
    sent: [{ value: 8, datasetId: GPS }, { value: 9 }],
    left: [{ value: 9 }, { value: 8, datasetId: GPS }],
  },
  {
    route: `patch ${PATH}`,
    sent: [{ value: 8, datasetId: GPS }, { value: 9 }],
    left: [
      { ...ofDefault, value: 9 },
      { ...ofGps, value: 8 },
    ],
  },
  {
    route: `put ${PATH}`,
    sent: [{ value: 9, datasetId: MAP }, { value: 8 }],
    left: [{ value: 9, datasetId: MAP }, { value: 8 }],
  },
  {
    route: `patch ${PATH}?format=simplified`,
    sent: { dataset: { '@none': 8, [MAP]: 9 } },
    left: [{ ...ofDefault, value: 8 }, ofGps, { value: 9, datasetId: MAP }],
  },

  // One that is none, or twice the same
  ...[
    { value: 9, datasetId: 'gps' },
    { value: 9, datasetId: 5 },
    { value: 9, datasetId: '' },
    { value: 9, datasetId: ['urn:a:1'] },
  ].flatMap((sent) =>
    [
      `post ${PATH}/attrs`,
      `patch ${PATH}/attrs`,
      `patch ${PATH}`,
      `put ${PATH}`,
      `patch ${PATH}/attrs/h`,
      `put ${PATH}/attrs/h`,
    ].map((route): Case => ({ route, sent, left: [ofDefault, ofGps], status: 400 })),
  ),
  ...[`post ${PATH}/attrs`, `patch ${PATH}/attrs`, `patch ${PATH}`, `put ${PATH}`].map(
    (route): Case => ({
      route,
      sent: [{ value: 8 }, { value: 9, datasetId: '@none' }],
      left: [ofDefault, ofGps],
      status: 400,
    }),
  ),
];

function send(route: string, sent: Json | undefined) {
  const [method, path = ''] = route.split(' ') as [Method, string];
  const request = broker.api[method](path);
  if (sent === undefined) return request;
  const isOfOne = path.includes('/attrs/h');
  const entity: JsonObject = { id: ID, type: 'Lamp', h: sent };
  const body = isOfOne ? sent : path.startsWith('/entityOperations') ? [entity] : entity;
  return request.set('Content-Type', 'application/json').send(JSON.stringify(body));
}

describe('which instance of an Attribute a route is about (clauses 4.5.5, 5.6)', () => {
  it.each(cases)('$route of $sent', async ({ route, sent, left, status = 204 }) => {
    expect((await send(route, sent)).status).toBe(status);
    expect(await heights()).toEqual(left);
  });

  it.each([
    [
      '',
      [
        { type: 'Property', ...ofDefault },
        { type: 'Property', ...ofGps },
      ],
    ],
    [`?datasetId=${GPS}`, { type: 'Property', ...ofGps }],
    ['?datasetId=%40none', { type: 'Property', ...ofDefault }],
    [`?datasetId=${GPS}&format=simplified`, 2],
    ['/value', 1],
    [`/value?datasetId=${GPS}`, 2],
  ])('get /entities/{id}/attrs/h%s', async (search, expected) => {
    expect((await broker.api.get(`${PATH}/attrs/h${search}`).expect(200)).body).toEqual(expected);
  });
});
