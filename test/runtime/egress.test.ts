import type { lookup } from 'node:dns';
import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { egressAgent, egressPolicy } from '../../runtime/egress.ts';
import { kindOfAddress } from '../../runtime/egress-addresses.ts';
import { listen } from '../../runtime/listen.ts';

/** A DNS in which every name has these addresses. */
function resolveTo(...addresses: string[]): typeof lookup {
  const answer = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return ((_name: string, _options: object, callback: (error: null, all: object[]) => void) =>
    callback(null, answer)) as unknown as typeof lookup;
}

const policyOf = (privateAddresses: 'allow' | 'deny', ...addresses: string[]) =>
  egressPolicy({ schemes: ['http', 'https'], privateAddresses, resolve: resolveTo(...addresses) });

function resolved(policy: ReturnType<typeof policyOf>, all: boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    policy.lookup('name.city', { all }, (error, address) => (error ? reject(error) : resolve(address)));
  });
}

describe('kindOfAddress', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['2001:4860:4860::8888', 'public'],
    ['172.32.0.1', 'public'],
    ['10.1.2.3', 'private'],
    ['127.0.0.1', 'private'],
    ['0.0.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['::1', 'private'],
    ['fd12::1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['169.254.169.254', 'forbidden'],
    ['::ffff:169.254.169.254', 'forbidden'],
    ['::ffff:a9fe:a9fe', 'forbidden'],
    ['64:ff9b::a9fe:a9fe', 'forbidden'],
    ['fe80::1', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['239.1.1.1', 'forbidden'],
  ])('%s is %s', (address, kind) => {
    expect(kindOfAddress(address)).toBe(kind);
  });
});

describe('egressPolicy', () => {
  it('refuses another scheme and what is no URL', () => {
    expect(policyOf('allow').refusal('ftp://host/x')).toBe('the scheme ftp is none of http, https');
    expect(policyOf('allow').refusal('//host')).toContain('no absolute URL');
  });

  it.each([
    'http://127.0.0.1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://[::1]:80/',
    'http://[::ffff:7f00:1]/',
  ])('sees the loopback address in %s', (url) => {
    expect(policyOf('deny').refusal(url)).toContain('EGRESS_PRIVATE is deny');
    expect(policyOf('allow').refusal(url)).toBeUndefined();
  });

  it('never allows cloud metadata', () => {
    expect(policyOf('allow').refusal('http://169.254.169.254/latest')).toContain('never asked');
  });

  it('judges names by the addresses that they have when connecting', async () => {
    await expect(resolved(policyOf('deny', '10.0.0.7'), false)).rejects.toThrow(
      '10.0.0.7 is a private address',
    );
    await expect(resolved(policyOf('allow', '10.0.0.7'), false)).resolves.toBe('10.0.0.7');
    await expect(resolved(policyOf('deny', '8.8.8.8'), true)).resolves.toEqual([
      { address: '8.8.8.8', family: 4 },
    ]);
  });

  it('refuses a name when one of its addresses is forbidden', async () => {
    await expect(resolved(policyOf('allow', '8.8.8.8', '169.254.169.254'), true)).rejects.toThrow(
      'never asked',
    );
  });
});

describe('egressAgent', () => {
  it('connects where it may, by address and by name, and nowhere else', async () => {
    const server = await listen(
      createServer((_request, response) => response.end('hello')),
      { host: '127.0.0.1', port: 0, variable: 'PORT' },
    );
    const allowed = egressAgent(policyOf('allow', '127.0.0.1'));
    const denied = egressAgent(policyOf('deny', '127.0.0.1'));
    for (const host of ['127.0.0.1', 'name.city']) {
      const url = `http://${host}:${server.port}/`;
      const answer = await request(url, { dispatcher: allowed });
      expect(await answer.body.text()).toBe('hello');
      await expect(request(url, { dispatcher: denied })).rejects.toThrow('EGRESS_PRIVATE is deny');
    }
    await Promise.all([allowed.close(), denied.close(), server.close()]);
  });
});
