import { describe, expect, it } from '@jest/globals';
import { bodyType, negotiate, offeredBy } from '../../../broker/http/negotiation.ts';

describe('negotiation of the media type (6.3.4)', () => {
  it.each([
    [undefined, false, 'application/json'],
    ['', true, 'application/json'],
    ['*/*', true, 'application/json'],
    ['application/*', true, 'application/json'],
    ['application/ld+json', false, 'application/ld+json'],
    ['application/ld+json, application/json', false, 'application/json'],
    ['application/json;q=0.5, application/ld+json', false, 'application/ld+json'],
    ['application/json;q=0, */*', false, 'application/ld+json'],
    ['application/geo+json', true, 'application/geo+json'],
    ['application/geo+json', false, undefined],
    ['text/html', true, undefined],
    ['text/html, */*;q=0.1', true, 'application/json'],
    ['APPLICATION/LD+JSON', true, 'application/ld+json'],
    ['application/ld+json;q=much', false, 'application/ld+json'],
  ])('answers Accept: %s (GeoJSON offered: %s) with %s', (accept, geoJson, expected) => {
    expect(negotiate(accept, offeredBy({ geoJson }))).toBe(expected);
  });

  it('offers nothing but application/json where any JSON may come', () => {
    expect(negotiate('application/ld+json, */*;q=0.1', offeredBy({ plainJson: true }))).toBe(
      'application/json',
    );
    expect(negotiate('application/ld+json', offeredBy({ plainJson: true }))).toBeUndefined();
  });

  it('reads a body type without its parameters', () => {
    expect(bodyType('Application/JSON; charset=utf-8')).toBe('application/json');
    expect(bodyType(undefined)).toBeUndefined();
  });
});
