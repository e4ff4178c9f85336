import type { LorawanOrigin, LorawanUplink } from '../../measurement.ts';
import { bytesOf, countOf, type Fields, fieldsOf, jsonOf, numberOf, textOf, timeOf } from '../envelope.ts';
import { bestReception, gatewayTime, given, locationOf, portOf, tagsOf } from './lorawan-fields.ts';

/** The `uplink_message` of The Things Stack, a simulated one too. */
export function thingsStackUplink(
  uplink: Fields,
  origin: LorawanOrigin,
  message: Fields,
): readonly [LorawanUplink] {
  const bytes = bytesOf(uplink['frm_payload'], 'uplink_message.frm_payload');
  const fPort = portOf(uplink['f_port'], 'uplink_message.f_port', bytes);
  return [
    {
      kind: 'lorawan',
      ...origin,
      receivedAt: receivedAt(uplink, message, origin.receivedAt),
      fCnt: countOf(uplink['f_cnt'], 'uplink_message.f_cnt'),
      bytes,
      ...bestReception(uplink['rx_metadata'], ['snr']),
      ...given({
        fPort,
        decoded: jsonOf(uplink['decoded_payload']),
        normalized: jsonOf(uplink['normalized_payload']),
        location: deviceLocation(fieldsOf(uplink['locations'])),
        profile: profileOf(fieldsOf(uplink['version_ids'])),
        tags: tagsOf(uplink['attributes'] ?? message['attributes']),
        batteryLevel: batteryLevelOf(fieldsOf(uplink['last_battery_percentage'])),
        simulated: message['simulated'] === true ? true : undefined,
      }),
    },
  ];
}

/** When the network server had it comes before when its application server did, and both before a gateway's clock. */
function receivedAt(uplink: Fields, message: Fields, arrivedAt: number): number {
  const unknown = -1;
  const own = timeOf(uplink['received_at'], timeOf(message['received_at'], unknown));
  return own === unknown ? gatewayTime(uplink['rx_metadata'], ['time', 'received_at'], arrivedAt) : own;
}

/** What the payload itself says is newer than what somebody once entered. */
function deviceLocation(locations: Fields): LorawanUplink['location'] {
  return locationOf(locations['frm-payload']) ?? locationOf(locations['user']);
}

function profileOf(version: Fields): string | undefined {
  const brand = textOf(version['brand_id']);
  const model = textOf(version['model_id']);
  return brand === undefined || model === undefined ? undefined : `${brand}/${model}`;
}

function batteryLevelOf({ value }: Fields): number | undefined {
  const percent = numberOf(value);
  return percent === undefined ? undefined : Math.min(1, Math.max(0, percent / 100));
}
