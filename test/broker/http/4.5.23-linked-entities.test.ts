import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, ERRORS } from './broker-under-test.ts';

const broker = brokerUnderTest();

const CITY = 'urn:ngsi-ld:City:Mechelen';
const COUNTRY = 'urn:ngsi-ld:Country:Belgium';
const TOWER = 'urn:ngsi-ld:Building:Tower';
const HALL = 'urn:ngsi-ld:Building:Hall';
const NOWHERE = 'urn:ngsi-ld:City:Nowhere';

const country = { id: COUNTRY, type: 'Country', name: 'Belgium', capital: 'Brussels' };
const city = { id: CITY, type: 'City', name: 'Mechelen', isInCountry: COUNTRY };
const tower = { id: TOWER, type: 'Building', name: 'Tower', locatedAt: CITY };
const hall = { id: HALL, type: 'Building', name: 'Hall', locatedAt: CITY, owner: NOWHERE };

async function create(entity: JsonObject): Promise<void> {
  await broker.api.post('/entities').send(entity).expect(201);
}

/** The body of a 200; simplified unless said otherwise. */
async function got(path: string, query: Record<string, string | number> = {}): Promise<Json> {
  const response = await broker.api.get(path).query({ format: 'simplified', ...query });
  expect(response.body).not.toHaveProperty('detail');
  return response.body as Json;
}

async function refused(path: string, query: Record<string, string | number>) {
  const { status, body } = await broker.api.get(path).query(query);
  return { status, type: String(body.type).replace(ERRORS, ''), detail: body.detail as string };
}

beforeAll(async () => {
  const relationship = (object: Json, members: JsonObject = {}) => ({ object, ...members });
  await create(country);
  await create({
    ...city,
    isInCountry: relationship(COUNTRY),
    location: { type: 'Point', coordinates: [4.48, 51.03] },
  });
  await create({ ...tower, locatedAt: relationship(CITY, { providedBy: relationship(COUNTRY) }) });
  await create({ ...hall, locatedAt: relationship(CITY), owner: relationship(NOWHERE) });
});

const located = { ...city, location: { type: 'Point', coordinates: [4.48, 51.03] } };
const tower1 = `/entities/${TOWER}`;

describe('join=inline (clause 4.5.23.2)', () => {
  it('shows the Entity in the place of its URI, one level deep', async () => {
    expect(await got(tower1, { join: 'inline' })).toEqual({ ...tower, locatedAt: located });
  });

  it('follows as many Relationships as joinLevel says', async () => {
    expect(await got(tower1, { join: 'inline', joinLevel: 2 })).toEqual({
      ...tower,
      locatedAt: { ...located, isInCountry: country },
    });
  });

  it('adds the member entity beside the object, normalized and concise, and not in sub-Attributes', async () => {
    const { locatedAt: normalized } = (await got(tower1, {
      join: 'inline',
      format: 'normalized',
    })) as JsonObject;
    expect(normalized).toMatchObject({
      type: 'Relationship',
      object: CITY,
      entity: { id: CITY, type: 'City', name: { type: 'Property', value: 'Mechelen' } },
      providedBy: { type: 'Relationship', object: COUNTRY },
    });
    expect((normalized as JsonObject)['providedBy']).not.toHaveProperty('entity');
    const { locatedAt: concise } = (await got(tower1, { join: 'inline', format: 'concise' })) as JsonObject;
    expect(concise).toEqual({
      object: CITY,
      entity: { ...located, isInCountry: { object: COUNTRY } },
      providedBy: { object: COUNTRY },
    });
  });

  it.each(['normalized', 'concise'])(
    'can be sent back, %s, without a change (table 5.2.6-2)',
    async (format) => {
      const query = { join: 'inline', joinLevel: 2, format };
      const answer = (await got(tower1, query)) as JsonObject;
      await broker.api.put(tower1).send(answer).expect(204);
      expect(await got(tower1, query)).toEqual(answer);
      expect(await got(tower1)).toEqual(tower);
    },
  );

  it('leaves the URI of what does not exist', async () => {
    expect(await got(`/entities/${HALL}`, { join: 'inline', pick: 'owner' })).toEqual({ owner: NOWHERE });
  });

  it('shows every Entity of a page whole', async () => {
    expect(await got('/entities', { type: 'Building', join: 'inline' })).toEqual([
      { ...tower, locatedAt: located },
      { ...hall, locatedAt: located },
    ]);
  });

  it('is in an older version of the standard as well where that is preferred (clause 4.3.6.8)', async () => {
    const id = 'urn:ngsi-ld:Kiosk:1';
    await create({ id, type: 'Kiosk', board: { object: 'urn:ngsi-ld:Board:1' } });
    await create({ id: 'urn:ngsi-ld:Board:1', type: 'Board', text: { json: { line: 1 } } });
    const { body } = await broker.api
      .get(`/entities/${id}`)
      .query({ join: 'inline' })
      .set('Prefer', 'ngsi-ld=1.7')
      .expect(203);
    expect(body.board.entity.text).toEqual({ type: 'Property', value: { line: 1 } });
  });

  it('stands in the properties of a Feature, as an Entity', async () => {
    const { body } = await broker.api
      .get(tower1)
      .query({ join: 'inline', options: 'keyValues' })
      .set('Accept', 'application/geo+json');
    expect(body).toMatchObject({
      type: 'Feature',
      geometry: null,
      properties: { name: 'Tower', locatedAt: located },
    });
  });
});

describe('join=flat (clause 4.5.23.3)', () => {
  it('answers a retrieve with an array, linked Entities behind', async () => {
    expect(await got(tower1, { join: 'flat' })).toEqual([tower, located]);
    expect(await got(tower1, { join: 'flat', joinLevel: 2 })).toEqual([tower, located, country]);
  });

  it('answers with an array also where nothing is linked', async () => {
    expect(await got(`/entities/${COUNTRY}`, { join: 'flat' })).toEqual([country]);
  });

  it('has each linked Entity once, and does not count it', async () => {
    const { body, headers } = await broker.api
      .get('/entities')
      .query({ type: 'Building', join: 'flat', joinLevel: 2, format: 'simplified', limit: 2, count: 'true' });
    expect(body).toEqual([tower, hall, located, country]);
    expect(headers['ngsild-results-count']).toBe('2');
    expect(headers['link']).not.toMatch(/rel="next"/);
  });

  it('is a FeatureCollection in GeoJSON', async () => {
    const { body } = await broker.api
      .get(tower1)
      .query({ join: 'flat', options: 'keyValues' })
      .set('Accept', 'application/geo+json')
      .expect(200);
    expect(body).toMatchObject({
      type: 'FeatureCollection',
      features: [
        { id: TOWER, type: 'Feature', geometry: null },
        { id: CITY, type: 'Feature', geometry: { coordinates: [4.48, 51.03] } },
      ],
    });
  });
});

describe('what is not joined (clause 4.5.23.1)', () => {
  it('is everything with join=@none, and without join whatever joinLevel says', async () => {
    expect(await got(tower1, { join: '@none', joinLevel: 2 })).toEqual(tower);
    expect(await got(tower1, { joinLevel: 2 })).toEqual(tower);
  });

  it('is what containedBy names', async () => {
    const query = { joinLevel: 2, containedBy: `${CITY},${NOWHERE}` };
    expect(await got(tower1, { ...query, join: 'inline' })).toEqual(tower);
    expect(await got(tower1, { ...query, join: 'flat' })).toEqual([tower]);
  });

  it('is an Entity within itself', async () => {
    const [left, right] = ['urn:ngsi-ld:Door:left', 'urn:ngsi-ld:Door:right'];
    await create({ id: left, type: 'Door', twin: { object: right } });
    await create({ id: right, type: 'Door', twin: { object: left } });
    expect(await got(`/entities/${left}`, { join: 'inline', joinLevel: 9 })).toEqual({
      id: left,
      type: 'Door',
      twin: { id: right, type: 'Door', twin: left },
    });
    expect(await got(`/entities/${left}`, { join: 'flat', joinLevel: 9 })).toHaveLength(2);
  });

  it('is what has expired (clause 4.22)', async () => {
    const [lamp, pole] = ['urn:ngsi-ld:Lamp:1', 'urn:ngsi-ld:Pole:1'];
    await create({ id: pole, type: 'Pole', expiresAt: '2026-06-01T12:00:01Z' });
    await create({ id: lamp, type: 'Lamp', on: { object: pole } });
    expect(await got(`/entities/${lamp}`, { join: 'flat' })).toHaveLength(2);
    broker.clock.advance(2_000_000);
    expect(await got(`/entities/${lamp}`, { join: 'flat' })).toHaveLength(1);
  });
});

describe('the ways to name several Entities', () => {
  const [ann, bob] = ['urn:ngsi-ld:Person:Ann', 'urn:ngsi-ld:Person:Bob'];
  const bus = 'urn:ngsi-ld:Bus:1';
  const people = [ann, bob].map((id) => ({ id, type: 'Person' }));

  beforeAll(async () => {
    for (const person of people) await create(person);
    await create({
      id: bus,
      type: 'Bus',
      passengers: { object: [ann, NOWHERE, bob] },
      route: { objectList: [bob, ann, bob] },
      driver: [{ object: ann }, { object: bob, datasetId: 'urn:d:night' }],
    });
  });

  it('give arrays of those that exist, lists in their order (tables 5.2.6-2, 5.2.37-2)', async () => {
    const shown = (await got(`/entities/${bus}`, { join: 'inline', format: 'concise' })) as JsonObject;
    const [first, second] = people;
    expect(shown).toMatchObject({
      passengers: { object: [ann, NOWHERE, bob], entity: [first, second] },
      route: { objectList: [bob, ann, bob], entityList: [second, first, second] },
      driver: [{ entity: first }, { entity: second, datasetId: 'urn:d:night' }],
    });
  });

  it('mix Entities and URIs, simplified', async () => {
    const [first, second] = people;
    expect(await got(`/entities/${bus}`, { join: 'inline', pick: 'passengers,driver' })).toEqual({
      passengers: [first, NOWHERE, second],
      driver: { dataset: { '@none': first, 'urn:d:night': second } },
    });
  });

  it('follow only the instances that datasetId leaves', async () => {
    const query = { join: 'flat', pick: 'id,driver', datasetId: 'urn:d:night' };
    expect(await got(`/entities/${bus}`, query)).toEqual([{ id: bus, driver: bob }, people[1]]);
  });
});

describe('pick and omit (clause 4.21)', () => {
  it.each<readonly [query: Record<string, string | number>, expected: JsonObject]>([
    [{ pick: 'id,locatedAt{id,name}' }, { id: TOWER, locatedAt: { id: CITY, name: 'Mechelen' } }],
    [
      { pick: 'id,locatedAt{name|isInCountry{capital}}' },
      { id: TOWER, locatedAt: { name: 'Mechelen', isInCountry: { capital: 'Brussels' } } },
    ],
    [
      { omit: 'type,locatedAt{name,location,isInCountry{capital}}' },
      {
        ...{ id: TOWER, name: 'Tower' },
        locatedAt: { id: CITY, type: 'City', isInCountry: { id: COUNTRY, type: 'Country', name: 'Belgium' } },
      },
    ],
    [{ pick: 'locatedAt{missing}' }, { locatedAt: CITY }],
  ])('%j reach into linked Entities', async (query, expected) => {
    expect(await got(tower1, { join: 'inline', joinLevel: 2, ...query })).toEqual(expected);
  });

  it('say which Relationships are followed', async () => {
    const flat = { join: 'flat', joinLevel: 2 };
    expect(await got(tower1, { ...flat, pick: 'id,name' })).toEqual([{ id: TOWER, name: 'Tower' }]);
    expect(await got(tower1, { ...flat, pick: 'id,locatedAt{id,name}' })).toEqual([
      { id: TOWER, locatedAt: CITY },
      { id: CITY, name: 'Mechelen' },
    ]);
  });

  it('without braces leave linked Entities whole', async () => {
    expect(await got(tower1, { join: 'flat', omit: 'name' })).toEqual([
      { id: TOWER, type: 'Building', locatedAt: CITY },
      located,
    ]);
  });

  it.each<readonly [query: Record<string, string | number>, detail: RegExp]>([
    [{ pick: 'locatedAt{name}' }, /needs? join/],
    [{ omit: 'locatedAt{name}', join: '@none' }, /needs? join/],
    [{ pick: 'locatedAt{isInCountry{name}}', join: 'inline' }, /joinLevel of at least/],
    [{ pick: `${'a{'.repeat(11)}b${'}'.repeat(11)}`, join: 'inline', joinLevel: 10 }, /joinLevel/],
  ])('%j is refused (clause 5.7.1.4)', async (query, detail) => {
    for (const [path, more] of [
      [tower1, {}],
      ['/entities', { type: 'Building' }],
    ] as const) {
      const refusal = await refused(path, { ...query, ...more });
      expect(refusal).toEqual({ status: 400, type: 'BadRequestData', detail: expect.stringMatching(detail) });
    }
  });
});

describe('queries about linked Entities (clause 4.9)', () => {
  const ids = async (q: string, joinLevel = 1): Promise<readonly string[]> => {
    const found = await got('/entities', { type: 'Building', q, join: 'inline', joinLevel, pick: 'id' });
    return (found as readonly { readonly id: string }[]).map(({ id }) => id);
  };

  it.each<readonly [q: string, joinLevel: number, expected: readonly string[]]>([
    ['locatedAt{name}=="Mechelen"', 1, [TOWER, HALL]],
    ['locatedAt{name}=="Gent"', 1, []],
    ['locatedAt{name}!="Gent"', 1, [TOWER, HALL]],
    ['name=="Hall";locatedAt{name}=="Mechelen"', 1, [HALL]],
    ['locatedAt{City:name}=="Mechelen"', 1, [TOWER, HALL]],
    ['locatedAt{Village:name}=="Mechelen"', 1, []],
    ['locatedAt{isInCountry{capital}}=="Brussels"', 2, [TOWER, HALL]],
    ['locatedAt{isInCountry{capital}}=="Paris"|owner{name}|name=="Tower"', 2, [TOWER]],
    ['!owner{name}', 1, [TOWER, HALL]],
    ['locatedAt.providedBy{capital}=="Brussels"', 1, [TOWER]],
  ])('%s with joinLevel %d', async (q, joinLevel, expected) => {
    expect(await ids(q, joinLevel)).toEqual(expected);
  });

  it('are ordered as others are (clause 4.23)', async () => {
    const query = { type: 'Building', q: 'locatedAt{name}', join: 'inline', pick: 'id', orderBy: 'name' };
    expect(await got('/entities', query)).toEqual([{ id: HALL }, { id: TOWER }]);
  });

  it('page and count as others do', async () => {
    const query = {
      type: 'Building',
      q: 'locatedAt{name}',
      join: 'flat',
      limit: 1,
      offset: 1,
      count: 'true',
    };
    const { body, headers } = await broker.api.get('/entities').query({ ...query, pick: 'id,locatedAt{id}' });
    expect(body.map(({ id }: { id: string }) => id)).toEqual([HALL, CITY]);
    expect(headers['ngsild-results-count']).toBe('2');
  });

  it.each([[{ q: 'locatedAt{name}' }], [{ q: 'locatedAt{isInCountry{name}}', join: 'inline' }]])(
    '%j is too deep (clause 5.7.2.4)',
    async (query) => {
      expect(await refused('/entities', { type: 'Building', ...query })).toEqual({
        status: 400,
        type: 'BadRequestData',
        detail: expect.stringMatching(/needs join, and a joinLevel/),
      });
    },
  );
});

describe('a query by POST (clause 5.2.23)', () => {
  const asked = (members: JsonObject) =>
    broker.api
      .post('/entityOperations/query')
      .query({ format: 'simplified' })
      .send({ type: 'Query', entities: [{ type: 'Building' }], ...members });

  it('has join, joinLevel and containedBy as members', async () => {
    const query = { q: 'locatedAt{isInCountry{name}}=="Belgium";name=="Tower"', join: 'flat', joinLevel: 2 };
    const { body } = await asked(query).expect(200);
    expect(body).toEqual([tower, located, country]);
    const { body: some } = await asked({ ...query, containedBy: [COUNTRY] }).expect(200);
    expect(some).toEqual([tower, located]);
    const pick = ['id', 'locatedAt{name,isInCountry{id}}'];
    const { body: picked } = await asked({ join: 'inline', joinLevel: 2, pick }).expect(200);
    expect(picked[0]).toEqual({ id: TOWER, locatedAt: { name: 'Mechelen', isInCountry: { id: COUNTRY } } });
  });

  it.each<readonly [JsonObject, RegExp]>([
    [{ join: 'sideways' }, /join "sideways" is none of flat, inline, @none/],
    [{ join: 'inline', joinLevel: 0 }, /joinLevel is no whole number from 1 on/],
    [{ join: 'inline', joinLevel: '2' }, /joinLevel is no whole number from 1 on/],
    [{ join: 'inline', containedBy: [] }, /containedBy is no array of strings with at least one/],
    [{ join: 'inline', containedBy: ['x'] }, /containedBy "x" is not a URI/],
  ])('refuses %j', async (members, detail) => {
    const { body } = await asked(members).expect(400);
    expect(body).toMatchObject({ type: `${ERRORS}BadRequestData`, detail: expect.stringMatching(detail) });
  });
});

describe('the parameters', () => {
  it.each<readonly [Record<string, string | number>, RegExp]>([
    [{ join: 'tree' }, /join "tree" is none of/],
    [{ join: 'flat', joinLevel: 0 }, /from 1 on/],
    [{ join: 'flat', joinLevel: '1.5' }, /from 1 on/],
    [{ join: 'flat', containedBy: '' }, /containedBy has an empty value/],
    [{ join: 'flat', containedBy: 'no uri' }, /containedBy "no uri" is not a URI/],
  ])('refuse %j', async (query, detail) => {
    const expected = { status: 400, type: 'BadRequestData', detail: expect.stringMatching(detail) };
    expect(await refused(tower1, query)).toEqual(expected);
    expect(await refused('/entities', { type: 'Building', ...query })).toEqual(expected);
  });

  it('bound how deep and how wide an answer is', async () => {
    expect(await refused(tower1, { join: 'flat', joinLevel: 11 })).toEqual({
      status: 403,
      type: 'TooComplexQuery',
      detail: expect.stringMatching(/at most 10/),
    });
    const many = Array.from({ length: 5001 }, (_, at) => `urn:ngsi-ld:Seat:${at}`);
    await create({ id: 'urn:ngsi-ld:Stadium:1', type: 'Stadium', seats: { object: many } });
    expect(await refused('/entities/urn:ngsi-ld:Stadium:1', { join: 'flat' })).toEqual({
      status: 403,
      type: 'TooManyResults',
      detail: expect.stringMatching(/5000 .* lower limit or joinLevel/),
    });
  });

  it('are not those of the temporal API (clause 5.7.3)', async () => {
    expect(await refused(`/temporal${tower1}`, { join: 'flat' })).toMatchObject({
      status: 400,
      type: 'InvalidRequest',
    });
  });
});
