import { describe, expect, it } from '@jest/globals';
import type { Route } from '../../../broker/http/route.ts';
import { createRouteTable } from '../../../broker/http/route-table.ts';

const route = (method: Route['method'], path: string): Route => ({
  method,
  path,
  clause: '6',
  parameters: [],
  consumes: [],
  handle: () => ({ status: 200 }),
});
const table = createRouteTable([
  route('GET', '/entities'),
  route('POST', '/entities'),
  route('GET', '/entities/{entityId}'),
  route('PATCH', '/entities/{entityId}/attrs'),
  route('DELETE', '/entities/{entityId}/attrs/{attrId}'),
]);

describe('the route table', () => {
  it.each([
    ['GET', '/entities', 'GET /entities', {}],
    ['GET', '/entities/', 'GET /entities', {}],
    ['HEAD', '/entities/urn:a', 'GET /entities/{entityId}', { entityId: 'urn:a' }],
    ['GET', '/entities/urn%3Aa%2Fb', 'GET /entities/{entityId}', { entityId: 'urn:a/b' }],
    ['GET', '/entities/%252e', 'GET /entities/{entityId}', { entityId: '%2e' }],
    [
      'DELETE',
      '/entities/urn:a/attrs/b/',
      'DELETE /entities/{entityId}/attrs/{attrId}',
      { entityId: 'urn:a', attrId: 'b' },
    ],
  ])('finds %s %s, decoding each segment once', (method, path, found, parameters) => {
    const match = table.match(method, path);
    expect(match.kind === 'found' && `${match.route.method} ${match.route.path}`).toBe(found);
    expect(match.kind === 'found' && { ...match.path }).toEqual(parameters);
  });

  it('tells the methods of a known path when the method is wrong (405)', () => {
    expect(table.match('PUT', '/entities')).toEqual({
      kind: 'method',
      allowed: ['GET', 'POST', 'HEAD', 'OPTIONS'],
    });
  });

  it('names the parameter whose segment is empty', () => {
    expect(table.match('PATCH', '/entities//attrs')).toEqual({ kind: 'empty', parameter: 'entityId' });
  });

  it('takes a last slash for a missing id where the operation refuses that (clauses 5.6.17.4, 5.6.18.4)', () => {
    const entity = createRouteTable([
      route('GET', '/entities'),
      { ...route('PUT', '/entities/{entityId}'), refusesMissingId: true },
      route('DELETE', '/entities/{entityId}'),
    ]);
    expect(entity.match('PUT', '/entities/')).toEqual({ kind: 'empty', parameter: 'entityId' });
    expect(entity.match('PUT', '/entities').kind).toBe('method');
    expect(entity.match('DELETE', '/entities/').kind).toBe('method');
  });

  it('refuses a segment that is no percent-encoded UTF-8', () => {
    expect(table.match('GET', '/entities/%E0%A4%A')).toEqual({ kind: 'malformed', segment: '%E0%A4%A' });
  });

  it('does not know other paths, nor paths between routes', () => {
    expect(table.match('GET', '/nothing').kind).toBe('unknown');
    expect(table.match('GET', '/').kind).toBe('unknown');
    expect(table.match('GET', '/entities/urn:a/attrs/b/c').kind).toBe('unknown');
  });

  it('refuses two rows for one request', () => {
    expect(() => createRouteTable([route('GET', '/a'), route('GET', '/a/')])).toThrow('two routes');
  });
});
