import { describe, expect, it } from '@jest/globals';
import { isName, isNgsiLdNull, isUri, requireId, requireScope, shown } from '../../../broker/domain/names.ts';
import { refusalOf } from './support.ts';

describe('URIs (clause 4.6.1)', () => {
  it.each([
    'urn:ngsi-ld:Room:1',
    'http://example.org/a?b=c#d',
    'https://[2001:db8::1]:8080/',
    "a:b'(c)",
    'x:é',
    'urn:房间',
    'mailto:a@example.org',
    'urn:a%20b',
  ])('%s', (text) => {
    expect(isUri(text)).toBe(true);
  });

  it.each([
    '',
    'Room1',
    ':x',
    'urn:',
    '1urn:x',
    'urn:a b',
    'urn:a<b',
    'urn:a"b',
    'urn:a\\b',
    'urn:a\nb',
    'urn:a^b',
    'urn:\u200bx',
    'urn:\u202ex',
    'urn:\u00a0',
    'ürn:x',
  ])('%j is none', (text) => {
    expect(isUri(text)).toBe(false);
  });
});

describe('ids (clauses 5.2.4, 5.2.12)', () => {
  it('are URIs that fit in URLs', () => {
    const id = `urn:x:${'y'.repeat(2_042)}`;
    expect(requireId(id, 'id')).toBe(id);
    expect(() => requireId(`${id}y`, 'id')).toThrow('has 2049 characters: at most 2048');
    expect(() => requireId('room', 'id')).toThrow('not a URI');
  });
});

describe('names of types and Attributes (clause 4.6.2)', () => {
  it.each(['a', 'A1_b', 'température', '温度', 'ex:name', 'http://example.org/a-b', 'constructor'])(
    '%s',
    (text) => {
      expect(isName(text)).toBe(true);
    },
  );

  it.each([
    '',
    '1a',
    '_a',
    'a b',
    'a-b',
    'a.b',
    'a/b',
    'a#',
    '@a',
    'a:',
    ':a',
    'a:b c',
    '__proto__',
    'a\u200b',
  ])('%j is none', (text) => {
    expect(isName(text)).toBe(false);
  });
});

describe('Scopes (clause 4.18)', () => {
  it.each([
    ['/City', '/City'],
    ['City/Park_1', '/City/Park_1'],
    ['/Ville/Forêt', '/Ville/Forêt'],
  ])('%s', (given, scope) => {
    expect(requireScope(given)).toBe(scope);
  });

  it.each(['', '/', '//A', '/A/', '/A//B', '/1', '/A b', '/+', '/#', 5, null, { a: 1 }])(
    '%j is none',
    (given) => {
      expect(refusalOf(() => requireScope(given)).message).toMatch(/is not a Scope: write levels/);
    },
  );

  it('have at most 32 levels', () => {
    expect(requireScope('/a'.repeat(32))).toBe('/a'.repeat(32));
    expect(refusalOf(() => requireScope('/a'.repeat(33))).message).toMatch(/has more than 32 levels/);
  });
});

describe('NGSI-LD Null (clause 4.5.0)', () => {
  it('is the URI, also where an @context has made more of it', () => {
    const uri = 'urn:ngsi-ld:null';
    for (const value of [uri, { '@id': uri }, { '@type': 'x', '@value': uri }])
      expect(isNgsiLdNull(value)).toBe(true);
    for (const value of [null, undefined, 'null', [uri], { a: uri }, 0])
      expect(isNgsiLdNull(value)).toBe(false);
  });
});

describe('a value in a message', () => {
  it('is short and can be seen', () => {
    expect(shown(undefined)).toBe('(absent)');
    expect(shown('a\n\u202eb')).toBe('"a  b"');
    expect(shown({ a: [1] })).toBe('"{"a":[1]}"');
    expect(shown('x'.repeat(100))).toBe(`"${'x'.repeat(80)}…"`);
  });
});
