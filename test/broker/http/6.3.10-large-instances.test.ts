import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from './broker-under-test.ts';

const one = 'urn:ngsi-ld:Camera:1';
const other = 'urn:ngsi-ld:Camera:2';
/** So large that an answer has room for 17 of them. */
const value = 'x'.repeat(950_000);

const at = (minute: number): string => `2026-05-01T00:${String(minute).padStart(2, '0')}:00Z`;
const range = (from: number, to: number, step = 1): readonly number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, n) => from + n * step);

/** The minutes of the pictures in an answer. */
function minutesOf({ picture = [] }: JsonObject): readonly number[] {
  const instances = [picture].flat() as unknown as readonly { readonly observedAt: string }[];
  return instances.map(({ observedAt }) => Number(observedAt.slice(14, 16)));
}

describe.each([
  ['1.9', 206],
  ['104', 200],
] as const)('an answer with large instances (clause 6.3.10, profile %s)', (profile, partial) => {
  const broker = brokerUnderTest({ profile });
  const read = (path: string) => broker.api.get(`/temporal/entities${path}`);
  const provide = (id: string, minute: number) => {
    const picture = [{ type: 'Property', value, observedAt: at(minute) }];
    return broker.api.post('/temporal/entities').send({ id, type: 'Camera', picture });
  };

  beforeAll(async () => {
    for (const minute of range(0, 38, 2)) await provide(one, minute);
    for (const minute of range(1, 5, 2)) await provide(other, minute);
  });

  it('ends before there is too much text, and what comes behind it can be had', async () => {
    const first = await read(`/${one}`).expect(partial);
    expect(minutesOf(first.body)).toEqual(range(0, 32, 2));
    const rest = await read(`/${one}?timerel=after&timeAt=2026-05-01T00:32:00.000001Z`).expect(200);
    expect(minutesOf(rest.body)).toEqual([34, 36, 38]);
    const newest = await read(`/${one}?lastN=19`).expect(partial);
    expect(minutesOf(newest.body)).toEqual(range(6, 38, 2).toReversed());
    const two = await read(`/${one}?lastN=2`).expect(200);
    expect(minutesOf(two.body)).toEqual([38, 36]);
  });

  it('has room for so much text of all Entities together', async () => {
    const { body } = await read('?type=Camera&timerel=before&timeAt=2027-01-01T00:00:00Z').expect(partial);
    // Of each Attribute as many in a share; up to one moment in a part.
    const ofOne = profile === '104' ? range(0, 14, 2) : range(0, 26, 2);
    expect(body.map(minutesOf)).toEqual([ofOne, [1, 3, 5]]);
  });
});
