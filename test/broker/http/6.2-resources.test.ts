import { describe, expect, it } from '@jest/globals';
import { notifyingBroker } from '../notifications/notifying-broker.ts';

/** Table 6.2-1: each resource with its methods and their clauses. */
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/entities': { POST: '6.4.3.1', GET: '6.4.3.2', DELETE: '6.4.3.3' },
  '/entities/{}': { GET: '6.5.3.1', DELETE: '6.5.3.2', PUT: '6.5.3.3', PATCH: '6.5.3.4' },
  '/entities/{}/attrs': { POST: '6.6.3.1', PATCH: '6.6.3.2' },
  '/entities/{}/attrs/{}': { PATCH: '6.7.3.1', DELETE: '6.7.3.2', PUT: '6.7.3.3' },
  '/subscriptions': { POST: '6.10.3.1', GET: '6.10.3.2' },
  '/subscriptions/{}': { GET: '6.11.3.1', PATCH: '6.11.3.2', DELETE: '6.11.3.3' },
  '/types': { GET: '6.25.3.1' },
  '/types/{}': { GET: '6.26.3.1' },
  '/attributes': { GET: '6.27.3.1' },
  '/attributes/{}': { GET: '6.28.3.1' },
  '/csourceRegistrations': { POST: '6.8.3.1', GET: '6.8.3.2' },
  '/csourceRegistrations/{}': { GET: '6.9.3.1', PATCH: '6.9.3.2', DELETE: '6.9.3.3' },
  '/csourceSubscriptions': { POST: '6.12.3.1', GET: '6.12.3.2' },
  '/csourceSubscriptions/{}': { GET: '6.13.3.1', PATCH: '6.13.3.2', DELETE: '6.13.3.3' },
  '/entityOperations/create': { POST: '6.14.3.1' },
  '/entityOperations/upsert': { POST: '6.15.3.1' },
  '/entityOperations/update': { POST: '6.16.3.1' },
  '/entityOperations/delete': { POST: '6.17.3.1' },
  '/entityOperations/query': { POST: '6.23.3.1' },
  '/entityOperations/merge': { POST: '6.31.3.1' },
  '/temporal/entities': { POST: '6.18.3.1', GET: '6.18.3.2' },
  '/temporal/entities/{}': { GET: '6.19.3.1', DELETE: '6.19.3.2' },
  '/temporal/entities/{}/attrs': { POST: '6.20.3.1' },
  '/temporal/entities/{}/attrs/{}': { DELETE: '6.21.3.1' },
  '/temporal/entities/{}/attrs/{}/{}': { PATCH: '6.22.3.1', DELETE: '6.22.3.2' },
  '/temporal/entityOperations/query': { POST: '6.24.3.1' },
  '/temporal/entityMaps': { GET: '6.35.3.1', POST: '6.35.3.2' },
  '/jsonldContexts': { POST: '6.29.3.1', GET: '6.29.3.2' },
  '/jsonldContexts/{}': { GET: '6.30.3.1', DELETE: '6.30.3.2' },
  '/entityMaps': { GET: '6.34.3.1', POST: '6.34.3.2' },
  '/entityMaps/{}': { GET: '6.32.3.1', PATCH: '6.32.3.2', DELETE: '6.32.3.3' },
  '/info/sourceIdentity': { GET: '6.33.3.1' },
  '/snapshots': { POST: '6.36.3.1', DELETE: '6.36.3.2' },
  '/snapshots/{}': { GET: '6.37.3.1', PATCH: '6.37.3.2', DELETE: '6.37.3.3' },
  '/snapshots/{}/clone': { POST: '6.38.3.1' },
};

describe('the resources of the API (clause 6.2)', () => {
  it('are all known, each method by its clause', async () => {
    const { routes } = await notifyingBroker();
    const known: Record<string, Record<string, string>> = {};
    for (const { method, path, clause } of routes) {
      const resource = path.replaceAll(/\{\w+\}/g, '{}');
      known[resource] = { ...known[resource], [method]: clause };
    }
    expect(known).toMatchObject(table);
  });
});
