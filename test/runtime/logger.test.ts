import { describe, expect, it } from '@jest/globals';
import { correlated, createLogger } from '../../runtime/logger.ts';
import { maskUrl } from '../../runtime/mask-secrets.ts';

function recorder(): { lines: string[]; destination: { write(line: string): void } } {
  const lines: string[] = [];
  return { lines, destination: { write: (line) => void lines.push(line) } };
}

describe('createLogger', () => {
  it('writes one JSON object a line with name, level in words and ISO time', () => {
    const { lines, destination } = recorder();
    createLogger({ name: 'broker', destination }).info({ tenant: 'brugge' }, 'created');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      name: 'broker',
      tenant: 'brugge',
      msg: 'created',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
  });

  it('carries the correlation id on every line of a child', () => {
    const { lines, destination } = recorder();
    correlated(createLogger({ name: 'broker', destination }), 'c-1').warn('late');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ correlationId: 'c-1', level: 'warn' });
  });

  it.each([
    ['a header', { headers: { authorization: 'Bearer hunter2' } }],
    ['a header in title case', { headers: { 'X-API-Key': 'hunter2' } }],
    ['several values of a header', { headers: { Cookie: ['hunter2', 'hunter2'] } }],
    ['a password with quotes', { password: 'a"hunter2"b' }],
    ['a key deep inside', { a: { b: { c: { d: { apikey: 'hunter2' } } } } }],
    ['credentials of a URL', { endpoint: 'mqtts://user:hunter2@host:8883/topic' }],
    ['credentials with an at sign', { endpoint: 'mongodb://user:p@hunter2@host/db' }],
    ['an API key in a path', { path: '/iot/json?i=lamp&k=hunter2' }],
    ['an error', { err: new Error('cannot reach http://me:hunter2@host/') }],
  ])('masks %s', (_what, fields) => {
    const { lines, destination } = recorder();
    createLogger({ name: 'agent', destination }).info(fields, 'at https://a:hunter2@host');
    expect(lines[0]).not.toContain('hunter2');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'at https://***@host' });
  });
});

describe('maskUrl', () => {
  it('leaves a URL without secrets as it is', () => {
    const plain = 'http://host:1026/ngsi-ld/v1/entities?type=A&q=mail=="a@b"';
    expect(maskUrl(plain)).toBe(plain);
  });
});
