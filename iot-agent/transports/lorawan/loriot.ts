import type { Incoming, LorawanOrigin } from '../../measurement.ts';
import { countOf, EnvelopeError, type Fields, isObject, numberOf, type Parsed, textOf } from '../envelope.ts';
import type { Arrival } from './arrival.ts';
import { encryptedPayload } from './encrypted-payload.ts';
import {
  batteryOf,
  bestReception,
  devEuiOf,
  given,
  hexBytesOf,
  millisOf,
  portOf,
  type Reception,
} from './lorawan-fields.ts';

type Reader = (message: Fields, origin: LorawanOrigin) => readonly Incoming[];

/** Messages by `cmd`. `gw` and `rx` are the same uplink, with and without its gateways. */
const readers: ReadonlyMap<unknown, Reader> = new Map<unknown, Reader>([
  ['gw', uplinkOf],
  ['rx', uplinkOf],
  ['txd', (_message, origin) => [{ kind: 'event', ...origin, event: 'downlink', stage: 'sent' }]],
  ['tx', takenOf],
]);

/**
 * A message of Loriot's application output; its others (`rssi`, `cq`) are ignored.
 * @throws EnvelopeError when it is no message of Loriot, or its device cannot be told.
 */
export function parseLoriot(message: unknown, arrival: Arrival): Parsed {
  if (!isObject(message) || typeof message['cmd'] !== 'string')
    throw new EnvelopeError('a message of Loriot must be a JSON object with cmd');
  const read = readers.get(message['cmd']);
  if (read === undefined) return { kind: 'ignored', reason: `cmd ${message['cmd'].slice(0, 40)}` };
  return { kind: 'incoming', incoming: read(message, originOf(message, arrival)) };
}

function originOf(message: Fields, arrival: Arrival): LorawanOrigin {
  return {
    server: 'loriot',
    devEui: devEuiOf(message['EUI'], 'EUI'),
    receivedAt: millisOf(message['ts'], arrival.at),
    ...given({
      applicationId: textOf(message['appid']) ?? arrival.applicationId,
      downlink: arrival.downlink,
    }),
  };
}

function uplinkOf(message: Fields, origin: LorawanOrigin): readonly Incoming[] {
  const bytes = hexBytesOf(message['data'], 'data');
  if (bytes.length === 0 && textOf(message['encdata']) !== undefined)
    return [encryptedPayload(origin, 'Loriot')];
  const fPort = portOf(message['port'], 'port', bytes);
  const uplink: Incoming = {
    kind: 'lorawan',
    ...origin,
    fCnt: countOf(message['fcnt'], 'fcnt'),
    bytes,
    ...receptionOf(message),
    ...given({ fPort, batteryLevel: batteryOf(message['bat']) }),
  };
  // The device acknowledges a confirmed downlink with its next uplink; Loriot has no message of its own for it.
  return message['ack'] === true
    ? [uplink, { kind: 'event', ...origin, event: 'downlink', stage: 'acknowledged' }]
    : [uplink];
}

function receptionOf(message: Fields): Reception {
  if (Array.isArray(message['gws'])) return bestReception(message['gws'], ['snr']);
  return given({ rssi: numberOf(message['rssi']), snr: numberOf(message['snr']) });
}

/** Loriot's answer to a downlink. */
function takenOf(message: Fields, origin: LorawanOrigin): readonly Incoming[] {
  const reason = textOf(message['error']);
  const stage = reason === undefined ? 'queued' : 'failed';
  return [{ kind: 'event', ...origin, event: 'downlink', stage, ...given({ reason }) }];
}
