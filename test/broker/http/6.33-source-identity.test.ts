import { describe, expect, it } from '@jest/globals';
import { isAlias, tenantAlias } from '../../../broker/domain/context-source-alias.ts';
import { formatDuration } from '../../../broker/domain/duration.ts';
import { storedAlias } from '../../../broker/services/source-identity.ts';
import { brokerUnderTest } from './broker-under-test.ts';

const broker = brokerUnderTest();
const get = (tenant?: string) => {
  const request = broker.api.get('/info/sourceIdentity');
  return (tenant === undefined ? request : request.set('NGSILD-Tenant', tenant)).expect(200);
};

describe('GET /info/sourceIdentity (clauses 5.15.1, 6.33)', () => {
  it('tells who the Context Source is, how long it has been there, and what time it is', async () => {
    broker.clock.advance(90_500_000);
    const { body, headers } = await get();
    expect(body).toEqual({
      id: 'urn:ngsi-ld:ContextSourceIdentity:carillon-test',
      type: 'ContextSourceIdentity',
      contextSourceAlias: 'carillon-test',
      contextSourceUptime: expect.stringMatching(/^PT1M30\.5\d*S$/),
      contextSourceTimeAt: expect.stringMatching(/^2026-06-01T12:01:30\.5\d*Z$/),
    });
    expect(headers['link']).toContain('json-ld#context');
  });

  it('has an alias of its own for each tenant, also for one that was never seen', async () => {
    const aliases = [];
    for (const tenant of [undefined, 'a', 'b@c', 'a']) {
      aliases.push((await get(tenant)).body.contextSourceAlias);
    }
    expect(aliases).toEqual(['carillon-test', 'carillon-test!a', 'carillon-test!b%40c', 'carillon-test!a']);
    await broker.api.get('/types').set('NGSILD-Tenant', 'a').expect(404);
  });

  it('knows no parameters', async () => {
    await broker.api.get('/info/sourceIdentity?local=true').expect(400);
  });
});

describe('the alias of a broker', () => {
  it('is made once for a store and kept there', async () => {
    const { documents } = broker.store;
    const made = await storedAlias(documents, () => '1');
    expect(made).toBe('carillon-1');
    expect(await storedAlias(documents, () => '2')).toBe('carillon-1');
  });

  it('is that of the process which was quicker', async () => {
    let reads = 0;
    const slow = {
      get: async () => (reads++ === 0 ? undefined : 'carillon-first'),
      create: async () => false,
    };
    expect(await storedAlias(slow, () => '2')).toBe('carillon-first');
  });

  it.each(['city', 'city.example', 'a!b', 'a b', 'a:1', '', 'x'.repeat(101)])(
    '%j can or cannot be one',
    (text) => {
      expect(isAlias(text)).toBe(/^[a-z.]{1,100}$/.test(text));
    },
  );

  it('can stand in a Via header whatever the tenant is called', () => {
    expect(tenantAlias('city', 'A.z_1~+@:-')).toMatch(/^[!#$%&'*+.^_`|~\w-]+$/);
  });
});

describe('a duration of ISO 8601', () => {
  it.each([
    [0, 'PT0S'],
    [1, 'PT0.000001S'],
    [10_000_000, 'PT10S'],
    [61_250_000, 'PT1M1.25S'],
    [3_600_000_000, 'PT1H'],
    [86_400_000_000, 'P1D'],
    [2 * 86_400_000_000 + 3 * 3_600_000_000 + 59_999_999, 'P2DT3H59.999999S'],
  ])('%i microseconds are %s', (span, text) => {
    expect(formatDuration(span)).toBe(text);
  });
});
