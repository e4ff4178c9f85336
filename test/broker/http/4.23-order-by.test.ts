import { beforeAll, describe, expect, it } from '@jest/globals';
import { brokerUnderTest, CITY_CONTEXT, contextLink, ERRORS } from './broker-under-test.ts';

const idOf = (name: string) => `urn:ngsi-ld:Building:${name}`;
/** In the order in which they are created. */
const buildings = [
  { name: 'b', temp: 20, location: { type: 'Point', coordinates: [10, 45] }, address: { city: 'Mol' } },
  { name: 'a', temp: 20, location: { type: 'Point', coordinates: [8, 40] }, address: { city: 'Geel' } },
  { name: 'd', temp: 5 },
  { name: 'c', temp: 'cold', location: { type: 'Point', coordinates: [9, 41] }, address: { city: 'Lier' } },
];

describe('orderBy (clause 4.23)', () => {
  const broker = brokerUnderTest();

  beforeAll(async () => {
    for (const building of buildings) {
      await broker.api
        .post('/entities')
        .set('Link', contextLink(CITY_CONTEXT))
        .send({ id: idOf(building.name), type: 'Building', ...building })
        .expect(201);
    }
  });

  const get = (parameters: Readonly<Record<string, string>>) =>
    broker.api
      .get('/entities')
      .query({ type: 'Building', options: 'keyValues', ...parameters })
      .set('Link', contextLink(CITY_CONTEXT));
  const post = (ordering: object, url = '/entityOperations/query') =>
    broker.api
      .post(url)
      .set('Link', contextLink(CITY_CONTEXT))
      .send({ type: 'Query', entities: [{ type: 'Building' }], ordering });
  const names = (body: readonly { readonly id: string }[]) =>
    body.map(({ id }) => id.split(':').at(-1)).join(' ');

  it.each([
    [{ orderBy: 'name' }, 'a b c d'],
    [{ orderBy: 'name;desc' }, 'd c b a'],
    [{ orderBy: 'id' }, 'a b c d'],
    [{ orderBy: 'createdAt' }, 'b a d c'],
    [{ orderBy: 'temp' }, 'd b a c'],
    [{ orderBy: 'temp,name' }, 'd a b c'],
    [{ orderBy: 'address[city]' }, 'a c b d'],
    [{ orderBy: 'location;dist-asc', orderFrom: '[8, 40]' }, 'a c b d'],
    [{ orderBy: 'location;dist-desc', orderFrom: '[8,40]' }, 'b c a d'],
    [{ orderBy: 'name;desc', local: 'true' }, 'd c b a'],
    [{ orderBy: 'name', q: 'temp==20' }, 'a b'],
    [{ orderBy: 'name', pick: 'id' }, 'a b c d'],
  ])('gives %j', async (parameters, expected) => {
    const { body } = await get(parameters).expect(200);
    expect(names(body)).toBe(expected);
  });

  it('gives pages without repetition, the number of all, and links', async () => {
    const pages = await Promise.all(
      [0, 2, 4].map((offset) =>
        get({ orderBy: 'temp;desc', limit: '2', offset: `${offset}`, count: 'true' }),
      ),
    );
    expect(pages.map(({ body }) => names(body))).toEqual(['c b', 'a d', '']);
    expect(pages.map(({ headers }) => headers['ngsild-results-count'])).toEqual(['4', '4', '4']);
    expect(pages[0]?.headers['link']).toMatch(/rel="next"/);
    expect(pages[1]?.headers['link']).not.toMatch(/rel="next"/);
  });

  it('gives the number alone with limit=0', async () => {
    const { body, headers } = await get({ orderBy: 'name', limit: '0', count: 'true' }).expect(200);
    expect(body).toEqual([]);
    expect(headers['ngsild-results-count']).toBe('4');
  });

  it('orders what a POST asks for (clause 5.2.43)', async () => {
    const byDistance = { orderBy: ['location;dist-asc', 'name'], coordinates: [8, 40], geometry: 'Point' };
    const { body } = await post(byDistance).expect(200);
    expect(names(body)).toBe('a c b d');
    const { body: byName } = await post({ orderBy: ['name;desc'], collation: 'de-u-co-phonebk' }).expect(200);
    expect(names(byName)).toBe('d c b a');
  });

  it.each([
    [{ orderBy: ['location;dist-asc'] }, /coordinates/],
    [{ orderBy: ['location;dist-asc'], coordinates: '8,40' }, /ordering.coordinates is no array/],
    [{ orderBy: ['id;asc'], geometry: 5 }, /one of Point/],
    [{ orderBy: ['id;asc'], collation: 'not a bcp47 tag!!' }, /no language tag/],
    [{ orderBy: 'id' }, /ordering.orderBy is no array/],
    [{ orderby: ['id'] }, /"orderby" is no member of ordering/],
  ])('refuses the OrderingParams %j', async (ordering, detail) => {
    const { body } = await post(ordering).expect(400);
    expect(body).toMatchObject({ type: `${ERRORS}BadRequestData`, detail: expect.stringMatching(detail) });
  });

  it.each([
    [{ orderBy: 'location;dist-asc' }, /orderFrom/],
    [{ orderBy: 'name', collation: '!!nope' }, /no language tag/],
    [{ collation: '!!nope' }, /no language tag/],
    [{ orderBy: 'name', local: 'false' }, /local scope only/],
  ])('refuses %j', async (parameters, detail) => {
    const { body } = await get(parameters).expect(400);
    expect(body).toMatchObject({ type: `${ERRORS}BadRequestData`, detail: expect.stringMatching(detail) });
  });

  it('refuses an order of what other brokers are asked as well (clause 5.7.2.4)', async () => {
    const { body } = await post({ orderBy: ['id'] }, '/entityOperations/query?local=false').expect(400);
    expect(body.detail).toMatch(/local scope only/);
  });

  it('refuses pages that reach too far', async () => {
    const { body } = await get({ orderBy: 'name', offset: '99999' }).expect(403);
    expect(body).toMatchObject({ type: `${ERRORS}TooManyResults`, detail: expect.stringMatching(/100000/) });
  });
});
