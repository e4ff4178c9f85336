import type { DeviceEvent, LorawanUplink } from '../measurement.ts';
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
  timeOf,
} from './envelope.ts';
import { bestReception, devEuiOf, locationOf } from './lorawan-fields.ts';

/**
 * A message of The Things Stack v3, the same over MQTT and by webhook: an uplink (a simulated one too) or a join;
 * other messages are ignored. `arrivedAt`, in microseconds, stands in for a time that the message lacks.
 * @throws EnvelopeError when it is no message of The Things Stack, or its device cannot be told.
 */
export function parseThingsStack(message: unknown, arrivedAt: number): Parsed {
  if (!isObject(message)) throw new EnvelopeError('a message of The Things Stack must be a JSON object');
  const ids = fieldsOf(message['end_device_ids']);
  if (isObject(message['uplink_message'])) {
    const incoming = [uplinkOf(message, ids, message['uplink_message'], arrivedAt)];
    return { kind: 'incoming', incoming };
  }
  if (isObject(message['join_accept']))
    return { kind: 'incoming', incoming: [joinOf(message, ids, arrivedAt)] };
  if (!isObject(message['end_device_ids']))
    throw new EnvelopeError('end_device_ids is absent: is this a message of The Things Stack v3?');
  return { kind: 'ignored', reason: 'neither uplink_message nor join_accept' };
}

function uplinkOf(message: Fields, ids: Fields, uplink: Fields, arrivedAt: number): LorawanUplink {
  const bytes = bytesOf(uplink['frm_payload'], 'uplink_message.frm_payload');
  const fPort = countOf(uplink['f_port'], 'uplink_message.f_port');
  const decoded = jsonOf(uplink['decoded_payload']);
  const deviceId = textOf(ids['device_id']);
  const applicationId = textOf(fieldsOf(ids['application_ids'])['application_id']);
  const location = deviceLocation(fieldsOf(uplink['locations']));
  return {
    kind: 'lorawan',
    server: 'things-stack',
    devEui: devEuiOf(ids['dev_eui'], 'end_device_ids.dev_eui'),
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(applicationId === undefined ? {} : { applicationId }),
    // Without a port and a payload the device only spoke to the network.
    ...(fPort === 0 && bytes.length === 0 ? {} : { fPort }),
    fCnt: countOf(uplink['f_cnt'], 'uplink_message.f_cnt'),
    bytes,
    ...(decoded === undefined ? {} : { decoded }),
    receivedAt: timeOf(uplink['received_at'], timeOf(message['received_at'], arrivedAt)),
    ...bestReception(uplink['rx_metadata'], ['snr']),
    ...(location === undefined ? {} : { location }),
  };
}

/** What the payload itself says is newer than what somebody once entered. */
function deviceLocation(locations: Fields): LorawanUplink['location'] {
  return locationOf(locations['frm-payload']) ?? locationOf(locations['user']);
}

function joinOf(message: Fields, ids: Fields, arrivedAt: number): DeviceEvent {
  const devEui = devEuiOf(ids['dev_eui'], 'end_device_ids.dev_eui');
  const receivedAt = timeOf(message['received_at'], arrivedAt);
  return { kind: 'event', devEui, server: 'things-stack', event: 'join', receivedAt };
}
