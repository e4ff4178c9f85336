import { bindingProblem } from '../problem-details.ts';
import type { Route } from '../route.ts';

/** A row of the standard's tables that this version does not serve: method, path and clause. */
export type UnfinishedRoute = readonly [method: Route['method'], path: string, clause: string];

/** Context Sources, entity maps, snapshots: known paths whose operations are still to come. */
export const unfinishedRows: readonly UnfinishedRoute[] = [
  ['POST', '/csourceRegistrations', '6.8.3.1'],
  ['GET', '/csourceRegistrations', '6.8.3.2'],
  ['GET', '/csourceRegistrations/{registrationId}', '6.9.3.1'],
  ['PATCH', '/csourceRegistrations/{registrationId}', '6.9.3.2'],
  ['DELETE', '/csourceRegistrations/{registrationId}', '6.9.3.3'],
  ['POST', '/csourceSubscriptions', '6.12.3.1'],
  ['GET', '/csourceSubscriptions', '6.12.3.2'],
  ['GET', '/csourceSubscriptions/{subscriptionId}', '6.13.3.1'],
  ['PATCH', '/csourceSubscriptions/{subscriptionId}', '6.13.3.2'],
  ['DELETE', '/csourceSubscriptions/{subscriptionId}', '6.13.3.3'],
  ['GET', '/entityMaps', '6.34.3.1'],
  ['POST', '/entityMaps', '6.34.3.2'],
  ['GET', '/entityMaps/{entityMapId}', '6.32.3.1'],
  ['PATCH', '/entityMaps/{entityMapId}', '6.32.3.2'],
  ['DELETE', '/entityMaps/{entityMapId}', '6.32.3.3'],
  ['GET', '/temporal/entityMaps', '6.35.3.1'],
  ['POST', '/temporal/entityMaps', '6.35.3.2'],
  ['POST', '/snapshots', '6.36.3.1'],
  ['DELETE', '/snapshots', '6.36.3.2'],
  ['GET', '/snapshots/{snapshotId}', '6.37.3.1'],
  ['PATCH', '/snapshots/{snapshotId}', '6.37.3.2'],
  ['DELETE', '/snapshots/{snapshotId}', '6.37.3.3'],
  ['POST', '/snapshots/{snapshotId}/clone', '6.38.3.1'],
];

/** Routes that answer 501 and say so, whatever comes with the request. docs/unfinished.md lists them. */
export function unfinishedRoutes(rows: readonly UnfinishedRoute[]): readonly Route[] {
  return rows.map(([method, path, clause]) => ({
    method,
    path,
    clause,
    parameters: 'any',
    consumes: [],
    handle: () =>
      bindingProblem(
        501,
        'Not implemented',
        `${method} ${path} (clause ${clause}) is not served by this version of Carillon; docs/unfinished.md lists what is to come.`,
      ),
  }));
}
