import type { DeviceEvent, Incoming, LorawanOrigin, LorawanUplink } from '../../measurement.ts';
import {
  bytesOf,
  countOf,
  EnvelopeError,
  type Fields,
  fieldsOf,
  isObject,
  jsonOf,
  type Parsed,
  textOf,
} from '../envelope.ts';
import type { Arrival } from './arrival.ts';
import { parseChirpstack } from './chirpstack.ts';
import { httpUrlOf } from './http-url.ts';
import { bestReception, devEuiOf, given, labelsOf, millisOf, portOf } from './lorawan-fields.ts';

type DownlinkEvent = Extract<DeviceEvent, { readonly event: 'downlink' }>;

/** What Helium's console tells of downlinks, by `sub_category`. */
const stages: ReadonlyMap<unknown, DownlinkEvent['stage']> = new Map<unknown, DownlinkEvent['stage']>([
  ['downlink_queued', 'queued'],
  ['downlink_ack', 'acknowledged'],
  ['downlink_confirmed', 'sent'],
  ['downlink_unconfirmed', 'sent'],
]);

/**
 * A message of a Helium integration: of the console in its JSON form, or an event of a console that is built on
 * ChirpStack.
 * @throws EnvelopeError when it is neither, or its device cannot be told.
 */
export function parseHelium(message: unknown, arrival: Arrival): Parsed {
  if (!isObject(message)) throw new EnvelopeError('a message of Helium must be a JSON object');
  if (isObject(message['deviceInfo'])) return parseChirpstack(message, arrival);
  const origin = originOf(message, arrival);
  const { type, category } = message;
  if (category === 'downlink' || category === 'downlink_dropped') return downlinkOf(message, origin);
  if (type === 'join' || category === 'join_request' || category === 'join_accept')
    return { kind: 'incoming', incoming: [{ kind: 'event', ...origin, event: 'join' }] };
  if (message['payload'] === undefined && message['fcnt'] === undefined)
    return { kind: 'ignored', reason: 'a message of Helium without payload and fcnt' };
  return { kind: 'incoming', incoming: [uplinkOf(message, origin)] };
}

function originOf(message: Fields, arrival: Arrival): LorawanOrigin {
  const push = httpUrlOf(message['downlink_url']);
  return {
    server: 'helium',
    devEui: devEuiOf(message['dev_eui'], 'dev_eui'),
    receivedAt: millisOf(message['reported_at'], arrival.at),
    ...given({
      deviceId: textOf(message['id']),
      applicationId: arrival.applicationId,
      downlink: push === undefined ? arrival.downlink : { ...arrival.downlink, push },
    }),
  };
}

function uplinkOf(message: Fields, origin: LorawanOrigin): Incoming {
  const bytes = bytesOf(message['payload'], 'payload');
  const fPort = portOf(message['port'], 'port', bytes);
  return {
    kind: 'lorawan',
    ...origin,
    fCnt: countOf(message['fcnt'], 'fcnt'),
    bytes,
    ...bestReception(message['hotspots'], ['snr']),
    ...given({
      fPort,
      decoded: jsonOf(fieldsOf(message['decoded'])['payload']),
      deduplicationId: textOf(message['uuid']),
      tags: labelled(fieldsOf(message['metadata'])['labels']),
    }),
  };
}

function labelled(labels: unknown): LorawanUplink['tags'] {
  return Array.isArray(labels) ? labelsOf(labels.map((label) => fieldsOf(label)['name'])) : undefined;
}

function downlinkOf(message: Fields, origin: LorawanOrigin): Parsed {
  const stage = message['category'] === 'downlink' ? stages.get(message['sub_category']) : 'failed';
  if (stage === undefined) return { kind: 'ignored', reason: 'a downlink of Helium of another sub_category' };
  const reason = stage === 'failed' ? textOf(message['description']) : undefined;
  const event: DownlinkEvent = { kind: 'event', ...origin, event: 'downlink', stage, ...given({ reason }) };
  return { kind: 'incoming', incoming: [event] };
}
