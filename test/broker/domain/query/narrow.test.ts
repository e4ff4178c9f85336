import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../../broker/domain/query/condition.ts';
import { narrow } from '../../../../broker/domain/query/narrow.ts';
import {
  type EntityQueryParameters,
  parseEntityQuery,
} from '../../../../broker/domain/query/parse-entity-query.ts';
import { iri, vocabulary } from './support.ts';

const anything: Condition = { kind: 'anything' };
const type = (name: string): Condition => ({ kind: 'type', type: iri(name) });
const scope = (name: string, below = false): Condition => ({ kind: 'scope', scope: name, below });
const ids: Condition = { kind: 'ids', ids: ['urn:x:1', 'urn:x:2'] };

describe('what a store can do for a query', () => {
  it.each<readonly [EntityQueryParameters, condition: Condition, exact: boolean]>([
    [{}, anything, true],
    [{ type: 'A' }, type('A'), true],
    [{ type: 'A,B' }, { kind: 'any', of: [type('A'), type('B')] }, true],
    [{ type: '(A;B)' }, { kind: 'all', of: [type('A'), type('B')] }, true],
    [{ type: '*' }, anything, true],
    [{ type: 'A,*' }, anything, true],
    [{ type: 'A', id: 'urn:x:1,urn:x:2,urn:x:1' }, { kind: 'all', of: [ids, type('A')] }, true],
    [{ type: 'A', idPattern: 'x' }, type('A'), false],
    [{ scopeQ: '/A/B' }, scope('/A/B'), true],
    [{ scopeQ: '/A/#' }, scope('/A', true), true],
    [{ scopeQ: '/A/+' }, scope('/A', true), false],
    [{ scopeQ: '/A/+/#' }, scope('/A', true), false],
    [{ scopeQ: '/+/B' }, anything, false],
    [{ scopeQ: '/#' }, anything, false],
    [
      { scopeQ: '(/A;/B),/C' },
      { kind: 'any', of: [{ kind: 'all', of: [scope('/A'), scope('/B')] }, scope('/C')] },
      true,
    ],
    [{ scopeQ: '/+,/C' }, anything, false],
    [{ type: 'A', q: 'a==1' }, type('A'), false],
    [{ attrs: 'a' }, anything, false],
    [{ georel: 'disjoint', geometry: 'Point', coordinates: '[1,2]' }, anything, false],
    [{ georel: 'within', geometry: 'Point', coordinates: '[1,2]', geoproperty: 'a.b' }, anything, false],
  ])('%j', (parameters, condition, exact) => {
    expect(narrow(parseEntityQuery(parameters, vocabulary))).toEqual({ condition, exact });
  });

  it('no more than a database can take, which then is not exact', () => {
    const many = (separator: string) => Array.from({ length: 801 }, (_, n) => `/S${n}`).join(separator);
    const narrowed = (scopeQ: string) => narrow(parseEntityQuery({ type: 'A', scopeQ }, vocabulary));
    expect(narrowed(many(','))).toEqual({ condition: type('A'), exact: false });
    expect(narrowed(`(${many(';')})`)).toEqual({ condition: type('A'), exact: false });
    expect(narrowed('/S0,/S1')).toMatchObject({ exact: true });
  });

  it('a geoquery by the cells of its GeoProperty', () => {
    const query = {
      type: 'A',
      georel: 'near;maxDistance==10',
      geometry: 'Point',
      coordinates: '[1,2]',
      geoproperty: 'a',
    };
    expect(narrow(parseEntityQuery(query, vocabulary))).toEqual({
      condition: {
        kind: 'all',
        of: [
          type('A'),
          { kind: 'cells', attribute: iri('a'), cells: expect.any(Array), enclosing: expect.any(Array) },
        ],
      },
      exact: false,
    });
  });
});
