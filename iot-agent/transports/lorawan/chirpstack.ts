import type { DeviceEvent, Incoming, LorawanOrigin } from '../../measurement.ts';
import {
  EnvelopeError,
  type Fields,
  fieldsOf,
  isObject,
  numberOf,
  type Parsed,
  textOf,
  timeOf,
} from '../envelope.ts';
import type { Arrival } from './arrival.ts';
import { chirpstackAck, chirpstackError, chirpstackLog, chirpstackTxAck } from './chirpstack-downlinks.ts';
import { chirpstackEventOf } from './chirpstack-event.ts';
import { chirpstackUplink } from './chirpstack-uplink.ts';
import { devEuiOf, gatewayTime, given, locationOf } from './lorawan-fields.ts';

type Reader = (message: Fields, origin: LorawanOrigin) => readonly Incoming[];

/** Events by name. `integration` is missing: what other systems were told is nothing about the device. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['up', chirpstackUplink],
  ['status', statusOf],
  ['join', (_message, origin) => [{ kind: 'event', ...origin, event: 'join' }]],
  ['location', placeOf],
  ['ack', chirpstackAck],
  ['txack', chirpstackTxAck],
  ['log', chirpstackLog],
  ['error', chirpstackError],
]);

/**
 * An event of ChirpStack v4 in its JSON form; v3's flat form is understood as well. Which event it is, its shape says
 * where the arrival does not.
 * @throws EnvelopeError when it is no event of ChirpStack, or its device cannot be told.
 */
export function parseChirpstack(message: unknown, arrival: Arrival): Parsed {
  if (!isObject(message)) throw new EnvelopeError('an event of ChirpStack must be a JSON object');
  const event = arrival.event ?? chirpstackEventOf(message);
  const read = readers.get(event);
  if (read === undefined) return { kind: 'ignored', reason: `event ${event.slice(0, 40)}` };
  return { kind: 'incoming', incoming: read(message, originOf(message, arrival)) };
}

function originOf(message: Fields, arrival: Arrival): LorawanOrigin {
  const info = fieldsOf(message['deviceInfo']);
  return {
    server: 'chirpstack',
    devEui: devEuiOf(info['devEui'] ?? message['devEUI'], 'deviceInfo.devEui'),
    receivedAt: timeOf(
      message['time'],
      gatewayTime(message['rxInfo'], ['nsTime', 'gwTime', 'time'], arrival.at),
    ),
    ...given({
      deviceId: textOf(info['deviceName'] ?? message['deviceName']),
      applicationId: textOf(info['applicationId'] ?? message['applicationID']) ?? arrival.applicationId,
      downlink: arrival.downlink,
    }),
  };
}

function statusOf(message: Fields, origin: LorawanOrigin): readonly DeviceEvent[] {
  return [{ kind: 'event', ...origin, event: 'status', ...given({ batteryLevel: batteryLevelOf(message) }) }];
}

/** A zero is left out, and mains power has no battery to report on. */
function batteryLevelOf(message: Fields): number | undefined {
  if (message['batteryLevelUnavailable'] === true) return -1;
  if (message['externalPowerSource'] === true) return undefined;
  const percent = numberOf(message['batteryLevel'] ?? 0);
  return percent === undefined ? undefined : Math.min(1, Math.max(0, percent / 100));
}

function placeOf(message: Fields, origin: LorawanOrigin): readonly DeviceEvent[] {
  const location = locationOf(message['location']);
  if (location === undefined) throw new EnvelopeError('location must have a latitude and a longitude');
  return [{ kind: 'event', ...origin, event: 'location', location }];
}
