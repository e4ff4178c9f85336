import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from './broker-under-test.ts';

const broker = brokerUnderTest();
const at = (minutes: number): string =>
  `2026-03-01T${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00Z`;
const NOON = 12 * 60;
const HOUR = `timerel=between&timeAt=${at(NOON)}&endTimeAt=${at(NOON + 60)}`;

const scopes = (
  ...all: readonly (readonly [value: string | readonly string[], minutes: number])[]
): JsonObject[] =>
  all.map(([value, minutes]) => ({ type: 'Property', value, observedAt: at(minutes) }) as JsonObject);

async function provide(
  id: string,
  scope: unknown,
  values: readonly (readonly [string, number])[],
): Promise<void> {
  const speed = values.map(([value, minutes]) => ({ value, observedAt: at(minutes) }));
  await broker.api
    .post('/temporal/entities')
    .send({ id: `urn:v:${id}`, type: 'Vehicle', ...(scope !== undefined && { scope }), speed })
    .expect(201);
}

/** By the end of its id what an Entity's values are. */
async function find(scopeQ: string, more = ''): Promise<Readonly<Record<string, readonly string[]>>> {
  const search = `type=Vehicle&scopeQ=${encodeURIComponent(scopeQ)}&${HOUR}&format=temporalValues${more}`;
  const { body } = await broker.api.get(`/temporal/entities?${search}`).expect(200);
  return Object.fromEntries(
    body.map(({ id, speed }: { id: string; speed: { values: [string][] } }) => [
      id.replace('urn:v:', ''),
      speed.values.map(([value]) => value),
    ]),
  );
}

beforeAll(async () => {
  await provide('before', scopes(['/A/B', NOON - 60]), [['x', NOON + 5]]);
  await provide('both', scopes([['/A/B', '/C'], NOON - 60]), [['x', NOON + 5]]);
  await provide('during', scopes(['/M', NOON + 10]), [
    ['early', NOON + 5],
    ['late', NOON + 15],
  ]);
  await provide('moved', scopes(['/R', NOON - 60], ['/S', NOON + 30]), [
    ['old', NOON + 15],
    ['new', NOON + 45],
  ]);
  await provide('after', scopes(['/Z', NOON + 120]), [['x', NOON + 5]]);
  await provide('always', '/Q', [['x', NOON + 5]]);
  await provide('none', undefined, [['x', NOON + 5]]);
});

describe('scopeQ of temporal queries (clauses 4.18, 4.19, 5.7.4.4, annex C.5.16)', () => {
  it.each([
    ['/A/B', { before: ['x'], both: ['x'] }],
    ['/A/#', { before: ['x'], both: ['x'] }],
    ['(/A/B;/C)', { both: ['x'] }],
    ['/M', { during: ['late'] }],
    ['/R', { moved: ['old'] }],
    ['/S', { moved: ['new'] }],
    ['/R|/S', { moved: ['old', 'new'] }],
    ['/Q', { always: ['x'] }],
    ['/Z', {}],
    ['/Y', {}],
    ['/#', { before: ['x'], both: ['x'], during: ['late'], moved: ['old', 'new'], always: ['x'] }],
  ])(
    '%s selects by what was valid in the interval, and shows values of that time',
    async (scopeQ, expected) => {
      expect(await find(scopeQ)).toEqual(expected);
    },
  );

  it('takes lastN of what was observed in the scope', async () => {
    expect(await find('/R', '&lastN=1')).toEqual({ moved: ['old'] });
  });

  it('shows the scope that was valid when the interval began, though it was set before', async () => {
    const { body } = await broker.api
      .get(`/temporal/entities?type=Vehicle&scopeQ=/A/B&id=urn:v:before&${HOUR}`)
      .expect(200);
    expect(body).toMatchObject([{ scope: [{ value: '/A/B', observedAt: at(NOON - 60) }] }]);
  });

  it('selects by what was valid in the interval when ids or scopes alone are picked', async () => {
    const idsIn = async (scopeQ: string, pick: string) => {
      const search = `type=Vehicle&scopeQ=${scopeQ}&${HOUR}&pick=${pick}`;
      const { body } = await broker.api.get(`/temporal/entities?${search}`).expect(200);
      return body.map(({ id }: { id: string }) => id);
    };
    expect(await idsIn('/Z', 'id')).toEqual([]);
    expect(await idsIn('/S', 'id')).toEqual(['urn:v:moved']);
    expect(await idsIn('/S', 'id,scope')).toEqual(['urn:v:moved']);
    expect(await idsIn('/R', 'id,scope')).toEqual(['urn:v:moved']);
    expect(await idsIn('/Z', 'id,scope')).toEqual([]);
    expect(await idsIn('/A/B', 'id,scope')).toEqual(['urn:v:before', 'urn:v:both']);
    expect(await idsIn('/Q', 'id,scope')).toEqual(['urn:v:always']);
  });

  it('shows scopes that attrs names, as annex C.5.16.2 asks for them', async () => {
    const search = `type=Vehicle&scopeQ=/A/B&id=urn:v:before&${HOUR}`;
    const named = await broker.api.get(`/temporal/entities?${search}&attrs=speed,scope`).expect(200);
    const scope = [{ type: 'Property', value: '/A/B' }];
    expect(named.body).toMatchObject([
      { id: 'urn:v:before', type: 'Vehicle', scope, speed: [{ value: 'x' }] },
    ]);
    const temporalQ = { timerel: 'between', timeAt: at(NOON), endTimeAt: at(NOON + 60) };
    const posted = await broker.api
      .post('/temporal/entityOperations/query')
      .send({
        ...{ type: 'Query', entities: [{ type: 'Vehicle', id: 'urn:v:before' }], scopeQ: '/A/B' },
        ...{ attrs: ['scope', 'speed'], temporalQ },
      })
      .expect(200);
    expect(posted.body).toEqual(named.body);
    const { body } = await broker.api.get(`/temporal/entities?${search}&attrs=speed`).expect(200);
    expect(body).toEqual([{ id: 'urn:v:before', type: 'Vehicle', speed: named.body[0].speed }]);
  });

  it('shows of the scopes in the interval those that match', async () => {
    const { body } = await broker.api.get(`/temporal/entities?type=Vehicle&scopeQ=/S&${HOUR}`).expect(200);
    expect(body).toMatchObject([{ scope: [{ value: '/S' }] }]);
  });

  it('aggregates what was observed in the scope', async () => {
    const { body } = await broker.api
      .get(`/temporal/entities?type=Vehicle&scopeQ=/S&${HOUR}&format=aggregatedValues&aggrMethods=totalCount`)
      .expect(200);
    expect(body[0].speed).toEqual({ type: 'Property', totalCount: [[1, at(NOON), at(NOON + 60)]] });
  });

  it('follows scopes that the current Entity has, and that it loses', async () => {
    const id = 'urn:v:current';
    await broker.api.post('/entities').send({ id, type: 'Van', scope: '/Here', speed: 1 }).expect(201);
    await broker.api.delete(`/entities/${id}/attrs/scope`).expect(204);
    await broker.api.patch(`/entities/${id}/attrs`).send({ speed: 2 }).expect(204);
    const search = 'type=Van&scopeQ=/Here&timerel=after&timeAt=2026-01-01T00:00:00Z&timeproperty=modifiedAt';
    const { body } = await broker.api.get(`/temporal/entities?${search}&pick=speed`).expect(200);
    expect(body).toEqual([{ speed: [expect.objectContaining({ value: 1 })] }]);
  });
});

describe('scopes of a deleted Entity', () => {
  const id = 'urn:v:again';
  const NOW = 'timerel=after&timeAt=2026-03-01T00:00:00Z&timeproperty=modifiedAt';
  const valuesIn = async (scopeQ: string): Promise<readonly (readonly string[])[]> => {
    const search = `type=Again&${NOW}&scopeQ=${scopeQ}&pick=speed&format=temporalValues`;
    const { body } = await broker.api.get(`/temporal/entities?${search}`).expect(200);
    return body.map(({ speed }: { speed: { values: [string][] } }) => speed.values.map(([value]) => value));
  };

  it('are those of another one of its id no more, and their end is in the history', async () => {
    const entity = { id, type: 'Again' };
    await broker.api
      .post('/entities')
      .send({ ...entity, scope: '/T', speed: { value: 'in' } })
      .expect(201);
    await broker.api.delete(`/entities/${id}`).expect(204);
    await broker.api
      .post('/entities')
      .send({ ...entity, speed: { value: 'out' } })
      .expect(201);
    expect(await valuesIn('/T')).toEqual([['in']]);
    const { body } = await broker.api.get(
      `/temporal/entities/${id}?pick=scope&${NOW.replace('modifiedAt', 'deletedAt')}`,
    );
    expect(body.scope).toMatchObject([{ type: 'Property', value: [], deletedAt: expect.any(String) }]);
  });
});
