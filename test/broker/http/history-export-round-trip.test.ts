import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { type BrokerUnderTest, brokerUnderTest } from './broker-under-test.ts';

const original = brokerUnderTest();
const copy = brokerUnderTest();
const copyOfCopy = brokerUnderTest();
const at = (minute: number): string => `2026-05-01T06:${String(minute).padStart(2, '0')}:00Z`;
const EXPORT = '/temporal/export?local=true';

async function textOf({ api }: BrokerUnderTest, search: string): Promise<string> {
  const { body } = await api
    .get(`${EXPORT}&${search}`)
    .buffer(true)
    .parse((response, done) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => done(null, Buffer.concat(parts)));
    })
    .expect(200);
  return String(body);
}

const linesOf = async (broker: BrokerUnderTest): Promise<readonly string[]> =>
  (await textOf(broker, 'format=ndjson')).trimEnd().split('\n');

async function provideLines({ api }: BrokerUnderTest, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const { status, body } = await api
      .post('/temporal/entities')
      .set('Content-Type', 'application/json')
      .send(line);
    expect([[201, 204].includes(status), body.detail]).toEqual([true, undefined]);
  }
}

/** Without what the broker gives itself: times at which something was recorded, and ids of instances. */
function said(value: Json): Json {
  if (Array.isArray(value)) return value.map(said);
  if (typeof value !== 'object' || value === null) return value;
  const made = new Set(['createdAt', 'modifiedAt', 'deletedAt', 'instanceId']);
  const kept = Object.entries(value as JsonObject).filter(([name]) => !made.has(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, said(inner)]));
}

const saidBy = (lines: readonly string[]): readonly Json[] => lines.map((line) => said(JSON.parse(line)));

const rich = {
  id: 'urn:ngsi-ld:Thing:1',
  type: ['Thing', 'Sensor'],
  scope: [{ type: 'Property', value: ['/gent/west', '/gent'], observedAt: at(1) }],
  level: [
    { type: 'Property', value: 1, unitCode: 'CEL', observedAt: at(1) },
    {
      ...{ type: 'Property', value: { deep: [1, { a: null, b: 'é "q" \n😀' }] }, observedAt: at(2) },
      accuracy: { type: 'Property', value: 0.5, by: { type: 'Relationship', object: 'urn:x:me' } },
    },
    { type: 'Property', value: '=1+1', datasetId: 'urn:d:2', observedAt: at(2) },
    { type: 'Property', value: 'urn:ngsi-ld:null', observedAt: at(3) },
  ],
  name: [
    {
      type: 'LanguageProperty',
      languageMap: { nl: 'klok', fr: 'cloche', '@none': 'bell' },
      observedAt: at(1),
    },
  ],
  owner: [
    { type: 'Relationship', object: 'urn:x:a', objectType: 'Person', observedAt: at(1) },
    { type: 'Relationship', object: ['urn:x:a', 'urn:x:b'], observedAt: at(2) },
  ],
  kind: [{ type: 'VocabProperty', vocab: 'Bell', observedAt: at(1) }],
  raw: [{ type: 'JsonProperty', json: { type: 'Property', id: 1 }, observedAt: at(1) }],
  tones: [{ type: 'ListProperty', valueList: [1, [2], 'c'], observedAt: at(1) }],
  parts: [{ type: 'ListRelationship', objectList: ['urn:x:1', 'urn:x:2'], observedAt: at(1) }],
  location: [
    { type: 'GeoProperty', value: { type: 'Point', coordinates: [3.7, 51, 12] }, observedAt: at(2) },
    {
      type: 'GeoProperty',
      value: {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      },
      observedAt: at(4),
    },
  ],
  timeless: [{ type: 'Property', value: false }],
};

beforeAll(async () => {
  await original.api.post('/temporal/entities').send(rich).expect(201);
  // As it stands in the text of a body, since no number of JavaScript has so many digits.
  await original.api
    .post('/temporal/entities')
    .set('Content-Type', 'application/json')
    .send(
      `{"id":"urn:ngsi-ld:Thing:2","type":"Thing","count":[{"type":"Property","value":12345678901234567890,"observedAt":"${at(1)}"}]}`,
    )
    .expect(201);
  await original.api
    .post('/entities')
    .send({ id: 'urn:ngsi-ld:Thing:3', type: 'Thing', on: { value: true } });
  await original.api.delete('/entities/urn:ngsi-ld:Thing:3').expect(204);
});

describe('an export as NDJSON', () => {
  it('makes the same history elsewhere, which exports the same', async () => {
    const lines = await linesOf(original);
    expect(lines.length).toBe(18);
    await provideLines(copy, lines);
    const again = await linesOf(copy);
    expect(saidBy(again)).toEqual(saidBy(lines));
    expect(again.join('\n')).toContain('12345678901234567890');
    await provideLines(copyOfCopy, again);
    expect(saidBy(await linesOf(copyOfCopy))).toEqual(saidBy(lines));
  });

  it('changes nothing where it is provided again', async () => {
    const before = await linesOf(original);
    await provideLines(original, before);
    expect(await linesOf(original)).toEqual(before);
  });
});

describe('an export as GeoJSON', () => {
  it('has Features as RFC 7946 wants them, null where there is no place', async () => {
    const { type, features } = JSON.parse(await textOf(original, 'format=geojson'));
    expect(type).toBe('FeatureCollection');
    for (const feature of features) {
      expect(Object.keys(feature).sort()).toEqual(['geometry', 'properties', 'type']);
      expect([feature.type, typeof feature.properties]).toEqual(['Feature', 'object']);
    }
    const placeOf = (id: string) =>
      features.find(({ properties }: JsonObject) => (properties as JsonObject)['entityId'] === id).geometry;
    expect(placeOf('urn:ngsi-ld:Thing:2')).toBeNull();
  });

  it('tells where the Entity was at the time of each row', async () => {
    const timerel = `timerel=after&timeAt=${at(0)}`;
    const { features } = JSON.parse(
      await textOf(original, `type=Sensor&attrs=level&format=geojson&${timerel}`),
    );
    expect(features.map(({ geometry }: JsonObject) => (geometry as JsonObject)['type'])).toEqual(
      Array.from({ length: 4 }, () => 'Point'),
    );
  });
});

describe('an export as CSV', () => {
  it('has cells that quotes, ends of lines and other values leave whole', async () => {
    const text = await textOf(original, 'format=csv&type=Sensor&attrs=level,name,owner,timeless');
    const values = text
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((record) => /^[^,]*,[^,]*,[^,]*,[^,]*,("(?:[^"]|"")*"|[^,]*),/.exec(record)?.[1] ?? 'not read')
      .map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
    expect(values.toSorted()).toEqual(
      [
        '1',
        '{"deep":[1,{"b":"é \\"q\\" \\n😀"}]}',
        "'=1+1",
        '',
        '{"nl":"klok","fr":"cloche","@none":"bell"}',
        'urn:x:a',
        '["urn:x:a","urn:x:b"]',
        'false',
      ].toSorted(),
    );
  });

  it('gives a row each observedAt where rows are of another time, and loses nothing of what came together', async () => {
    const text = await textOf(original, 'format=csv&shape=wide&type=Sensor&attrs=level,name,kind');
    const [names, ...records] = text.trimEnd().split('\r\n');
    expect(names).toBe('entityId,type,datasetId,observedAt,modifiedAt,level,name,kind,lon,lat');
    expect(records.map((record) => record.split(',')[3])).toEqual([at(1), at(2), at(2)]);
    expect(records[0]).toMatch(/Z,1,.*klok.*,Bell,3\.7,51$/);
  });
});
