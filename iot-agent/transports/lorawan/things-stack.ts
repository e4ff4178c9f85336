import type { Incoming, LorawanOrigin } from '../../measurement.ts';
import { EnvelopeError, type Fields, fieldsOf, isObject, type Parsed, textOf, timeOf } from '../envelope.ts';
import type { Arrival } from './arrival.ts';
import { devEuiOf, given } from './lorawan-fields.ts';
import { invalidatedDownlinks, thingsStackDownlinks } from './things-stack-downlinks.ts';
import { thingsStackLocation, thingsStackServiceData } from './things-stack-services.ts';
import { thingsStackUplink } from './things-stack-uplink.ts';

type Reader = (content: Fields, origin: LorawanOrigin, message: Fields) => readonly Incoming[];

/** What a message may be about, by the member that says so. */
const readers: readonly (readonly [member: string, Reader])[] = [
  ['uplink_message', thingsStackUplink],
  ['join_accept', joinOf],
  ...thingsStackDownlinks,
  ['location_solved', thingsStackLocation],
  ['service_data', thingsStackServiceData],
];

/**
 * A message of The Things Stack v3, the same over MQTT and by webhook. What is for the server (`downlinks`) or says a
 * second time what an uplink said (`uplink_normalized`) is ignored.
 * @throws EnvelopeError when it is no message of The Things Stack, or its device cannot be told.
 */
export function parseThingsStack(message: unknown, arrival: Arrival): Parsed {
  if (!isObject(message)) throw new EnvelopeError('a message of The Things Stack must be a JSON object');
  for (const [member, read] of readers) {
    const content = message[member];
    if (!isObject(content)) continue;
    return { kind: 'incoming', incoming: read(content, originOf(message, arrival), message) };
  }
  if (isObject(message['uplink_normalized'])) return { kind: 'ignored', reason: 'uplink_normalized' };
  if (Array.isArray(message['downlinks'])) return { kind: 'ignored', reason: 'downlinks for the server' };
  if (!isObject(message['end_device_ids']))
    throw new EnvelopeError('end_device_ids is absent: is this a message of The Things Stack v3?');
  return { kind: 'ignored', reason: `none of ${readers.map(([member]) => member).join(', ')}` };
}

function originOf(message: Fields, arrival: Arrival): LorawanOrigin {
  const ids = fieldsOf(message['end_device_ids']);
  const applicationId = textOf(fieldsOf(ids['application_ids'])['application_id']);
  return {
    server: 'things-stack',
    devEui: devEuiOf(ids['dev_eui'], 'end_device_ids.dev_eui'),
    receivedAt: timeOf(message['received_at'], arrival.at),
    ...given({
      deviceId: textOf(ids['device_id']),
      applicationId: arrival.applicationId ?? applicationId,
      downlink: arrival.downlink,
    }),
  };
}

/** A join may throw away downlinks that were encrypted for the session before. */
function joinOf(join: Fields, origin: LorawanOrigin, message: Fields): readonly Incoming[] {
  const lost = invalidatedDownlinks({ downlinks: join['invalidated_downlinks'] }, origin, message);
  return [{ kind: 'event', ...origin, event: 'join' }, ...lost];
}
