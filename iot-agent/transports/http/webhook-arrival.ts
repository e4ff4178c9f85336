import type { Request } from 'express';
import type { DownlinkAccess } from '../../measurement.ts';
import type { Arrival } from '../lorawan/arrival.ts';
import { httpUrlOf } from '../lorawan/http-url.ts';
import { given } from '../lorawan/lorawan-fields.ts';
import { Problem } from './problem.ts';

/** A parameter of the URL that is given once and not empty. */
export function parameterOf({ query }: Request, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const connectionName = /^(?:[\w.~+@:-]{1,100}\/)?[\w.-]{1,64}$/;

/** The connection (`/iot/connections`) whose interface downlinks go by, where the URL names one. @throws Problem */
export function connectionIn(request: Request): string | undefined {
  const name = parameterOf(request, 'connection');
  if (name === undefined || connectionName.test(name)) return name;
  throw new Problem(400, 'The parameter connection must be the name of a connection, or tenant/name.');
}

/** What the URL and the headers of a webhook say beside its body: ChirpStack's event, the application, the way back. */
export function webhookArrival(request: Request, at: number): Arrival {
  return {
    at,
    event: parameterOf(request, 'event'),
    // The second is ThingPark's name for the application.
    applicationId: parameterOf(request, 'applicationId') ?? parameterOf(request, 'AS_ID'),
    downlink: downlinkAccess(request),
  };
}

/** The Things Stack sends where downlinks are taken, and with a key of its webhook also that. */
function downlinkAccess(request: Request): DownlinkAccess | undefined {
  const apikey = request.get('X-Downlink-Apikey');
  const access = given({
    push: httpUrlOf(request.get('X-Downlink-Push')),
    replace: httpUrlOf(request.get('X-Downlink-Replace')),
    apikey: apikey === '' ? undefined : apikey,
  });
  return Object.keys(access).length === 0 ? undefined : access;
}
