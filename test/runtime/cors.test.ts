import { describe, expect, it } from '@jest/globals';
import { corsPolicy } from '../../runtime/cors.ts';

const policyOf = (...origins: string[]) =>
  corsPolicy({ origins, methods: ['GET', 'PATCH'], exposed: ['Location', 'NGSILD-Results-Count'] });

describe('corsPolicy', () => {
  it('adds no header when no origin is configured, nor for a request without Origin', () => {
    expect(policyOf().answer('https://map.city')).toEqual({});
    expect(policyOf('*').answer(undefined)).toEqual({});
  });

  it('lets a configured origin read the answer and its headers, and keeps caches apart', () => {
    expect(policyOf('https://map.city').answer('https://map.city')).toEqual({
      'Access-Control-Allow-Origin': 'https://map.city',
      'Access-Control-Expose-Headers': 'Location, NGSILD-Results-Count',
      Vary: 'Origin',
    });
  });

  it('lets no other origin', () => {
    expect(policyOf('https://map.city').answer('https://map.city.evil')).toEqual({});
    expect(policyOf('https://map.city').preflight('https://evil', 'content-type')).toEqual({});
  });

  it('answers a preflight with methods and the headers that were asked for', () => {
    expect(policyOf('*').preflight('https://any', 'content-type, link')).toEqual({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': 'Location, NGSILD-Results-Count',
      'Access-Control-Allow-Methods': 'GET, PATCH',
      'Access-Control-Allow-Headers': 'content-type, link',
      'Access-Control-Max-Age': '600',
    });
  });

  it('does not echo what is no list of header names', () => {
    expect(policyOf('*').preflight('https://any', 'a\r\nSet-Cookie: x')).not.toHaveProperty(
      'Access-Control-Allow-Headers',
    );
  });
});
