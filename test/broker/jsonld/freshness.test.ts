import { describe, expect, it } from '@jest/globals';
import { freshFor } from '../../../broker/jsonld/freshness.ts';

/** A minute past ten. */
const NOW = Date.UTC(2026, 10, 24, 10, 1) * 1000;

describe('how long a downloaded context is fresh (clause 6.3.16)', () => {
  it.each([
    [{}, 3_600],
    [{ 'cache-control': 'public, max-age=300' }, 300],
    [{ 'cache-control': 'max-age=300, s-maxage=600' }, 600],
    [{ 'cache-control': 'max-age=300', age: '100' }, 200],
    [{ 'cache-control': 'max-age=300', age: 'nonsense' }, 300],
    [{ 'cache-control': 'max-age=99999999' }, 86_400],
    [{ 'cache-control': 'no-store' }, 1],
    [{ 'cache-control': 'max-age=0' }, 1],
    [{ expires: 'Tue, 24 Nov 2026 10:05:00 GMT', date: 'Tue, 24 Nov 2026 10:00:00 GMT' }, 300],
    [{ expires: '0' }, 1],
    [{ expires: 'Tue, 24 Nov 2026 10:05:00 GMT' }, 240],
    [{ expires: 'Tue, 24 Nov 2026 10:05:00 GMT', date: 'nonsense' }, 240],
    [{ expires: 'Tue, 24 Nov 2026 10:00:00 GMT' }, 1],
  ])('%j: %d seconds', (headers, seconds) => {
    expect(freshFor(new Headers(headers as Record<string, string>), NOW)).toBe(seconds * 1_000_000);
  });
});
