import { describe, expect, it } from '@jest/globals';
import { roundsOf } from '../../../iot-agent/delivery/rounds.ts';

function parcel(id: string, tenant = '', context = 'c') {
  return { tenant, context, entity: { id, type: 'T' } };
}

describe('roundsOf', () => {
  it('gives each measure of an Entity a round of its own, in order', () => {
    const parcels = ['a', 'b', 'a', 'a', 'b'].map((id) => parcel(id));
    const rounds = roundsOf(parcels, 100);
    expect(
      rounds.map((round) => round.map(({ parcels: batch }) => batch.map(({ entity }) => entity.id))),
    ).toEqual([[['a', 'b']], [['a', 'b']], [['a']]]);
    expect(rounds.flat().flatMap(({ parcels: batch }) => batch)).toEqual([
      parcels[0],
      parcels[1],
      parcels[2],
      parcels[4],
      parcels[3],
    ]);
  });

  it('keeps tenants and contexts apart, and batches small', () => {
    const parcels = [parcel('a'), parcel('a', 't'), parcel('b'), parcel('c'), parcel('d', '', 'other')];
    const [round = []] = roundsOf(parcels, 2);
    expect(round.map(({ tenant, context, parcels: batch }) => [tenant, context, batch.length])).toEqual([
      ['', 'c', 2],
      ['', 'c', 1],
      ['t', 'c', 1],
      ['', 'other', 1],
    ]);
  });

  it('makes no round of nothing', () => {
    expect(roundsOf([], 10)).toEqual([]);
  });
});
