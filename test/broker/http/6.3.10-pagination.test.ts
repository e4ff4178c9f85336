import { beforeAll, describe, expect, it } from '@jest/globals';
import { brokerUnderTest, ERRORS } from './broker-under-test.ts';

const broker = brokerUnderTest();

/** The links to pages in an answer, without that to the @context. */
async function linksOf(search: string): Promise<readonly string[]> {
  const { headers } = await broker.api.get(`/entities/?${search}`).expect(200);
  return (headers['link'] as string).split(', ').filter((link) => !link.includes('json-ld#context'));
}

describe('pages (clause 6.3.10)', () => {
  beforeAll(async () => {
    for (const name of ['a', 'b', 'c']) {
      await broker.api
        .post('/entities')
        .send({ id: `urn:ngsi-ld:Page:${name}`, type: 'Page' })
        .expect(201);
    }
  });

  it('links to the pages before and behind, the parameters in the order of their names', async () => {
    expect(await linksOf('type=Page&count=true&offset=1&limit=1&idPattern=urn:ngsi-ld:Page:.*')).toEqual([
      '</ngsi-ld/v1/entities?count=true&idPattern=urn:ngsi-ld:Page:.*&limit=1&offset=0&type=Page>; rel="prev"; type="application/json"',
      '</ngsi-ld/v1/entities?count=true&idPattern=urn:ngsi-ld:Page:.*&limit=1&offset=2&type=Page>; rel="next"; type="application/json"',
    ]);
  });

  it('writes into links what they need to be followed', async () => {
    const pattern = encodeURIComponent('urn.*[abc]&?');
    const [next] = await linksOf(`type=Page&idPattern=${pattern}&limit=1`);
    expect(next).toBe(
      '</ngsi-ld/v1/entities?idPattern=urn.*%5Babc%5D%26?&limit=1&offset=1&type=Page>; rel="next"; type="application/json"',
    );
    const path = (next ?? '').slice('</ngsi-ld/v1'.length, (next ?? '').indexOf('>'));
    const second = await broker.api.get(path).expect(200);
    expect(second.body).toEqual([{ id: 'urn:ngsi-ld:Page:b', type: 'Page' }]);
  });

  it('is empty behind the end, and leads back to the last page', async () => {
    const { body } = await broker.api.get('/entities?type=Page&limit=2&offset=50').expect(200);
    expect(body).toEqual([]);
    expect(await linksOf('type=Page&limit=2&offset=50&count=true')).toEqual([
      '</ngsi-ld/v1/entities?count=true&limit=2&offset=1&type=Page>; rel="prev"; type="application/json"',
    ]);
  });

  it.each(['1001', '99999999999999999999'])(
    'refuses the limit %s, over the maximum, and names both',
    async (limit) => {
      const { body } = await broker.api.get(`/entities?type=Page&limit=${limit}`).expect(403);
      expect(body.type).toBe(`${ERRORS}TooManyResults`);
      expect(body.detail).toContain(`limit is ${limit}: at most 1000`);
    },
  );

  it('has nothing at an offset beyond all numbers', async () => {
    const { body } = await broker.api.get('/entities?type=Page&offset=99999999999999999999').expect(200);
    expect(body).toEqual([]);
  });
});
