import { describe, expect, it } from '@jest/globals';
import { correlationId } from '../../runtime/correlation.ts';

describe('correlationId', () => {
  it('keeps the id that the client gives', () => {
    expect(correlationId('uplink-17')).toBe('uplink-17');
  });

  it.each([
    ['none', undefined],
    ['several', ['a', 'b']],
    ['an empty one', ''],
    ['one with a line end', 'a\nb'],
    ['one with a blank', 'a b'],
    ['one over 128 characters', 'x'.repeat(129)],
    ['one beyond ASCII', 'é'],
  ])('makes a new one for %s', (_what, header) => {
    expect(correlationId(header)).toMatch(/^[0-9a-f-]{36}$/);
  });
});
