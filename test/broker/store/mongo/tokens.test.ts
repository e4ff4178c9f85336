import { describe, expect, it } from '@jest/globals';
import { tokensOf } from '../../../../broker/store/mongo/tokens.ts';
import { entityAt, LOCATION, property } from '../contract/entities.ts';

describe('the tokens of an Entity', () => {
  const cellsOf = () => ['012', '013'];
  const tokens = (members: Parameters<typeof entityAt>[2]) =>
    tokensOf('a|b', entityAt('urn:1', 1, members), cellsOf);

  it('name the tenant, the types, the scopes and all above them, each once', () => {
    expect(tokens({ types: ['urn:T'], scopes: ['/x/y', '/x'] })).toEqual([
      'a%7Cb|*',
      'a%7Cb|t|urn:T',
      'a%7Cb|s|/x/y',
      'a%7Cb|b|/',
      'a%7Cb|b|/x',
      'a%7Cb|b|/x/y',
      'a%7Cb|s|/x',
    ]);
  });

  it('name the cells of every instance of GeoProperties and of nothing else', () => {
    const place = {
      kind: 'GeoProperty',
      value: { type: 'Point', coordinates: [0, 0] },
      createdAt: 1,
      modifiedAt: 1,
    } as const;
    const attributes = {
      [LOCATION]: [place, { ...place, datasetId: 'urn:d' }],
      'urn:p': [property(place.value, 1)],
    };
    expect(tokens({ types: [], attributes }).slice(1)).toEqual([
      `a%7Cb|g|${LOCATION}|012`,
      `a%7Cb|g|${LOCATION}|013`,
    ]);
  });
});
