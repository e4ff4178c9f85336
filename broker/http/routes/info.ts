import type { RetrieveSourceIdentity } from '../../services/source-identity.ts';
import type { Route } from '../route.ts';

/** The row of the route table for the Context Source's identity (clause 6.33). */
export function infoRoutes(retrieveSourceIdentity: RetrieveSourceIdentity): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/info/sourceIdentity',
      clause: '6.33.3.1',
      parameters: [],
      consumes: [],
      needsNoTenant: true,
      handle: ({ tenant, context }) => ({ status: 200, body: retrieveSourceIdentity(tenant), context }),
    },
  ];
}
