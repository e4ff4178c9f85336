import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, CITY_CONTEXT, contextLink, TEMPERATURE } from '../http/broker-under-test.ts';
import { problemOf } from './answers.ts';
import { GPS } from './one-room.ts';
import { idOf, rooms } from './rooms.ts';

const broker = brokerUnderTest();
const { given, ask, found, q } = rooms(broker);

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
    const answer = await ask('t25', search);
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
