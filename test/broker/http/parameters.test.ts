import { describe, expect, it } from '@jest/globals';
import { contextLink } from '../../../broker/http/link-header.ts';
import {
  booleanParameter,
  integerParameter,
  listParameter,
  optionsParameter,
  readParameters,
} from '../../../broker/http/parameters.ts';
import type { Route } from '../../../broker/http/route.ts';

const route: Route = {
  method: 'GET',
  path: '/entities',
  clause: '6.4.3.2',
  parameters: ['q', 'scopeQ', 'limit', 'count', 'id', 'options'],
  consumes: [],
  handle: () => ({ status: 200 }),
};
const read = (text: string) => readParameters(text, route);

describe('URL parameters', () => {
  it('are decoded once; a plus is a blank where blanks can be, else it stays a plus', () => {
    expect([...read('q=a%3D%3D%252C+%2B&scopeQ=/A/+/B&id=urn:a+b')]).toEqual([
      ['q', 'a==%2C +'],
      ['scopeQ', '/A/+/B'],
      ['id', 'urn:a+b'],
    ]);
  });

  it.each([
    ['colour=1', 'colour'],
    ['q=1&q=2', 'twice'],
    ['q=%E0%A4%A', 'UTF-8'],
  ])('%s is an InvalidRequest (6.3.20)', (text, named) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ type: 'InvalidRequest' }));
    expect(() => read(text)).toThrow(named);
  });

  it('are refused by name when their value has the wrong form', () => {
    expect(() => booleanParameter(read('count=maybe'), 'count')).toThrow('count is "maybe"');
    expect(() => integerParameter(read('limit=-1'), 'limit', { minimum: 0, fallback: 20 })).toThrow('limit');
    expect(() => listParameter(read('id=a,,b'), 'id')).toThrow('empty value');
    expect(() => optionsParameter(read('options=sysAttrs,x'), ['sysAttrs'])).toThrow('"x"');
  });

  it('are read by their types', () => {
    expect(booleanParameter(read('count=true'), 'count')).toBe(true);
    expect(integerParameter(read(''), 'limit', { minimum: 0, fallback: 20 })).toBe(20);
    expect(integerParameter(read('limit=007'), 'limit', { minimum: 0, fallback: 20 })).toBe(7);
    expect(integerParameter(read(`limit=${'9'.repeat(500)}`), 'limit', { minimum: 0, fallback: 20 })).toBe(
      999_999_999_999_999,
    );
    expect(listParameter(read('id=a,b'), 'id')).toEqual(['a', 'b']);
  });
});

describe('the Link header (6.3.5)', () => {
  const rel = 'rel="http://www.w3.org/ns/json-ld#context"';

  it.each([
    [undefined, undefined],
    [`<https://a.example/c.jsonld>; ${rel}; type="application/ld+json"`, 'https://a.example/c.jsonld'],
    [`<https://a.example/1>; rel="next", <https://a.example/2>; ${rel}`, 'https://a.example/2'],
    ['<https://a.example/1>; rel=next', undefined],
    ['nonsense', undefined],
  ])('%s gives the @context %s', (header, url) => {
    expect(contextLink(header)).toBe(url);
  });

  it('with two contexts is refused', () => {
    expect(() => contextLink(`<https://a>; ${rel}, <https://b>; ${rel}`)).toThrow('give one');
  });
});
