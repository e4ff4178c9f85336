import { describe, expect, it } from '@jest/globals';
import {
  type EntityQueryParameters,
  parseEntityQuery,
  requireNarrowQuery,
} from '../../../../broker/domain/query/parse-entity-query.ts';
import { at, entity, judge, property, refusalOf, vocabulary } from './support.ts';

const geo = { georel: 'within', geometry: 'Point', coordinates: '[1,2]' };

describe('the parameters of a query together (clause 5.7.2)', () => {
  const subject = entity({ a: property(1) }, { id: 'urn:ngsi-ld:Room:12', scopes: ['/A/B'] });

  it.each<readonly [EntityQueryParameters, boolean]>([
    [{ type: 'Room', id: 'urn:ngsi-ld:Room:12' }, true],
    [{ type: 'Room', id: 'urn:x:1, urn:ngsi-ld:Room:12' }, true],
    [{ type: 'Hall', id: 'urn:ngsi-ld:Room:12' }, false],
    [{ type: 'Room', idPattern: 'Room:1' }, true],
    [{ type: 'Room', idPattern: 'Room:1$' }, false],
    [{ type: 'Room', id: 'urn:ngsi-ld:Room:12', idPattern: '^urn:x' }, false],
    [{ attrs: 'a,b' }, true],
    [{ attrs: 'b|a' }, true],
    [{ attrs: 'b,c' }, false],
    [{ attrs: 'a,createdAt' }, true],
    [{ attrs: 'b,createdAt' }, false],
    [{ attrs: 'createdAt,modifiedAt' }, true],
    [{ type: 'Room', q: 'a==1', scopeQ: '/A/#', attrs: 'a' }, true],
    [{ type: 'Room', q: 'a==1', scopeQ: '/B' }, false],
    [{ type: 'Room', q: 'a==2', scopeQ: '/A/B' }, false],
    [{ type: 'Room', attrs: 'toString' }, false],
    [{}, true],
  ])('%j: %s', (parameters, expected) => {
    expect(judge(parameters, subject)).toBe(expected);
  });

  it('sees no Attribute that has expired (clause 4.22)', () => {
    const expiring = entity({ a: [property(1, { expiresAt: at.now }), property(2, { datasetId: 'urn:d' })] });
    const expired = entity({ a: property(1, { expiresAt: at.now }) });
    expect([expiring, expired].map((each) => judge({ attrs: 'a' }, each))).toEqual([true, false]);
  });

  it.each<readonly [EntityQueryParameters, RegExp]>([
    [{ id: 'urn:x:1,2' }, /id "2" is not a URI/],
    [{ idPattern: '(' }, /idPattern is not a regular expression/],
    [{ idPattern: '(?=a)b' }, /without look-around/],
    [{ idPattern: 'x'.repeat(1025) }, /has 1025 characters; at most 1024/],
    [{ attrs: 'a,,b' }, /attrs has an empty name/],
    [{ attrs: '' }, /attrs has an empty name/],
    [{ type: 'Room', id: '' }, /id "" is not a URI/],
    [{ type: 'Room', id: 'urn:a:b,' }, /id "" is not a URI/],
    [{ type: 'Room', idPattern: '' }, /idPattern is empty/],
    [{ q: 'a==b', expandValues: 'a,,b' }, /an element of expandValues "" is not a name/],
    [{ q: 'a==b', jsonKeys: 'a b' }, /an element of jsonKeys "a b" is not a name/],
    [{ attrs: 'owner{name}' }, /"owner\{name\}" is not a name/],
  ])('refuses %j', (parameters, detail) => {
    const refusal = refusalOf(() => parseEntityQuery(parameters, vocabulary));
    expect([refusal.type, refusal.message]).toEqual(['BadRequestData', expect.stringMatching(detail)]);
  });
});

describe('a query that is too wide (clause 5.7.2.4)', () => {
  const check = (parameters: EntityQueryParameters, local?: boolean) => () =>
    requireNarrowQuery(parseEntityQuery(parameters, vocabulary), local);

  it.each<EntityQueryParameters>([
    {},
    { id: 'urn:x:1' },
    { idPattern: '.*' },
    { attrs: 'createdAt' },
    { q: 'modifiedAt>2026-01-01T00:00:00Z' },
    { scopeQ: '/A' },
  ])('%j is refused, but answered with local=true', (parameters) => {
    expect(refusalOf(check(parameters)).message).toMatch(/too wide: add type/);
    expect(check(parameters, true)).not.toThrow();
  });

  it.each<EntityQueryParameters>([
    { type: 'Room' },
    { attrs: 'a' },
    { attrs: 'createdAt,a' },
    { q: 'a==1' },
    { q: 'a.createdAt>2026-01-01T00:00:00Z' },
    geo,
    { type: '*' },
  ])('%j is not', (parameters) => {
    expect(check(parameters)).not.toThrow();
  });

  it('type=* cannot be asked of others', () => {
    expect(refusalOf(check({ type: '*' }, false)).message).toMatch(/implies local=true/);
  });
});
