import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from './broker-under-test.ts';

const broker = brokerUnderTest();
const ID = 'urn:ngsi-ld:Store:1';
const PATH = `/entities/${ID}`;

const ngsildproof: JsonObject = {
  type: 'Property',
  value: { type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022', proofValue: 'z3Xr' },
  entityIdSealed: ID,
  entityTypeSealed: 'Store',
};
const withProof = (change: JsonObject): JsonObject => ({ ngsildproof: { ...ngsildproof, ...change } });

beforeEach(async () => {
  await broker.api.delete(PATH);
  await broker.api.post('/entities').send({ id: ID, type: 'Store', ngsildproof }).expect(201);
});

const read = async (search = ''): Promise<JsonObject> =>
  (await broker.api.get(`${PATH}${search}`).expect(200)).body.ngsildproof;

describe('a proof as an Attribute of an Entity (clause 4.5.2.2)', () => {
  it('comes back as it was given, with what it seals', async () => {
    expect(await read()).toEqual(ngsildproof);
    const { type: _type, ...concise } = ngsildproof;
    expect(await read('?format=concise')).toEqual(concise);
  });

  it('is kept by a concise round trip', async () => {
    const { body } = await broker.api.get(`${PATH}?format=concise`);
    await broker.api.put(PATH).send(body).expect(204);
    expect(await read()).toEqual(ngsildproof);
  });

  it('is changed member by member, and whole', async () => {
    await broker.api.patch(`${PATH}/attrs/ngsildproof`).send({ entityTypeSealed: 'Shop' }).expect(204);
    expect(await read()).toEqual({ ...ngsildproof, entityTypeSealed: 'Shop' });
    await broker.api
      .patch(PATH)
      .send({ ngsildproof: { entityIdSealed: 'urn:ngsi-ld:null' } })
      .expect(204);
    expect(await read()).not.toHaveProperty('entityIdSealed');
    await broker.api.put(`${PATH}/attrs/ngsildproof`).send(ngsildproof).expect(204);
    expect(await read()).toEqual(ngsildproof);
  });

  it.each<readonly [JsonObject, RegExp]>([
    [withProof({ value: 'no proof' }), /not a Property with an object as its value/],
    [{ ngsildproof: { type: 'Relationship', object: ID } }, /not a Property with an object as its value/],
    [withProof({ entityIdSealed: 5 }), /entityIdSealed of ngsildproof "5" is not a string/],
    [withProof({ entityTypeSealed: ['Store'] }), /entityTypeSealed of ngsildproof .* is not a string/],
    [{ name: { value: 1, entityIdSealed: ID } }, /name has the member entityIdSealed, which belongs inside/],
    [
      withProof({ by: { value: 1, entityTypeSealed: 'A' } }),
      /ngsildproof.by has the member entityTypeSealed/,
    ],
  ])('is refused with %j', async (attributes, detail) => {
    const { body } = await broker.api.post(`${PATH}/attrs`).send(attributes).expect(400);
    expect(body).toMatchObject({
      type: expect.stringMatching(/BadRequestData$/),
      detail: expect.stringMatching(detail),
    });
    expect(await read()).toEqual(ngsildproof);
  });

  it('is refused of another kind on its own path', async () => {
    const { body } = await broker.api.put(`${PATH}/attrs/ngsildproof`).send({ value: 1 }).expect(400);
    expect(body.detail).toMatch(/not a Property with an object/);
    await broker.api.patch(`${PATH}/attrs/ngsildproof`).send({ value: 'x' }).expect(400);
  });
});
