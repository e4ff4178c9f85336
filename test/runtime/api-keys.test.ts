import { describe, expect, it } from '@jest/globals';
import { apiKeyCheck, hashKey, parseApiKey } from '../../runtime/api-keys.ts';

const hash = (key: string): string => hashKey(key).toString('hex');
const keys = [parseApiKey(`city:${hash('key-of-the-city')}`), parseApiKey(hash('another-long-key'))];

describe('apiKeyCheck', () => {
  it('allows everything when no keys are configured', () => {
    expect(apiKeyCheck([])({})).toEqual({ allowed: true, name: 'open' });
  });

  it.each([
    ['X-API-Key', { 'x-api-key': 'key-of-the-city' }],
    ['a bearer token', { authorization: 'Bearer key-of-the-city' }],
    ['a bearer token in lower case', { authorization: 'bearer key-of-the-city' }],
  ])('accepts a key as %s and says whose it is', (_how, headers) => {
    expect(apiKeyCheck(keys)(headers)).toEqual({ allowed: true, name: 'city' });
  });

  it('accepts a key without a name', () => {
    expect(apiKeyCheck(keys)({ 'x-api-key': 'another-long-key' })).toEqual({
      allowed: true,
      name: 'unnamed',
    });
  });

  it.each([
    ['nothing', {}],
    ['a wrong key', { 'x-api-key': 'wrong' }],
    ['the hash in place of the key', { 'x-api-key': hash('key-of-the-city') }],
    ['another scheme', { authorization: 'Basic key-of-the-city' }],
    ['two keys', { 'x-api-key': ['key-of-the-city', 'x'] }],
    ['an empty key', { 'x-api-key': '' }],
  ])('refuses %s', (_what, headers) => {
    expect(apiKeyCheck(keys)(headers)).toEqual({ allowed: false });
  });
});

describe('parseApiKey', () => {
  it.each(['city:abc', 'plain-key', `a b:${hash('x')}`, `${hash('x')}0`])('refuses %s', (item) => {
    expect(() => parseApiKey(item)).toThrow('64 hexadecimal digits');
  });
});
