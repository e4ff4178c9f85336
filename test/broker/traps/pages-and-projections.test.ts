import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from '../http/broker-under-test.ts';
import { problemOf } from './answers.ts';

const broker = brokerUnderTest();
const GPS = 'urn:ngsi-ld:Dataset:gps';
const MAP = 'urn:ngsi-ld:Dataset:map';
const GEO_JSON = 'application/geo+json';
const idOf = (name: string | number): string => `urn:ngsi-ld:Room:${name}`;
const point = { type: 'Point', coordinates: [4, 51] };

const create = (entities: readonly JsonObject[]) =>
  broker.api
    .post('/entityOperations/create')
    .send([...entities])
    .expect(201);
const ask = (search: string, accept = 'application/json') =>
  broker.api
    .get(`/entities?${search}`)
    .set('Accept', accept)
    .buffer(true)
    .parse((response, done) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () => done(null, JSON.parse(text)));
    });
const idsIn = (body: readonly JsonObject[]) =>
  body.map(({ id }) => String(id).slice(idOf('').length)).join(' ');
const linksOf = (link: string | undefined) =>
  Object.fromEntries(
    [...(link ?? '').matchAll(/<([^>]*)>; rel="(\w+)"; type="([^"]*)"/g)].map(([, url, rel, type]) => [
      rel,
      { url: String(url).replace(/^.*\?/, ''), type },
    ]),
  );

describe('trap 31: limit=0 needs count, the count is of all, Links have the type of the answer, pages repeat nothing (clauses 5.5.9, 6.3.10)', () => {
  const all = Array.from({ length: 25 }, (_, at) => ({ id: idOf(at), type: 'Paged', a: at % 3 }));
  beforeAll(() => create(all));

  it('limit=0', async () => {
    expect(problemOf(await ask('type=Paged&limit=0'))).toEqual([400, 'BadRequestData']);
    expect(problemOf(await ask('type=Paged&limit=0&count=false'))).toEqual([400, 'BadRequestData']);
    const { body, headers } = await ask('type=Paged&limit=0&count=true').expect(200);
    expect([body, headers['ngsild-results-count']]).toEqual([[], '25']);
    expect(headers['link'] ?? '').not.toContain('rel="next"');
  });

  it.each([
    ['type=Paged&count=true', 20, '25'],
    ['type=Paged&count=true&limit=3&offset=23', 2, '25'],
    ['type=Paged&count=true&offset=25', 0, '25'],
    ['type=Paged&count=true&offset=1000', 0, '25'],
    ['type=Paged&count=true&limit=2&q=a==1', 2, '8'],
    ['type=Nobody&count=true', 0, '0'],
    ['type=Paged', 20, undefined],
    ['type=Paged&count=false', 20, undefined],
  ])('?%s', async (search, length, count) => {
    const { body, headers } = await ask(search).expect(200);
    expect([body.length, headers['ngsild-results-count']]).toEqual([length, count]);
  });

  it('more than the most that is given at once is TooManyResults, which says the most', async () => {
    await ask('type=Paged&limit=1000').expect(200);
    const answer = await ask('type=Paged&limit=1001');
    expect(problemOf(answer)).toEqual([403, 'TooManyResults']);
    expect(answer.body.detail).toContain('1000');
  });

  it.each(['application/json', 'application/ld+json', GEO_JSON])('Links have the type %s', async (accept) => {
    const links = async (offset: number) =>
      linksOf((await ask(`type=Paged&limit=10&offset=${offset}`, accept).expect(200)).headers['link']);
    expect(await links(0)).toEqual({ next: { url: 'limit=10&offset=10&type=Paged', type: accept } });
    expect(await links(10)).toEqual({
      prev: { url: 'limit=10&offset=0&type=Paged', type: accept },
      next: { url: 'limit=10&offset=20&type=Paged', type: accept },
    });
    expect(await links(20)).toEqual({ prev: { url: 'limit=10&offset=10&type=Paged', type: accept } });
    expect(await links(5)).toMatchObject({ prev: { url: 'limit=10&offset=0&type=Paged' } });
  });

  it.each(['', '&q=a>=0', '&orderBy=a', '&orderBy=a;desc'])(
    'following next gives each once: %s',
    async (more) => {
      const seen: string[] = [];
      let search: string | undefined = `type=Paged&limit=4${more}`;
      while (search !== undefined) {
        const { body, headers }: { body: JsonObject[]; headers: Record<string, string> } = await ask(search);
        seen.push(...body.map(({ id }) => String(id)));
        // What changes meanwhile stays where it is.
        await broker.api.patch(`/entities/${seen[0]}`).send({ touched: seen.length });
        search = linksOf(headers['link'])['next']?.url;
      }
      expect(seen).toHaveLength(25);
      expect(new Set(seen).size).toBe(25);
    },
  );

  it.each(['limit=-1', 'limit=1.5', 'limit=ten', 'offset=-1', 'offset=x', 'count=1', 'limit='])(
    'refuses %s',
    async (search) => {
      expect(problemOf(await ask(`type=Paged&${search}`))).toEqual([400, 'BadRequestData']);
    },
  );
});

describe('trap 32: orderBy is of local scope, collates as the ICU root does, and puts what lacks the element last either way (clause 4.23)', () => {
  beforeAll(() =>
    create([
      { id: idOf('zebra'), type: 'Sorted', name: 'zebra', location: point },
      { id: idOf('nobody'), type: 'Sorted' },
      { id: idOf('Apple'), type: 'Sorted', name: 'Apple', location: { type: 'Point', coordinates: [5, 51] } },
      { id: idOf('ecole'), type: 'Sorted', name: 'école' },
      { id: idOf('echo'), type: 'Sorted', name: 'echo' },
      { id: idOf('five'), type: 'Sorted', name: 5 },
      { id: idOf('eddy'), type: 'Sorted', name: 'eddy' },
      { id: idOf('yes'), type: 'Sorted', name: true },
    ]),
  );

  it.each([
    ['orderBy=name', 'five Apple echo ecole eddy zebra yes nobody'],
    ['orderBy=name;asc', 'five Apple echo ecole eddy zebra yes nobody'],
    ['orderBy=name;desc', 'yes zebra eddy ecole echo Apple five nobody'],
    ['orderBy=name;desc&local=true', 'yes zebra eddy ecole echo Apple five nobody'],
    ['orderBy=missing', 'zebra nobody Apple ecole echo five eddy yes'],
    ['orderBy=location;dist-asc&orderFrom=[4,51]&limit=3', 'zebra Apple nobody'],
    ['orderBy=location;dist-desc&orderFrom=[4,51]&limit=3', 'Apple zebra nobody'],
  ])('?%s', async (search, names) => {
    const { body } = await ask(`type=Sorted&${search}`).expect(200);
    expect(idsIn(body)).toBe(names);
  });

  it.each([
    'orderBy=name&local=false',
    'orderBy=name;sideways',
    'orderBy=location;dist-asc',
    'orderBy=location;dist-asc&orderFrom=4,51',
    'orderBy=name&collation=nonsense!',
    'orderBy=',
  ])('refuses ?%s', async (search) => {
    expect(problemOf(await ask(`type=Sorted&${search}`))).toEqual([400, 'BadRequestData']);
  });
});

describe('trap 33: pick, omit and attrs exclude one another, what is left empty is 404 or dropped, a geometry outlives its projection (clauses 4.21, 5.7.1, 6.3.15)', () => {
  const PATH = `/entities/${idOf('p')}`;
  beforeAll(() =>
    create([
      { id: idOf('p'), type: 'Shown', a: 1, b: 2, location: point },
      { id: idOf('q'), type: 'Shown', b: 3, location: point },
    ]),
  );

  it.each([
    'pick=a&omit=a',
    'pick=a,b&omit=b',
    'pick=id&omit=id',
    'attrs=a&pick=a',
    'attrs=a&omit=b',
    'geometryProperty=location',
    'pick=',
    'pick=a,,b',
    'pick=a{b}',
  ])('refuses ?%s', async (search) => {
    for (const answer of [await broker.api.get(`${PATH}?${search}`), await ask(`type=Shown&${search}`)])
      expect(problemOf(answer)).toEqual([400, 'BadRequestData']);
  });

  it.each([
    ['pick=c', []],
    ['attrs=c', []],
    ['pick=a', [{ a: 1 }]],
    ['pick=id,a', [{ id: idOf('p'), a: 1 }, { id: idOf('q') }]],
    ['attrs=a', [{ id: idOf('p'), type: 'Shown', a: 1 }]],
    ['pick=a,b&omit=location', [{ a: 1, b: 2 }, { b: 3 }]],
    ['omit=id,type,a,b,location', []],
    ['omit=id,type,b,location', [{ a: 1 }]],
  ])('?%s of a query', async (search, expected) => {
    expect((await ask(`type=Shown&format=simplified&${search}`).expect(200)).body).toEqual(expected);
  });

  it.each(['pick=c', 'attrs=c', 'omit=id,type,a,b,location'])('?%s of one Entity', async (search) => {
    expect(problemOf(await broker.api.get(`${PATH}?${search}`))).toEqual([404, 'ResourceNotFound']);
  });

  it('pick without id and type leaves them out', async () => {
    expect((await broker.api.get(`${PATH}?pick=a&format=simplified`).expect(200)).body).toEqual({ a: 1 });
    expect((await broker.api.get(`${PATH}?pick=type&format=simplified`).expect(200)).body).toEqual({
      type: 'Shown',
    });
  });

  it('the geometry of a Feature is there whatever is picked', async () => {
    for (const search of ['pick=id,a', 'omit=location', 'attrs=a', 'pick=id,a&geometryProperty=location']) {
      const { body } = await ask(`type=Shown&${search}`, GEO_JSON).expect(200);
      expect(body.features[0]).toMatchObject({ type: 'Feature', geometry: point });
      expect(body.features[0].properties).not.toHaveProperty('location');
    }
  });
});

describe('trap 34: datasetId keeps its instances and drops Attributes without one; @none is the default instance (clauses 4.5.5, 5.7.2.4)', () => {
  const PATH = `/entities/${idOf('d')}`;
  const some = [{ value: 1 }, { value: 2, datasetId: GPS }, { value: 3, datasetId: MAP }];
  beforeAll(() =>
    create([{ id: idOf('d'), type: 'Datasets', a: some, b: { value: 4, datasetId: GPS }, c: 5 }]),
  );

  it.each([
    [`datasetId=${GPS}`, { a: some[1], b: { value: 4, datasetId: GPS } }],
    [`datasetId=${MAP}`, { a: some[2] }],
    ['datasetId=%40none', { a: 1, c: 5 }],
    [`datasetId=@none,${MAP}`, { a: [some[0], some[2]], c: 5 }],
    [`datasetId=${GPS},${MAP}`, { a: [some[1], some[2]], b: { value: 4, datasetId: GPS } }],
    ['datasetId=urn:ngsi-ld:Dataset:none', {}],
  ])('?%s', async (search, attributes) => {
    const expected = { id: idOf('d'), type: 'Datasets', ...attributes };
    expect((await broker.api.get(`${PATH}?format=concise&${search}`).expect(200)).body).toEqual(expected);
    expect((await ask(`type=Datasets&format=concise&${search}`).expect(200)).body).toEqual([expected]);
  });

  it('is a URI or @none', async () => {
    for (const search of ['datasetId=gps', 'datasetId=', `datasetId=${GPS},none`])
      expect(problemOf(await broker.api.get(`${PATH}?${search}`))).toEqual([400, 'BadRequestData']);
  });

  it('by POST as well', async () => {
    const query = { type: 'Query', entities: [{ type: 'Datasets' }], datasetId: [MAP, '@none'] };
    const { body } = await broker.api
      .post('/entityOperations/query?format=simplified')
      .send(query)
      .expect(200);
    expect(body).toEqual([
      { id: idOf('d'), type: 'Datasets', a: { dataset: { '@none': 1, [MAP]: 3 } }, c: 5 },
    ]);
  });
});
