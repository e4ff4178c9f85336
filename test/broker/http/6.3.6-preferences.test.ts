import { beforeAll, describe, expect, it } from '@jest/globals';
import { preferencesOf } from '../../../broker/http/preferences.ts';
import { brokerUnderTest, CITY_CONTEXT, contextLink } from './broker-under-test.ts';

describe('the Prefer header (RFC 7240)', () => {
  it.each([
    ['ngsi-ld=1.5', 5],
    ['NGSI-LD=1.0', 0],
    ['Ngsi-Ld = "1.4"', 4],
    ['ngsi-ld="1\\.4"', 4],
    ['ngsi-ld=1.3;q=0.1', 3],
    ['respond-async, x="a, ngsi-ld=1.1", ngsi-ld=1.8; a="b;c"', 8],
    ['ngsi-ld=1.2, ngsi-ld=1.6', 2],
    ['ngsi-ld=1.12', 9],
    ['ngsi-ld=2.0', 9],
    ['ngsi-ld=0.9', 0],
  ])('%s asks for version 1.%i', (header, minor) => {
    expect(preferencesOf(header).minor).toBe(minor);
  });

  it.each([
    undefined,
    '',
    'respond-async',
    'ngsi-ld',
    'ngsi-ld=newest',
    'ngsi-ld="1.5',
    'ngsi-ld=1.5.1',
    ',,=',
  ])('%s asks for no version', (header) => {
    expect(preferencesOf(header)).toEqual({ geoJsonHasContext: true });
  });

  it('reads a header of nothing but quotes once', () => {
    expect(preferencesOf('"\\'.repeat(30_000))).toEqual({ geoJsonHasContext: true });
  });

  it.each([
    ['body=json', false],
    ['body="JSON", ngsi-ld=1.9', false],
    ['body=ld+json', true],
    ['x="body=json"', true],
  ])('%s: GeoJSON has its @context in the body: %s', (header, has) => {
    expect(preferencesOf(header).geoJsonHasContext).toBe(has);
  });
});

describe('answers in an older version (clauses 4.3.6.8, 6.3.6)', () => {
  const broker = brokerUnderTest();
  const id = 'urn:ngsi-ld:Shop:1';

  beforeAll(async () => {
    const location = { type: 'Point', coordinates: [3.7, 51] };
    const entity = { id, type: 'Shop', sells: { vocab: 'bread' }, age: { value: 3 }, location };
    await broker.api.post('/entities').send(entity).expect(201);
  });
  const get = (prefer: string, path = `/entities/${id}`) => broker.api.get(path).set('Prefer', prefer);

  it('are 203 when they differ, and say which version they conform to', async () => {
    const { body, headers } = await get('ngsi-ld=1.5').expect(203);
    expect(headers['preference-applied']).toBe('ngsi-ld=1.5');
    expect(body['sells']).toEqual({ type: 'Property', value: 'bread' });
  });

  it('are 200 when nothing that is shown differs', async () => {
    for (const [prefer, path] of [
      ['ngsi-ld=1.9', `/entities/${id}`],
      ['ngsi-ld=1.5', `/entities/${id}?pick=id,age`],
      ['ngsi-ld=1.8', `/entities/${id}`],
      ['ngsi-ld=1.3', '/types'],
    ] as const) {
      const { headers } = await get(prefer, path).expect(200);
      expect(headers['preference-applied']).toBe(prefer);
    }
  });

  it('come to queries by GET and by POST, and to JSON-LD', async () => {
    const listed = await get('ngsi-ld=1.0', '/entities?type=Shop').expect(203);
    expect(listed.body[0].sells.type).toBe('Property');
    const asked = broker.api.post('/entityOperations/query').set('Prefer', 'ngsi-ld=1.0');
    const posted = await asked.send({ type: 'Query', entities: [{ type: 'Shop' }] }).expect(203);
    expect(posted.body[0].sells.type).toBe('Property');
    const jsonLd = await get('ngsi-ld=1.0')
      .set('Accept', 'application/ld+json')
      .set('Link', contextLink(CITY_CONTEXT));
    expect([jsonLd.status, jsonLd.headers['preference-applied']]).toEqual([203, 'ngsi-ld=1.0']);
  });

  it('come to the history of an Entity, one or many', async () => {
    const one = await get('ngsi-ld=1.7', `/temporal/entities/${id}`).expect(203);
    const sells = [expect.objectContaining({ type: 'Property', value: 'bread' })];
    expect(one.body).toMatchObject({ id, sells });
    expect(one.headers['preference-applied']).toBe('ngsi-ld=1.7');
    const search = 'type=Shop&timerel=after&timeAt=2026-01-01T00:00:00Z&timeproperty=modifiedAt';
    const many = await get('ngsi-ld=1.7', `/temporal/entities?${search}`).expect(203);
    expect(many.body).toMatchObject([{ sells }]);
    const same = await get('ngsi-ld=1.8', `/temporal/entities/${id}`).expect(200);
    expect(same.body['sells'][0].type).toBe('VocabProperty');
    const counted = `/temporal/entities/${id}?timeproperty=modifiedAt&aggrMethods=totalCount&pick=id,sells`;
    expect((await get('ngsi-ld=1.0', counted).expect(200)).headers['preference-applied']).toBe('ngsi-ld=1.0');
  });

  it('have an evolution of which nothing is shown that there was then', async () => {
    const path = '/temporal/entities/urn:ngsi-ld:Shop:moved';
    const scope = [{ value: '/City', observedAt: '2026-05-01T06:00:00Z' }];
    await broker.api
      .post('/temporal/entities')
      .send({ id: 'urn:ngsi-ld:Shop:moved', type: 'Moved', scope })
      .expect(201);
    const one = await get('ngsi-ld=1.3', path).expect(203);
    expect(one.body).toEqual({ id: 'urn:ngsi-ld:Shop:moved', type: 'Moved' });
    expect((await get('ngsi-ld=1.3', `${path}?pick=id`).expect(200)).body).toEqual({ id: one.body.id });
    const search = 'type=Moved&timerel=after&timeAt=2026-05-01T00:00:00Z&pick=type';
    const many = await get('ngsi-ld=1.5', `/temporal/entities?${search}`).expect(200);
    expect(many.body).toEqual([{ type: 'Moved' }]);
  });

  it('are not asked for in GeoJSON, of errors, nor without the preference', async () => {
    const feature = await get('ngsi-ld=1.0').set('Accept', 'application/geo+json').expect(200);
    expect(feature.body.properties.sells.type).toBe('VocabProperty');
    const lost = await get('ngsi-ld=1.0', '/entities/urn:a:lost').expect(404);
    const plain = await broker.api.get(`/entities/${id}`).expect(200);
    for (const { headers } of [feature, lost, plain])
      expect(headers).not.toHaveProperty('preference-applied');
  });
});
