import type { DeviceEvent, Incoming, LorawanOrigin } from '../../measurement.ts';
import {
  countOf,
  EnvelopeError,
  type Fields,
  isObject,
  numberOf,
  type Parsed,
  textOf,
  timeOf,
} from '../envelope.ts';
import type { Arrival } from './arrival.ts';
import {
  bestReception,
  devEuiOf,
  given,
  hexBytesOf,
  locationOf,
  portOf,
  type Reception,
  tagsOf,
} from './lorawan-fields.ts';

/** More messages in one export are none of a sensor. */
const mostMessages = 10_000;

type DownlinkEvent = Extract<DeviceEvent, { readonly event: 'downlink' }>;

/** Netmore's `deliveryStatus`. */
const stages: ReadonlyMap<unknown, DownlinkEvent['stage']> = new Map<unknown, DownlinkEvent['stage']>([
  ['QUEUED', 'queued'],
  ['DOWNLINK_SENT', 'sent'],
  ['ERROR_SENDING', 'failed'],
]);

/**
 * An export of Netmore (format Default or Connect): an array of messages, or one; and its downlink responses.
 * @throws EnvelopeError when it is none, or a device cannot be told.
 */
export function parseNetmore(message: unknown, arrival: Arrival): Parsed {
  const messages: readonly unknown[] = Array.isArray(message) ? message : [message];
  if (messages.length > mostMessages)
    throw new EnvelopeError(`an export may hold ${mostMessages} messages, this one has ${messages.length}`);
  const [only] = messages;
  if (messages.length === 1) return { kind: 'incoming', incoming: [readOne(only, arrival)] };
  return readAll(messages, arrival);
}

/** A fault of one device must not cost the uplinks of the others. @throws EnvelopeError when none can be read */
function readAll(messages: readonly unknown[], arrival: Arrival): Parsed {
  const incoming: Incoming[] = [];
  const faults: string[] = [];
  for (const [index, message] of messages.entries())
    try {
      incoming.push(readOne(message, arrival));
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      faults.push(`message ${index + 1}: ${error.message}`);
    }
  if (faults.length === 0) return { kind: 'incoming', incoming };
  const rejected = `${faults.length} of ${messages.length} messages cannot be read: ${faults.slice(0, 3).join('; ')}`;
  if (incoming.length === 0) throw new EnvelopeError(rejected);
  return { kind: 'incoming', incoming, rejected };
}

function readOne(message: unknown, arrival: Arrival): Incoming {
  if (!isObject(message)) throw new EnvelopeError('an export of Netmore must be an array of JSON objects');
  const origin = originOf(message, arrival);
  if (message['deliveryStatus'] !== undefined) return responseOf(message, origin);
  if (message['payload'] === undefined && isObject(message['data']))
    throw new EnvelopeError(
      'the export is of a decoded format, without the payload: choose Default or Connect as its format at Netmore',
    );
  return uplinkOf(message, origin);
}

function originOf(message: Fields, arrival: Arrival): LorawanOrigin {
  return {
    server: 'netmore',
    devEui: devEuiOf(message['devEui'], 'devEui'),
    receivedAt: timeOf(message['timestamp'], arrival.at),
    ...given({
      deviceId: textOf(message['device-id'] ?? message['deviceId']),
      applicationId: arrival.applicationId,
      downlink: arrival.downlink,
    }),
  };
}

function uplinkOf(message: Fields, origin: LorawanOrigin): Incoming {
  const bytes = hexBytesOf(message['payload'], 'payload');
  const fPort = portOf(message['fPort'], 'fPort', bytes);
  return {
    kind: 'lorawan',
    ...origin,
    fCnt: countOf(message['fCntUp'], 'fCntUp'),
    bytes,
    ...receptionOf(message),
    ...given({
      fPort,
      location: locationOf(message),
      profile: textOf(message['sensorType']),
      tags: tagsOf(message['tags']),
    }),
  };
}

function receptionOf(message: Fields): Reception {
  const best = bestReception(message['gateways'], ['snr']);
  if (best.rssi !== undefined) return best;
  return given({ rssi: numberOf(message['rssi']), snr: numberOf(message['snr']) });
}

function responseOf(message: Fields, origin: LorawanOrigin): DownlinkEvent {
  const stage = stages.get(message['deliveryStatus']);
  if (stage === undefined)
    throw new EnvelopeError(`deliveryStatus must be one of ${[...stages.keys()].join(', ')}`);
  const words = [textOf(message['errorCode']), textOf(message['errorDescription'])];
  const reason = words.filter((text) => text !== undefined).join(': ');
  const downlinkId = textOf(message['requestId']);
  return {
    kind: 'event',
    ...origin,
    event: 'downlink',
    stage,
    ...given({ downlinkId, reason: reason === '' ? undefined : reason }),
  };
}
