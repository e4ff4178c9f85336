import type { Json, LorawanOrigin, LorawanUplink } from '../../measurement.ts';
import { bytesOf, countOf, type Fields, fieldsOf, jsonOf, textOf } from '../envelope.ts';
import { bestReception, given, portOf, tagsOf } from './lorawan-fields.ts';

/** An `up` event of ChirpStack. */
export function chirpstackUplink(message: Fields, origin: LorawanOrigin): readonly [LorawanUplink] {
  const info = fieldsOf(message['deviceInfo']);
  const bytes = bytesOf(message['data'], 'data');
  const fPort = portOf(message['fPort'], 'fPort', bytes);
  return [
    {
      kind: 'lorawan',
      ...origin,
      fCnt: countOf(message['fCnt'], 'fCnt'),
      bytes,
      ...bestReception(message['rxInfo'], ['snr', 'loRaSNR']),
      ...given({
        fPort,
        decoded: decodedOf(message),
        deduplicationId: textOf(message['deduplicationId']),
        profile: textOf(info['deviceProfileName'] ?? message['deviceProfileName']),
        tags: tagsOf(info['tags'] ?? message['tags']),
      }),
    },
  ];
}

/** v3 hands its codec's object over as a text. */
function decodedOf(message: Fields): Json | undefined {
  const text = textOf(message['objectJSON']);
  if (text === undefined) return jsonOf(message['object'] ?? message['objectJSON']);
  try {
    return jsonOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
