import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from '../http/broker-under-test.ts';
import { problemOf } from './answers.ts';
import { ID, oneRoom, PATH } from './one-room.ts';

const broker = brokerUnderTest();
const { create, given, read, attribute } = oneRoom(broker);

describe('trap 24: a DateTime is UTC with Z and at most six fraction digits, and is compared by the instant (clause 4.6.3)', () => {
  const at = (observedAt: string): JsonObject => ({ a: { value: 1, observedAt } });

  it.each([
    ['2026-05-01T12:00:00Z', '2026-05-01T12:00:00Z'],
    ['2026-05-01T12:00:00.5Z', '2026-05-01T12:00:00.5Z'],
    ['2026-05-01T12:00:00,25Z', '2026-05-01T12:00:00.25Z'],
    ['2026-05-01T12:00:00.000Z', '2026-05-01T12:00:00Z'],
    ['2026-05-01T12:00:00.123456Z', '2026-05-01T12:00:00.123456Z'],
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59Z'],
  ])('%s', async (sent, shown) => {
    await given({ ...at(sent), expiresAt: '2030-01-01T00:00:00,5Z' });
    expect(await attribute()).toEqual({ type: 'Property', value: 1, observedAt: shown });
    expect((await read('?options=sysAttrs'))['expiresAt']).toBe('2030-01-01T00:00:00.5Z');
  });

  it.each([
    '2026-05-01T12:00:00+02:00',
    '2026-05-01T12:00:00-00:00',
    '2026-05-01T12:00:00+00:00',
    '2026-05-01T12:00:00',
    '2026-05-01T12:00:00.1234567Z',
    '2026-02-30T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-05-01T25:00:00Z',
    '2026-05-01T24:00:00Z',
    '2026-05-01T23:59:60Z',
    '2026-05-01T12:00Z',
    '2026-05-01t12:00:00z',
    '20260501T120000Z',
    '10000-01-01T00:00:00Z',
    '2026-05-01 12:00:00Z',
    '2026-05-01',
    '2026-05-01T12:00:00.Z',
    'yesterday',
  ])('refuses %s', async (text) => {
    const typed = { a: { type: 'Property', value: { '@type': 'DateTime', '@value': text } } };
    for (const members of [at(text), { expiresAt: text }, { a: { value: 1, expiresAt: text } }, typed])
      expect(problemOf(await create(members))).toEqual([400, 'BadRequestData']);
    await given({ a: 1 });
    await broker.api.patch(`${PATH}/attrs/a`).send({ observedAt: text }).expect(400);
    await broker.api
      .patch(`${PATH}?observedAt=${encodeURIComponent(text)}`)
      .send({ a: 2 })
      .expect(400);
    await broker.api
      .get(`/temporal/entities/${ID}?timerel=before&timeAt=${encodeURIComponent(text)}`)
      .expect(400);
    expect(await attribute('?format=simplified')).toBe(1);
  });

  it('is compared by the instant, in q and as an update', async () => {
    await given(at('2026-05-01T12:00:00,500Z'));
    const changes = broker.matched.length;
    await broker.api.post(`${PATH}/attrs`).send(at('2026-05-01T12:00:00.5Z')).expect(204);
    expect(broker.matched).toHaveLength(changes);
    const found = async (q: string) =>
      (await broker.api.get(`/entities?type=Room&q=${q}`).expect(200)).body.length;
    for (const q of [
      'a.observedAt==2026-05-01T12:00:00.50Z',
      'a.observedAt>=2026-05-01T12:00:00,5Z',
      'a.observedAt>2026-05-01T12:00:00Z',
      'a.observedAt<2026-05-01T12:00:00.500001Z',
    ])
      expect([q, await found(q)]).toEqual([q, 1]);
    expect(await found('a.observedAt>2026-05-01T12:00:00.5Z')).toBe(0);
  });

  it('a Property of such a text compares by the instant too', async () => {
    await given({
      a: '2026-05-01T12:00:00.5Z',
      b: { value: { '@type': 'DateTime', '@value': '2026-05-01T12:00:00.5Z' } },
    });
    for (const name of ['a', 'b']) {
      const { body } = await broker.api
        .get(`/entities?type=Room&q=${name}==2026-05-01T12:00:00,500Z`)
        .expect(200);
      expect(body).toHaveLength(1);
    }
  });
});
