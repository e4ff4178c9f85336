import type { Incoming, LorawanOrigin, LorawanUplink } from '../../measurement.ts';
import { countOf, type Fields, fieldsOf, isObject, jsonOf, numberOf, textOf } from '../envelope.ts';
import { encryptedPayload } from './encrypted-payload.ts';
import {
  bestReception,
  given,
  hexBytesOf,
  labelsOf,
  locationOf,
  portOf,
  type Reception,
  tagsOf,
} from './lorawan-fields.ts';

/** A `DevEUI_uplink` of ThingPark; numbers may be texts. */
export function actilityUplink(report: Fields, origin: LorawanOrigin): readonly Incoming[] {
  if (String(report['PayloadEncryption'] ?? 0) === '1') return [encryptedPayload(origin, 'ThingPark')];
  const bytes = hexBytesOf(report['payload_hex'], 'DevEUI_uplink.payload_hex');
  const fPort = portOf(report['FPort'], 'DevEUI_uplink.FPort', bytes);
  const { payload } = report;
  return [
    {
      kind: 'lorawan',
      ...origin,
      fCnt: countOf(report['FCntUp'], 'DevEUI_uplink.FCntUp'),
      bytes,
      ...receptionOf(report),
      ...given({
        fPort,
        decoded: isObject(payload) ? jsonOf(payload) : undefined,
        location: actilityPlace(report),
        profile: profileOf(report),
        tags: labelled(fieldsOf(report['CustomerData'])['tags']),
      }),
    },
  ];
}

/** Where the network says that the device is; `undefined` when it does not. */
export function actilityPlace({ DevLAT, DevLON, DevAlt }: Fields): LorawanUplink['location'] {
  return locationOf({ latitude: DevLAT, longitude: DevLON, altitude: DevAlt });
}

function receptionOf(report: Fields): Reception {
  const lrr = fieldsOf(report['Lrrs'])['Lrr'];
  // What was XML once has an object where there is one, and an array where there are several.
  const heard = (Array.isArray(lrr) ? lrr : [lrr]).map(fieldsOf);
  const gateways = heard.map(({ LrrRSSI, LrrSNR }) => ({ rssi: LrrRSSI, snr: LrrSNR }));
  const best = bestReception(gateways, ['snr']);
  if (best.rssi !== undefined) return best;
  return given({ rssi: numberOf(report['LrrRSSI']), snr: numberOf(report['LrrSNR']) });
}

/** `producer/module` of the driver, or the application profile of earlier releases. */
function profileOf(report: Fields): string | undefined {
  const { app, mod } = fieldsOf(report['DriverCfg']);
  const { pId, mId } = isObject(app) ? app : fieldsOf(mod);
  if (textOf(pId) !== undefined && textOf(mId) !== undefined) return `${pId}/${mId}`;
  return textOf(fieldsOf(fieldsOf(report['CustomerData'])['alr'])['pro']);
}

function labelled(tags: unknown): LorawanUplink['tags'] {
  return Array.isArray(tags) ? labelsOf(tags) : tagsOf(tags);
}
