import { describe, expect, it } from '@jest/globals';
import { namedAttributes } from '../../../../broker/domain/query/named-attributes.ts';
import { parseEntityQuery } from '../../../../broker/domain/query/parse-entity-query.ts';
import { iri, vocabulary } from './support.ts';

describe('the Attributes that a query and an order name', () => {
  const byId = { terms: [{ subject: { kind: 'id' }, direction: 'ascending', isByDistance: false }] } as const;

  it('are those of attrs, q, the geoquery and the order, each once', () => {
    const query = parseEntityQuery(
      {
        type: 'Room',
        attrs: 'a',
        q: 'b.sub==1;(c[x]>2|!d);e{name}=="x";createdAt>2026-01-01T00:00:00Z;a',
        georel: 'near;maxDistance==1',
        geometry: 'Point',
        coordinates: '[1,2]',
        geoproperty: 'place.inner',
        joinLevel: 1,
      },
      vocabulary,
    );
    const order = {
      terms: [
        ...byId.terms,
        {
          subject: { kind: 'path', path: { names: [iri('f'), iri('sub')] } },
          direction: 'descending',
          isByDistance: false,
        },
        {
          subject: { kind: 'path', path: { names: [], system: 'modifiedAt' } },
          direction: 'ascending',
          isByDistance: false,
        },
      ],
    } as const;
    expect(namedAttributes(query, order)).toEqual(['a', 'b', 'c', 'd', 'e', 'place', 'f'].map(iri));
  });

  it('are none where only ids and types are asked for', () => {
    expect(namedAttributes(parseEntityQuery({ type: 'Room' }, vocabulary), byId)).toEqual([]);
  });
});
