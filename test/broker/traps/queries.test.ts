import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, CITY_CONTEXT, contextLink, TEMPERATURE } from '../http/broker-under-test.ts';
import { problemOf } from './answers.ts';

const broker = brokerUnderTest();
const GPS = 'urn:ngsi-ld:Dataset:gps';
const idOf = (name: string): string => `urn:ngsi-ld:Room:${name}`;

/** Makes the Rooms by the end of their ids; the only Entities of the tenant. */
async function given(tenant: string, rooms: Readonly<Record<string, JsonObject>>): Promise<void> {
  const entities = Object.entries(rooms).map(([name, members]) => ({
    id: idOf(name),
    type: 'Room',
    ...members,
  }));
  await broker.api.post('/entityOperations/create').set('NGSILD-Tenant', tenant).send(entities).expect(201);
}
/** What a query answers, and, when that are Rooms, the ends of their ids. */
async function ask(tenant: string, search: string) {
  const answer = await broker.api.get(`/entities?${search}`).set('NGSILD-Tenant', tenant);
  const rooms =
    answer.status === 200 ? answer.body.map(({ id }: { id: string }) => id.slice(idOf('').length)) : [];
  return { answer, names: rooms.join(' ') };
}
const q = async (tenant: string, text: string) => {
  const { answer, names } = await ask(tenant, `type=Room&q=${encodeURIComponent(text)}`);
  return answer.status === 200 ? names : answer.status;
};
/** As `q`, for parameters that are written out. */
const found = async (tenant: string, search: string) => {
  const { answer, names } = await ask(tenant, search);
  return answer.status === 200 ? names : problemOf(answer)[0];
};

describe('trap 25: id, idPattern and system members alone are too wide a query (clause 5.7.2.4)', () => {
  beforeAll(() =>
    given('t25', { 1: { a: 1 }, 2: { b: 1, location: { type: 'Point', coordinates: [4, 51] } } }),
  );

  it.each([
    '',
    `id=${idOf('1')}`,
    `id=${idOf('1')},${idOf('2')}`,
    'idPattern=.*',
    `id=${idOf('1')}&idPattern=.*`,
    'attrs=createdAt',
    'q=createdAt>2000-01-01T00:00:00Z',
    'q=!modifiedAt',
    'scopeQ=/%23',
    'limit=5',
    'pick=a',
    `id=${idOf('1')}&local=false`,
  ])('?%s', async (search) => {
    const { answer } = await ask('t25', search);
    expect(problemOf(answer)).toEqual([400, 'BadRequestData']);
    expect(answer.body.detail).toMatch(/type|local/);
  });

  it.each([
    [`id=${idOf('1')}&type=Room`, '1'],
    [`id=${idOf('1')}&local=true`, '1'],
    ['idPattern=.*2$&local=true', '2'],
    ['local=true', '1 2'],
    ['attrs=a', '1'],
    ['attrs=a,createdAt', '1'],
    ['q=a', '1'],
    ['q=a;createdAt>2000-01-01T00:00:00Z', '1'],
    ['type=*', '1 2'],
    ['georel=near;maxDistance==10&geometry=Point&coordinates=[4,51]', '2'],
  ])('?%s is not', async (search, names) => {
    expect(await found('t25', search)).toBe(names);
  });

  it('nor is it by POST', async () => {
    const post = (entities: JsonObject[], search = '') =>
      broker.api
        .post(`/entityOperations/query${search}`)
        .set('NGSILD-Tenant', 't25')
        .send({ type: 'Query', entities });
    expect((await post([{ id: idOf('1') }], '?local=true')).body).toHaveLength(1);
    expect(problemOf(await post([{ id: idOf('1') }]))).toEqual([400, 'BadRequestData']);
    expect((await post([{ id: idOf('1'), type: 'Room' }])).body).toHaveLength(1);
  });
});

describe('trap 26: != and !~= take existing elements alone, !a.b holds when a is missing as well (clause 4.9)', () => {
  beforeAll(() =>
    given('t26', {
      none: {},
      one: { a: 1 },
      text: { a: 'one' },
      sub: { a: { value: 2, b: 'x' } },
      data: { a: [{ value: 1 }, { value: 2, datasetId: GPS }] },
      object: { a: { value: { m: 1 } } },
      rel: { a: { object: 'urn:a:1' } },
    }),
  );

  it.each([
    ['a!=1', 'text sub object rel'],
    ['a!=3', 'one text sub data object rel'],
    ['a!="one"', 'one sub data object rel'],
    ['a!~=o.*', ''],
    ['a!~=x.*', 'text'],
    ['a~=o.*', 'text'],
    ['a.b!="y"', 'sub'],
    ['a.b!~=y', 'sub'],
    ['a[m]!=2', 'object'],
    ['a.observedAt!=2026-01-01T00:00:00Z', ''],
    ['!a', 'none'],
    ['!a.b', 'none one text data object rel'],
    ['!a.b.c', 'none one text sub data object rel'],
    ['!a[m]', 'none one text sub data rel'],
    ['!a.observedAt', 'none one text sub data object rel'],
    ['a;!a.b', 'one text data object rel'],
    ['!(a)', 400],
    ['!a==1', 400],
    ['a!', 400],
    ['a==', 400],
  ])('q=%s', async (text, names) => {
    expect(await q('t26', text)).toBe(names);
  });
});

describe('trap 27: dots in q go to sub-Attributes, in brackets to members of the value, and in IRIs they are part of the name (clause 4.9)', () => {
  const iri = 'https://city.example/v1.2/temp.air';
  beforeAll(async () => {
    await given('t27', {
      sub: { a: { value: 5, b: { value: 1, c: 2 } } },
      member: { a: { value: { b: { c: 2 }, d: [1, 2] } } },
      iri: { [iri]: { value: { b: 7 }, s: 8 } },
      json: { a: { json: { 'b.c': 2, b: { c: 3 } } } },
      language: { a: { languageMap: { en: 'x', nl: 'y' } } },
    });
    await broker.api
      .post('/entities')
      .set('NGSILD-Tenant', 't27')
      .set('Link', contextLink(CITY_CONTEXT))
      .send({
        id: idOf('city'),
        type: 'https://uri.etsi.org/ngsi-ld/default-context/Room',
        temp: { value: { temp: 4 } },
      })
      .expect(201);
  });

  it.each([
    ['a.b==1', 'sub'],
    ['a.b.c==2', 'sub'],
    ['a[b.c]==2', 'member'],
    ['a[b.c]==3', 'json'],
    ['a[b]', 'member json'],
    ['a.b', 'sub'],
    ['a[d]==2', 'member'],
    ['a.b[c]==2', ''],
    ['a[en]=="x"', 'language'],
    ['a[*]=="y"', 'language'],
    ['a[en]=="y"', ''],
    [`${encodeURIComponent(iri).replaceAll('.', '%2E')}.s==8`, 'iri'],
    [`${iri.replaceAll('.', '%2E')}[b]==7`, 'iri'],
    [`${iri.replaceAll('.', '%2E')}.s==8`, 'iri'],
    ['a[b', 400],
    ['a[]==1', 400],
    ['a..b==1', 400],
    ['.a==1', 400],
    ['a.==1', 400],
  ])('q=%s', async (text, names) => {
    expect(await q('t27', text)).toBe(names);
  });

  it('names of Attributes and of members are in the @context of the request', async () => {
    const ask = (text: string) =>
      broker.api
        .get(`/entities?local=true&q=${encodeURIComponent(text)}`)
        .set('NGSILD-Tenant', 't27')
        .set('Link', contextLink(CITY_CONTEXT));
    expect((await ask('temp[temp]==4').expect(200)).body).toHaveLength(1);
    expect(await q('t27', 'temp[temp]==4')).toBe('');
    expect(await q('t27', `${TEMPERATURE.replaceAll('.', '%2E')}[temp]==4`)).toBe('');
  });
});

describe('trap 28: another data type is no match for == and order, and one for !=; order never matches a Relationship (clause 4.9)', () => {
  beforeAll(() =>
    given('t28', {
      number: { a: 5 },
      text: { a: '5' },
      flag: { a: true },
      list: { a: [4, 5] },
      object: { a: { value: { x: 5 } } },
      rel: { a: { object: 'urn:a:5' } },
      rels: { a: { objectList: ['urn:a:4', 'urn:a:5'] } },
      place: { a: { type: 'Point', coordinates: [5, 5] } },
      vocab: { a: { vocab: 'urn:a:5' } },
    }),
  );

  it.each([
    ['a==5', 'number list'],
    ['a=="5"', 'text'],
    ['a==true', 'flag'],
    ['a!=5', 'text flag object rel rels place vocab'],
    ['a!="5"', 'number flag list object rel rels place vocab'],
    ['a!=true', 'number text list object rel rels place vocab'],
    ['a>4', 'number'],
    ['a>="5"', 'text vocab'],
    ['a<=5', 'number'],
    ['a=="urn:a:5"', 'rel rels vocab'],
    ['a==urn:a:5', 'rel rels vocab'],
    ['a!="urn:a:5"', 'number text flag list object place'],
    ['a>"urn:a:4"', 'vocab'],
    ['a<"urn:a:6"', 'text vocab'],
    ['a==4..6', 'number list'],
    ['a=="4".."6"', 'text'],
    ['a==2026-01-01T00:00:00Z', ''],
    ['a>2026-01-01T00:00:00Z', ''],
    ['a>4..6', 400],
    ['a>4,6', 400],
    ['a>true', 400],
    ['a~=urn:.*', 'vocab'],
  ])('q=%s', async (text, names) => {
    expect(await q('t28', text)).toBe(names);
  });
});

describe('trap 29: and binds before or, parentheses nest, and q is percent-decoded once (clause 4.9)', () => {
  beforeAll(() =>
    given('t29', {
      a: { a: 1 },
      ac: { a: 1, c: 1 },
      bc: { b: 1, c: 1 },
      c: { c: 1 },
      d: { a: 'x%3By', b: 'x;y' },
    }),
  );

  it.each([
    ['a|b;c', 'a ac bc d'],
    ['(a|b);c', 'ac bc'],
    ['c;(a|b)', 'ac bc'],
    ['a;b|c', 'ac bc c d'],
    ['((a|b);(c|(a;b)))', 'ac bc d'],
    ['a==1;c|b==1;c', 'ac bc'],
    ['(a|b', 400],
    ['a|b)', 400],
    ['a|;b', 400],
    ['()', 400],
    ['a;', 400],
  ])('q=%s', async (text, names) => {
    expect(await q('t29', text)).toBe(names);
    // The characters may stand in a URL without being encoded as well.
    if (typeof names === 'string') expect(await found('t29', `type=Room&q=${text}`)).toBe(names);
  });

  it('what is encoded twice is encoded once after that', async () => {
    expect(await q('t29', 'a=="x%3By"')).toBe('d');
    expect(await q('t29', 'b=="x;y"')).toBe('d');
    expect(await found('t29', `type=Room&q=${encodeURIComponent(encodeURIComponent('a;c'))}`)).toBe(400);
  });
});

describe('trap 30: distances are metres on [longitude, latitude]; a ring that does not close is refused by name, one that crosses itself is usable (clauses 4.7, 4.10)', () => {
  const bow = [
    [
      [0, 0],
      [4, 4],
      [4, 0],
      [0, 4],
      [0, 0],
    ],
  ];
  beforeAll(() =>
    given('t30', {
      ghent: { location: { type: 'Point', coordinates: [3.7174, 51.0543] } },
      nearby: { location: { type: 'Point', coordinates: [3.7174, 51.0633] } },
      swapped: { location: { type: 'Point', coordinates: [51.0543, 3.7174] } },
      bow: { location: { type: 'Polygon', coordinates: bow } },
      left: { location: { type: 'Point', coordinates: [0.5, 2] } },
      top: { location: { type: 'Point', coordinates: [2, 3.5] } },
    }),
  );
  const geo = (georel: string, geometry: string, coordinates: unknown) =>
    found(
      't30',
      `type=Room&georel=${georel}&geometry=${geometry}&coordinates=${encodeURIComponent(JSON.stringify(coordinates))}`,
    );

  it('near takes metres, from longitude and latitude', async () => {
    const near = (georel: string) => geo(`near;${georel}`, 'Point', [3.7174, 51.0543]);
    expect(await near('maxDistance==500')).toBe('ghent');
    expect(await near('maxDistance==990')).toBe('ghent');
    expect(await near('maxDistance==1010')).toBe('ghent nearby');
    expect(await near('minDistance==1010')).toBe('swapped bow left top');
    for (const wrong of ['maxDistance==0', 'maxDistance==-5', 'maxDistance=5', 'maxDistance==far', ''])
      expect(await near(wrong)).toBe(400);
  });

  it.each([
    [
      'that does not close',
      [
        [
          [0, 0],
          [4, 0],
          [4, 4],
          [0, 4],
        ],
      ],
    ],
    [
      'of three positions',
      [
        [
          [0, 0],
          [4, 0],
          [0, 0],
        ],
      ],
    ],
    ['that is empty', [[]]],
    [
      'as a hole that does not close',
      [
        [
          [0, 0],
          [9, 0],
          [9, 9],
          [0, 0],
        ],
        [
          [1, 1],
          [2, 1],
          [2, 2],
          [1, 2],
        ],
      ],
    ],
  ])('a ring %s is refused, stored and asked', async (_what, coordinates) => {
    const entity = { id: idOf('new'), type: 'Room', location: { type: 'Polygon', coordinates } };
    const answer = await broker.api.post('/entities').send(entity);
    expect(problemOf(answer)).toEqual([400, 'BadRequestData']);
    expect(answer.body.detail).toMatch(/ring/);
    expect(await geo('within', 'Polygon', coordinates)).toBe(400);
  });

  it.each([
    { type: 'Point', coordinates: [4] },
    { type: 'Point', coordinates: ['4', '51'] },
    { type: 'LineString', coordinates: [[4, 51]] },
    {
      type: 'Polygon',
      coordinates: [
        [4, 51],
        [5, 51],
      ],
    },
    { type: 'GeometryCollection', geometries: [] },
    { type: 'Sphere', coordinates: [4, 51] },
  ])('a geometry that is none is refused: %j', async (location) => {
    const answer = await broker.api.post('/entities').send({ id: idOf('new'), type: 'Room', location });
    expect(problemOf(answer)).toEqual([400, 'BadRequestData']);
  });

  it('a ring that crosses itself is judged even-odd, wherever it stands', async () => {
    // The bow has its two triangles on the left and on the right: above and below its middle is outside.
    expect(await geo('within', 'Polygon', bow)).toBe('bow left');
    expect(await geo('contains', 'Point', [3.5, 2])).toBe('bow');
    expect(await geo('contains', 'Point', [2, 3.5])).toBe('top');
    for (const georel of ['intersects', 'disjoint', 'overlaps', 'equals', 'contains', 'near;maxDistance==1'])
      expect(typeof (await geo(georel, 'Polygon', bow))).toBe('string');
    expect(await geo('equals', 'Polygon', bow)).toBe('bow');
    expect(await geo('disjoint', 'Polygon', bow)).toBe('ghent nearby swapped top');
  });
});
