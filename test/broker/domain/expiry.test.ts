import { describe, expect, it } from '@jest/globals';
import { withoutExpired } from '../../../broker/domain/expiry.ts';
import { CREATED, shown, stored } from './support.ts';

const at = '2026-01-01T00:00:01Z';
const moment = CREATED + 1_000_000;

describe('instances that expire (clause 4.22)', () => {
  const entity = stored({
    a: { value: 1, expiresAt: at },
    b: [{ value: 1 }, { value: 2, datasetId: 'urn:d:1', expiresAt: at }],
    c: { value: 1, s: { value: 2, expiresAt: at }, t: 3 },
    d: { value: 1, s: { value: 2, t: { value: 3, expiresAt: at } } },
  });

  it('are there until their moment, and no object is made for it', () => {
    expect(withoutExpired(entity, moment - 1)).toBe(entity);
  });

  it('are gone from their moment on, at every depth; what holds them stays', () => {
    const left = withoutExpired(entity, moment);
    expect(shown(left, { now: 0 })).toMatchObject({ b: 1, c: { value: 1, t: 3 }, d: { value: 1, s: 2 } });
    expect(Object.keys(left.attributes)).toHaveLength(3);
  });
});
