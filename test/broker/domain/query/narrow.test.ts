import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../../broker/domain/query/condition.ts';
import { narrow } from '../../../../broker/domain/query/narrow.ts';
import {
  type EntityQueryParameters,
  parseEntityQuery,
} from '../../../../broker/domain/query/parse-entity-query.ts';
import type { ValueSpan } from '../../../../broker/domain/query/value-spans.ts';
import { iri, vocabulary } from './support.ts';

const anything: Condition = { kind: 'anything' };
const type = (name: string): Condition => ({ kind: 'type', type: iri(name) });
const scope = (name: string, below = false): Condition => ({ kind: 'scope', scope: name, below });
const all = (...of: readonly Condition[]): Condition => ({ kind: 'all', of });
const number = (
  span: { readonly at: number } | { readonly from?: number; readonly to?: number },
): Condition => ({
  kind: 'value',
  path: { names: [iri('a')] },
  spans: [{ kind: 'number', ...span } as ValueSpan],
});
const presence = (name: string, is: 'present' | 'absent' = 'present'): Condition => ({
  kind: 'presence',
  path: { names: [iri(name)] },
  is,
});
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
    [{ type: 'A', idPattern: '^urn:x:1.*' }, all(type('A'), { kind: 'idStart', text: 'urn:x:1' }), false],
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
    [{ type: 'A', q: 'a' }, all(type('A'), presence('a')), false],
    [{ type: 'A', q: '!a' }, all(type('A'), presence('a', 'absent')), false],
    [{ type: 'A', q: 'createdAt' }, type('A'), false],
    [{ type: 'A', q: 'a!=1' }, type('A'), false],
    [{ type: 'A', q: 'a~="[xy]"' }, type('A'), false],
    [{ type: 'A', q: 'a!~="x"' }, type('A'), false],
    [{ type: 'A', q: 'a>"x"' }, type('A'), false],
    [{ type: 'A', q: 'a=="x".."y"' }, type('A'), false],
    [{ type: 'A', q: 'a==1;b!=1' }, all(type('A'), number({ at: 1 })), false],
    [{ type: 'A', q: 'a==1|b!=1' }, type('A'), false],
    [{ attrs: 'a' }, presence('a'), false],
    [{ attrs: 'a,b' }, { kind: 'any', of: [presence('a'), presence('b')] }, false],
    [{ georel: 'disjoint', geometry: 'Point', coordinates: '[1,2]' }, anything, false],
    [{ georel: 'within', geometry: 'Point', coordinates: '[1,2]', geoproperty: 'a.b' }, anything, false],
  ])('%j', (parameters, condition, exact) => {
    expect(narrow(parseEntityQuery(parameters, vocabulary))).toEqual({ condition, exact });
  });

  it.each<readonly [q: string, spans: readonly ValueSpan[]]>([
    ['a==1', [{ kind: 'number', at: 1 }]],
    ['a>=1', [{ kind: 'number', from: 1 }]],
    ['a>1', [{ kind: 'number', from: 1 }]],
    ['a<1', [{ kind: 'number', to: 1 }]],
    ['a<=1', [{ kind: 'number', to: 1 }]],
    ['a==1..2', [{ kind: 'number', from: 1, to: 2 }]],
    [
      'a==1,true,"x"',
      [
        { kind: 'number', at: 1 },
        { kind: 'boolean', at: true },
        { kind: 'text', at: 'x' },
      ],
    ],
    ['a==2026-01-01', [{ kind: 'instant', at: 1_767_225_600_000_000 }]],
    ['a>2026-01-01T00:00:00Z', [{ kind: 'instant', from: 1_767_225_600_000_000 }]],
    [
      'a=="2026-01-01"',
      [
        { kind: 'text', at: '2026-01-01' },
        { kind: 'instant', at: 1_767_225_600_000_000 },
      ],
    ],
    ['a<=00:00:01Z', [{ kind: 'time', to: 1_000_000 }]],
    [`a=="${'x'.repeat(100)}"`, [{ kind: 'text', at: 'x'.repeat(64) }]],
    ['a=="😀"', [{ kind: 'text', at: '??' }]],
    ['a~="^x.*y"', [{ kind: 'text', from: 'x', to: 'x\u{10ffff}' }]],
    ['a~="x.*yz"', [{ kind: 'text', contains: 'yz' }]],
    [`a~="${'x'.repeat(100)}"`, [{ kind: 'text', contains: 'x'.repeat(64) }]],
  ])('%s by spans of values', (q, spans) => {
    const { condition, exact } = narrow(parseEntityQuery({ q }, vocabulary));
    expect(condition).toEqual({ kind: 'value', path: { names: [iri('a')] }, spans });
    expect(exact).toBe(false);
  });

  it('a path into Entities and values as it is, but none into linked Entities', () => {
    const pathOf = (q: string) => {
      const { condition } = narrow(parseEntityQuery({ q, joinLevel: 1 }, vocabulary));
      return condition.kind === 'value' ? condition.path : condition.kind;
    };
    expect(pathOf('a.b.observedAt>2026-01-01')).toEqual({
      names: [iri('a'), iri('b')],
      system: 'observedAt',
    });
    expect(pathOf('a[c]==1')).toEqual({ names: [iri('a')], members: [{ name: 'c', iri: iri('c') }] });
    expect(pathOf('a{b}==1')).toBe('anything');
    expect(pathOf('a{b}')).toBe('anything');
  });

  it('a list of values as long as it selects something', () => {
    const list = (length: number) => Array.from({ length }, (_, n) => n).join(',');
    expect(narrow(parseEntityQuery({ q: `a==${list(50)}` }, vocabulary)).condition.kind).toBe('value');
    expect(narrow(parseEntityQuery({ q: `a==${list(51)}` }, vocabulary)).condition.kind).toBe('anything');
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
