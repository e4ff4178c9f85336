import { hostname } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { publicUrlOf } from '../../broker/public-url.ts';

describe('the public URL of the broker', () => {
  it.each([
    ['https://city.example', '0.0.0.0', 'https://city.example'],
    [undefined, '127.0.0.1', 'http://127.0.0.1:1026'],
    [undefined, '::1', 'http://[::1]:1026'],
    [undefined, '0.0.0.0', `http://${hostname()}:1026`],
    [undefined, '::', `http://${hostname()}:1026`],
  ])('with PUBLIC_URL %s and HOST %s is %s', (publicUrl, host, url) => {
    expect(publicUrlOf({ publicUrl, host, port: 1026 })).toBe(url);
  });
});
