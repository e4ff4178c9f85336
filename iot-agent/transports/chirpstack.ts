import type { DeviceEvent, Json, LorawanUplink } from '../measurement.ts';
import {
  bytesOf,
  countOf,
  EnvelopeError,
  type Fields,
  fieldsOf,
  isObject,
  jsonOf,
  numberOf,
  type Parsed,
  textOf,
  timeOf,
} from './envelope.ts';
import { bestReception, devEuiOf } from './lorawan-fields.ts';

type Reader = (message: Fields, arrivedAt: number) => LorawanUplink | DeviceEvent;

/** Events that say something about the device; ChirpStack's others are about downlinks and its own log. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['up', uplinkOf],
  ['status', statusOf],
  ['join', joinOf],
]);

/**
 * An event of ChirpStack v4 in its JSON form (v3's flat form is understood as well); `event` is the last part of the topic, or the
 * `event` parameter of its HTTP integration. `arrivedAt`, in microseconds, stands in for a time that it lacks.
 * @throws EnvelopeError when it is no event of ChirpStack, or its device cannot be told.
 */
export function parseChirpstack(event: string, message: unknown, arrivedAt: number): Parsed {
  const read = readers.get(event);
  if (read === undefined) return { kind: 'ignored', reason: `event ${event.slice(0, 40)}` };
  if (!isObject(message)) throw new EnvelopeError('an event of ChirpStack must be a JSON object');
  return { kind: 'incoming', incoming: [read(message, arrivedAt)] };
}

function devEuiIn(message: Fields): string {
  const info = fieldsOf(message['deviceInfo']);
  return devEuiOf(info['devEui'] ?? message['devEUI'], 'deviceInfo.devEui');
}

function uplinkOf(message: Fields, arrivedAt: number): LorawanUplink {
  const info = fieldsOf(message['deviceInfo']);
  const bytes = bytesOf(message['data'], 'data');
  const fPort = countOf(message['fPort'], 'fPort');
  const decoded = decodedOf(message);
  const deviceId = textOf(info['deviceName'] ?? message['deviceName']);
  const applicationId = textOf(info['applicationId'] ?? message['applicationID']);
  const deduplicationId = textOf(message['deduplicationId']);
  return {
    kind: 'lorawan',
    server: 'chirpstack',
    devEui: devEuiIn(message),
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(applicationId === undefined ? {} : { applicationId }),
    // Without a port and a payload the device only spoke to the network.
    ...(fPort === 0 && bytes.length === 0 ? {} : { fPort }),
    fCnt: countOf(message['fCnt'], 'fCnt'),
    bytes,
    ...(decoded === undefined ? {} : { decoded }),
    receivedAt: timeOf(message['time'], arrivedAt),
    ...bestReception(message['rxInfo'], ['snr', 'loRaSNR']),
    ...(deduplicationId === undefined ? {} : { deduplicationId }),
  };
}

/** v3 hands its codec's object over as a text. */
function decodedOf(message: Fields): Json | undefined {
  const text = textOf(message['objectJSON']);
  if (text === undefined) return jsonOf(message['object']);
  try {
    return jsonOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function statusOf(message: Fields, arrivedAt: number): DeviceEvent {
  const isUnknown = message['batteryLevelUnavailable'] === true;
  // A zero is left out, and mains power has no battery to report on.
  const percent =
    message['externalPowerSource'] === true ? undefined : numberOf(message['batteryLevel'] ?? 0);
  const known = percent === undefined ? {} : { batteryLevel: Math.min(1, Math.max(0, percent / 100)) };
  return { ...eventOf(message, arrivedAt), event: 'status', ...(isUnknown ? { batteryLevel: -1 } : known) };
}

function joinOf(message: Fields, arrivedAt: number): DeviceEvent {
  return { ...eventOf(message, arrivedAt), event: 'join' };
}

function eventOf(message: Fields, arrivedAt: number) {
  const receivedAt = timeOf(message['time'], arrivedAt);
  return { kind: 'event', devEui: devEuiIn(message), server: 'chirpstack', receivedAt } as const;
}
