import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, DEFAULT, ERRORS } from './broker-under-test.ts';

const broker = brokerUnderTest();
const ID = 'urn:ngsi-ld:Lamp:1';
const PATH = `/entities/${ID}`;
const NULL = 'urn:ngsi-ld:null';
const GPS = 'urn:ngsi-ld:Dataset:gps';

const lamp: JsonObject = {
  id: ID,
  type: 'Lamp',
  scope: '/Street',
  power: {
    type: 'Property',
    value: 10,
    unitCode: 'WTT',
    observedAt: '2026-05-01T00:00:00Z',
    by: { type: 'Property', value: 'meter' },
  },
  height: [
    { type: 'Property', value: 4 },
    { type: 'Property', value: 4.2, datasetId: GPS },
  ],
};

beforeEach(async () => {
  await broker.api.delete(PATH);
  await broker.api.post('/entities').send(lamp).expect(201);
});

async function read(search = ''): Promise<JsonObject> {
  return (await broker.api.get(PATH + search).expect(200)).body;
}

describe('POST /entities/{entityId}/attrs (clause 6.6.3.1)', () => {
  it('adds what is not there and replaces what is, whole', async () => {
    await broker.api
      .post(`${PATH}/attrs`)
      .send({ type: 'Pole', scope: '/Quay', on: true, power: 12, height: { value: 5, datasetId: GPS } })
      .expect(204);
    expect(await read('?format=concise')).toEqual({
      id: ID,
      type: ['Lamp', 'Pole'],
      scope: '/Quay',
      power: 12,
      height: [{ value: 4 }, { value: 5, datasetId: GPS }],
      on: true,
    });
  });

  it('tells with noOverwrite what it left, by full names (clause 5.2.18)', async () => {
    const response = await broker.api
      .post(`${PATH}/attrs?options=noOverwrite`)
      .send({ scope: '/Quay', power: 12, on: true })
      .expect(207);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.headers).not.toHaveProperty('link');
    expect(response.body).toEqual({
      updated: [`${DEFAULT}on`],
      notUpdated: [{ attributeName: `${DEFAULT}power`, reason: expect.stringContaining('exists') }],
    });
    expect(await read('?format=simplified')).toMatchObject({
      power: 10,
      on: true,
      scope: ['/Street', '/Quay'],
    });
  });

  it('refuses NGSI-LD Null, other options and Entities that are not there', async () => {
    await broker.api.post(`${PATH}/attrs`).send({ power: NULL }).expect(400);
    const { body } = await broker.api.post(`${PATH}/attrs?options=replace`).send({ on: true }).expect(400);
    expect(body.type).toBe(`${ERRORS}InvalidRequest`);
    await broker.api.post('/entities/urn:ngsi-ld:Lamp:none/attrs').send({ on: true }).expect(404);
    await broker.api.post(`${PATH}/attrs?type=Pole`).send({ on: true }).expect(404);
    expect(await read()).toEqual(lamp);
  });
});

describe('PATCH /entities/{entityId}/attrs (clause 6.6.3.2)', () => {
  it('replaces instances whole, appends others and deletes by NGSI-LD Null', async () => {
    await broker.api
      .patch(`${PATH}/attrs`)
      .send({ power: { type: 'Property', value: 11 }, on: true, height: { value: NULL, datasetId: GPS } })
      .expect(204);
    expect(await read('?format=concise')).toEqual({
      id: ID,
      type: 'Lamp',
      scope: '/Street',
      power: 11,
      height: 4,
      on: true,
    });
  });

  it('tells which instances it could not delete', async () => {
    const { body } = await broker.api.patch(`${PATH}/attrs`).send({ power: 11, off: NULL }).expect(207);
    expect(body).toEqual({
      updated: [`${DEFAULT}power`],
      notUpdated: [{ attributeName: `${DEFAULT}off`, reason: expect.stringContaining('not exist') }],
    });
  });

  it('answers 404 for an Entity that is not there', async () => {
    await broker.api.patch('/entities/urn:ngsi-ld:Lamp:none/attrs').send({ on: true }).expect(404);
  });
});

describe('PATCH /entities/{entityId}/attrs/{attrId} (clause 6.7.3.1)', () => {
  it('changes the members that are given and keeps the others', async () => {
    await broker.api.patch(`${PATH}/attrs/power`).send({ value: 12, unitCode: NULL }).expect(204);
    const { unitCode: _unit, ...power } = lamp['power'] as JsonObject;
    expect(await read()).toEqual({ ...lamp, power: { ...power, value: 12 } });
  });

  it('goes to the instance of the datasetId', async () => {
    await broker.api.patch(`${PATH}/attrs/height`).send({ value: 5, datasetId: GPS }).expect(204);
    expect((await read('?format=simplified'))['height']).toEqual({ dataset: { '@none': 4, [GPS]: 5 } });
  });

  it.each([
    ['power', { type: 'Relationship', object: 'urn:a:b' }, 400],
    ['scope', { value: '/A' }, 400],
    ['id', { value: 'urn:a:b' }, 400],
    ['power', [], 400],
    ['nothing', { value: 1 }, 404],
    ['height', { value: 1, datasetId: 'urn:ngsi-ld:Dataset:none' }, 404],
  ])('refuses %s with %j', async (attribute, body, status) => {
    await broker.api.patch(`${PATH}/attrs/${attribute}`).send(body).expect(status);
    expect(await read()).toEqual(lamp);
  });
});

describe('PUT /entities/{entityId}/attrs/{attrId} (clause 6.7.3.3)', () => {
  it('replaces the instance, whatever its kind, and keeps its createdAt', async () => {
    const { createdAt } = (await read('?options=sysAttrs'))['power'] as JsonObject;
    broker.clock.advance(1_000_000);
    await broker.api.put(`${PATH}/attrs/power`).send({ type: 'Relationship', object: 'urn:a:b' }).expect(204);
    expect((await read('?options=sysAttrs'))['power']).toEqual({
      type: 'Relationship',
      object: 'urn:a:b',
      createdAt,
      modifiedAt: expect.not.stringMatching(`^${createdAt}$`),
    });
  });

  it('refuses an Attribute or a dataset that is not there, and scope', async () => {
    await broker.api.put(`${PATH}/attrs/nothing`).send({ value: 1 }).expect(404);
    await broker.api.put(`${PATH}/attrs/power`).send({ value: 1, datasetId: GPS }).expect(404);
    await broker.api.put(`${PATH}/attrs/scope`).send({ value: '/A' }).expect(400);
    await broker.api.put(`${PATH}/attrs/power`).send({ value: NULL }).expect(400);
    expect(await read()).toEqual(lamp);
  });
});

describe('DELETE /entities/{entityId}/attrs/{attrId} (clause 6.7.3.2)', () => {
  const heights = async () => (await read('?format=simplified'))['height'];

  it('deletes the default instance, that of a dataset, or all', async () => {
    await broker.api.delete(`${PATH}/attrs/height`).expect(204);
    expect(await heights()).toBe(4.2);
    await broker.api.delete(`${PATH}/attrs/height`).expect(404);
    await broker.api.delete(`${PATH}/attrs/height?datasetId=${GPS}`).expect(204);
    expect(await heights()).toBeUndefined();
    await broker.api.post(`${PATH}/attrs`).send({ height: lamp['height'] }).expect(204);
    await broker.api.delete(`${PATH}/attrs/height?deleteAll=true`).expect(204);
    expect(await heights()).toBeUndefined();
  });

  it('takes @none for the default instance, and scope for the scopes', async () => {
    await broker.api.delete(`${PATH}/attrs/height?datasetId=%40none`).expect(204);
    expect(await heights()).toBe(4.2);
    await broker.api.delete(`${PATH}/attrs/scope`).expect(204);
    expect(await read()).not.toHaveProperty('scope');
    await broker.api.delete(`${PATH}/attrs/scope`).expect(404);
  });

  it.each([
    ['/attrs/type', 400],
    ['/attrs/id', 400],
    ['/attrs/height?datasetId=nonsense', 400],
    [`/attrs/height?datasetId=${GPS}&deleteAll=true`, 400],
    ['/attrs/height?deleteAll=yes', 400],
    ['/attrs/nothing?deleteAll=true', 404],
    ['/attrs/height?type=Pole', 404],
  ])('refuses %s', async (path, status) => {
    await broker.api.delete(PATH + path).expect(status);
    expect(await read()).toEqual(lamp);
  });
});
