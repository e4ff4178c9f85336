import { describe, expect, it } from '@jest/globals';
import { proxyExceptions } from '../../runtime/proxy-exceptions.ts';

describe('proxyExceptions', () => {
  it.each([
    ['', 'a.city', 80, false],
    ['*', 'a.city', 80, true],
    ['city', 'city', 80, true],
    ['city', 'a.city', 80, true],
    ['city', 'acity', 80, false],
    ['.city', 'b.a.City', 80, true],
    ['*.city', 'a.city', 80, true],
    ['other, City:8080', 'a.city', 8080, true],
    ['other,city:8080', 'a.city', 80, false],
    ['10.0.0.1', '10.0.0.1', 80, true],
    ['10.0.0.1', '10.0.0.11', 80, false],
    ['10.0.0.1:81', '10.0.0.1', 80, false],
    ['10.0.0.0/8', '10.255.0.1', 80, true],
    ['10.0.0.0/8', '11.0.0.1', 80, false],
    ['10.0.0.0/8', 'a.city', 80, false],
    ['::1', '0:0:0:0:0:0:0:1', 80, true],
    ['[::1]:81', '::1', 81, true],
    ['fd00::/8', 'fd12::1', 80, true],
  ])('%p takes %s:%d out: %p', (text, host, port, isExcepted) => {
    expect(proxyExceptions(text)(host, port)).toBe(isExcepted);
  });

  it.each(['a b', 'a/b', '10.0.0.0/33', 'city/8', '[::1', 'a:b:c'])('refuses %p', (text) => {
    expect(() => proxyExceptions(text)).toThrow(/ranges/);
  });
});
