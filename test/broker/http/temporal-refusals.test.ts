import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from './broker-under-test.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const SINCE = 'timerel=after&timeAt=2026-01-01T00:00:00Z';
const DATE_TIME =
  'is not a DateTime: write UTC as 2026-01-31T12:00:00Z, with at most six fraction digits and no offset, in the place of';
const NO_INSTANCES =
  'level is an array of something else than instances: write each as {"value": ..., "observedAt": ...}, and an array that is a value as {"value": [...]}';
const EXAMPLE = '{"timerel": "after", "timeAt": "2026-01-31T12:00:00Z"}';

const broker = brokerUnderTest();
let instance = '';

beforeAll(async () => {
  const level = [{ type: 'Property', value: 1, observedAt: '2026-05-01T06:00:00Z' }];
  const status = [{ type: 'Property', value: 'on', observedAt: '2026-05-01T06:00:00Z' }];
  await broker.api.post('/temporal/entities').send({ id: ID, type: 'Lamp', level, status }).expect(201);
  instance = (await broker.api.get(`/temporal/entities/${ID}`)).body.level[0].instanceId;
});

/** What is asked of many Entities, the status and the whole detail. */
const queries: readonly (readonly [string, number, string])[] = [
  ['type=Lamp', 400, 'The temporal query is missing: add timerel=before, after or between, and timeAt.'],
  ['type=Lamp&timerel=after', 400, 'timerel=after needs timeAt, a DateTime.'],
  ['type=Lamp&timerel=after&timeAt=yesterday', 400, `timeAt ${DATE_TIME} "yesterday"`],
  ['type=Lamp&timerel=after&timeAt=2026-01-01', 400, `timeAt ${DATE_TIME} "2026-01-01"`],
  [
    'type=Lamp&timerel=after&timeAt=2026-01-01T00:00:00+02:00',
    400,
    `timeAt ${DATE_TIME} "2026-01-01T00:00:00+02:00"`,
  ],
  ['type=Lamp&timerel=after&timeAt=2026-02-30T00:00:00Z', 400, `timeAt ${DATE_TIME} "2026-02-30T00:00:00Z"`],
  [
    'type=Lamp&timerel=since&timeAt=2026-01-01T00:00:00Z',
    400,
    'timerel "since" is none of before, after, between.',
  ],
  [
    'type=Lamp&timerel=within&timeAt=2026-01-01T00:00:00Z&endTimeAt=2026-02-01T00:00:00Z',
    400,
    'timerel "within" is none of before, after, between.',
  ],
  [
    'type=Lamp&timerel=between&timeAt=2026-01-01T00:00:00Z',
    400,
    'timerel=between needs endTimeAt, a DateTime.',
  ],
  [
    'type=Lamp&timerel=between&timeAt=2026-02-01T00:00:00Z&endTimeAt=2026-01-01T00:00:00Z',
    400,
    'endTimeAt lies before timeAt: exchange them.',
  ],
  [
    `type=Lamp&${SINCE}&endTimeAt=2026-02-01T00:00:00Z`,
    400,
    'endTimeAt is for timerel=between only: leave it out.',
  ],
  [
    `type=Lamp&${SINCE}&timeproperty=recordedAt`,
    400,
    'timeproperty "recordedAt" is none of observedAt, createdAt, modifiedAt, deletedAt.',
  ],
  [
    SINCE,
    400,
    'The query is too wide: add type, an Attribute in attrs or q, or a geoquery (id, idPattern and system members alone do not suffice), or ask with local=true',
  ],
  [`type=Lamp&${SINCE}&lastN=0`, 400, 'The URL parameter lastN is "0": it must be a whole number from 1 on.'],
  [
    `type=Lamp&${SINCE}&format=keyValues`,
    400,
    'The URL parameter format has "keyValues": it is none of temporalValues, aggregatedValues, normalized.',
  ],
  [
    `type=Lamp&${SINCE}&format=csv`,
    400,
    'The URL parameter format has "csv": it is none of temporalValues, aggregatedValues, normalized; GET /temporal/export has it.',
  ],
  [
    `type=Lamp&${SINCE}&options=concise`,
    400,
    'The URL parameter options has "concise": it may have temporalValues, aggregatedValues, sysAttrs.',
  ],
  [
    `type=Lamp&${SINCE}&options=temporalValues,aggregatedValues`,
    400,
    'options has both temporalValues and aggregatedValues: give one of them.',
  ],
  [
    `type=Lamp&${SINCE}&format=aggregatedValues`,
    400,
    'aggregatedValues needs aggrMethods: name methods such as avg,max (clause 4.5.19.1).',
  ],
  [
    `type=Lamp&${SINCE}&aggrPeriodDuration=PT1H`,
    400,
    'aggrPeriodDuration needs aggrMethods: name methods such as avg,max, or leave it out.',
  ],
  [
    `type=Lamp&${SINCE}&aggrMethods=avg&aggrPeriodDuration=1h`,
    400,
    'aggrPeriodDuration "1h" is no duration of ISO 8601: write PT1H, P1D, P2W or P1Y6M, up to ten thousand years; PT0S for the whole time range.',
  ],
  [
    `type=Lamp&${SINCE}&aggrMethods=median`,
    400,
    'aggrMethods has "median": it may have totalCount, distinctCount, sum, avg, min, max, stddev, sumsq.',
  ],
  [
    `type=Lamp&${SINCE}&aggrMethods=avg&attrs=status`,
    400,
    'aggrMethods has avg, which is not for the Attribute status: it has a string as its value, for which there are totalCount, distinctCount, min, max (clause 4.5.19.1).',
  ],
  [
    `type=Lamp&${SINCE}&orderBy=level`,
    400,
    'orderBy of Temporal Evolutions is "id" alone, or "id;desc": leave out everything else.',
  ],
  [
    `type=Lamp&${SINCE}&limit=5000`,
    403,
    'The URL parameter limit is 5000: at most 1000 items are given at once.',
  ],
];

describe('a query of Temporal Evolutions that is mistaken is told what, why and what to do', () => {
  it.each(queries)('%s', async (query, status, detail) => {
    const { body } = await broker.api.get(`/temporal/entities?${query}`);
    expect(body).toMatchObject({ status, detail });
  });
});

describe('a request about one Temporal Evolution', () => {
  const nothing = `The Temporal Evolution of ${ID} has nothing whose observedAt is in this interval, or none of the Attributes asked for: ask for another interval, timeproperty or other Attributes.`;

  it.each([
    ['urn:ngsi-ld:Lamp:9', 404, 'There is no Temporal Evolution of an Entity urn:ngsi-ld:Lamp:9.'],
    ['lamp', 400, 'The Entity id "lamp" is not a URI: write a scheme and a path, such as urn:ngsi-ld:Room:1'],
    [`${ID}?timerel=before&timeAt=2020-01-01T00:00:00Z`, 404, nothing],
    [`${ID}?attrs=power`, 404, nothing],
    [
      `${ID}?timeAt=2026-01-01T00:00:00Z`,
      400,
      'timeAt and endTimeAt need timerel: add timerel=before, after or between.',
    ],
  ])('%s', async (path, status, detail) => {
    const { body } = await broker.api.get(`/temporal/entities/${path}`);
    expect(body).toMatchObject({ status, detail });
  });

  it('names the tenant that is not there, and what makes it', async () => {
    const { body } = await broker.api.get(`/temporal/entities/${ID}`).set('NGSILD-Tenant', 'nowhere');
    expect(body).toMatchObject({
      status: 404,
      detail:
        'There is no tenant "nowhere": the first Entity, Temporal Evolution or Subscription created in it makes it.',
    });
  });
});

describe('a Query by POST', () => {
  it.each<[Json, string]>([
    [{ type: 'Query' }, `The Query has no temporalQ: add one, such as ${EXAMPLE}.`],
    [
      { type: 'Query', temporalQ: 'after' },
      'temporalQ is not a JSON object with members of timerel, timeAt, endTimeAt, timeproperty, aggrMethods, aggrPeriodDuration, lastN.',
    ],
    [
      { type: 'Query', temporalQ: { timerel: 'after', lastn: 3 } },
      '"lastn" is no member of temporalQ. Allowed: timerel, timeAt, endTimeAt, timeproperty, aggrMethods, aggrPeriodDuration, lastN.',
    ],
    [{ temporalQ: { timerel: 'after' } }, 'The body is no Query: its type has to be "Query".'],
  ])('%j', async (query, detail) => {
    const { body } = await broker.api.post('/temporal/entityOperations/query').send(query as object);
    expect(body).toMatchObject({ status: 400, detail });
  });
});

describe('what is given to a history', () => {
  it.each<[Json, string]>([
    [{ type: 'Lamp' }, 'id (absent) is not a URI: write a scheme and a path, such as urn:ngsi-ld:Room:1'],
    [{ id: ID }, 'the Entity has no type: name its Entity Type'],
    [
      { id: ID, type: 'Lamp', level: [{ value: 1, observedAt: '2026-05-01 06:00' }] },
      `observedAt of level ${DATE_TIME} "2026-05-01 06:00"`,
    ],
    [
      { id: ID, type: 'Lamp', level: [{ value: 1, observedAt: 1_777_615_200 }] },
      `observedAt of level ${DATE_TIME} "1777615200"`,
    ],
    [
      { id: ID, type: 'Lamp', level: { type: 'Property', values: [1, 2] } },
      'values of level is not an array of pairs: write [[value, DateTime], ...]',
    ],
    [
      {
        id: ID,
        type: 'Lamp',
        level: [
          { type: 'Property', value: 1 },
          { type: 'Number', value: 2 },
        ],
      },
      'level has the type "Number", which is no kind of Attribute: use Property, Relationship, GeoProperty, LanguageProperty, VocabProperty, JsonProperty, ListProperty or ListRelationship, or write an object value that has a type as {"value": {...}}',
    ],
    [{ id: ID, type: 'Lamp', level: [12] }, NO_INSTANCES],
    [{ id: ID, type: 'Lamp', level: [null] }, NO_INSTANCES],
    [{ id: ID, type: 'Lamp', level: [[12, '2026-05-01T06:00:00Z']] }, NO_INSTANCES],
    [{ id: ID, type: 'Lamp', level: [{ value: 12 }, 13] }, NO_INSTANCES],
    [
      { id: ID, type: 'Lamp', level: [{ type: 'Relationship', value: 1 }] },
      'level has no object: an Attribute needs one',
    ],
    [[{ id: ID, type: 'Lamp' }], 'the body is not a JSON object: send one Entity or fragment'],
  ])('%j', async (evolution, detail) => {
    const { body } = await broker.api.post('/temporal/entities').send(evolution as object);
    expect(body).toMatchObject({ status: 400, detail });
  });
});

describe('what is put right or taken away', () => {
  it('is one instance, of the Attribute in the URL', async () => {
    const path = `/temporal/entities/${ID}/attrs/level/${instance}`;
    const two = await broker.api.patch(path).send({ level: [{ value: 1 }, { value: 2 }] });
    expect(two.body).toMatchObject({ detail: 'the body has 2 instances of level: send exactly one' });
    const other = await broker.api.patch(path).send({ power: [{ value: 1 }] });
    expect(other.body).toMatchObject({
      detail: 'the body has power too: send nothing but the new instance of level',
    });
  });

  it.each([
    [
      'power',
      404,
      'has no instances of power without datasetId: deleteAll=true takes those of every dataset.',
    ],
    [
      'level?datasetId=urn:x:1',
      404,
      'has no instances of level of the dataset urn:x:1: deleteAll=true takes those of every dataset.',
    ],
    ['power?deleteAll=true', 404, 'has no instances of power.'],
    ['level/urn:ngsi-ld:Instance:none', 404, 'has no instance urn:ngsi-ld:Instance:none of level.'],
  ])('DELETE attrs/%s', async (path, status, end) => {
    const { body } = await broker.api.delete(`/temporal/entities/${ID}/attrs/${path}`);
    expect(body).toMatchObject({ status, detail: `The Temporal Evolution of ${ID} ${end}` });
  });
});

describe('an export', () => {
  it.each([
    ['type=Lamp&format=xlsx', 'The URL parameter format has "xlsx": it is none of csv, ndjson, geojson.'],
    ['type=Lamp&shape=wide', 'shape=wide needs attrs, or pick: name the Attributes that are to be columns.'],
    ['type=Lamp&shape=tall', 'The URL parameter shape is "tall": it may be long or wide.'],
  ])('%s', async (query, detail) => {
    const { body } = await broker.api.get(`/temporal/export?${query}`);
    expect(body).toMatchObject({ status: 400, detail });
  });
});
