import type { DeviceEvent, LorawanOrigin } from '../../measurement.ts';
import { EnvelopeError, type Fields, jsonOf, textOf } from '../envelope.ts';
import { locationOf } from './lorawan-fields.ts';

/** Longest description of a log entry, in characters. */
const mostCharacters = 500;

/** A place that a service beside the network found for the device (`location_solved`). */
export function thingsStackLocation(solved: Fields, origin: LorawanOrigin): readonly DeviceEvent[] {
  const location = locationOf(solved['location']);
  if (location === undefined)
    throw new EnvelopeError('location_solved.location must have a latitude and a longitude');
  return [{ kind: 'event', ...origin, event: 'location', location }];
}

/** What a service beside the network says of the device (`service_data`), for the device's log. */
export function thingsStackServiceData(
  { service, data }: Fields,
  origin: LorawanOrigin,
): readonly DeviceEvent[] {
  const description = (JSON.stringify(jsonOf(data)) ?? '').slice(0, mostCharacters);
  const code = textOf(service) ?? 'service_data';
  return [{ kind: 'event', ...origin, event: 'log', level: 'info', code, description }];
}
