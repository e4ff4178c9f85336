import { actilityToken } from '../lorawan/actility-token.ts';
import { bytesFor, type DownlinkMessage, type DownlinkRequest } from './downlink-request.ts';

/**
 * ThingPark's downlink request: by HTTP with everything in the URL, signed where the tunnel key and the AS_ID are known; by
 * MQTT (ThingPark X) as `DevEUI_downlink`. Its reports bear the correlation id, 64 bits of the downlink's own.
 */
export function actilityDownlink(request: DownlinkRequest): DownlinkMessage {
  const downlinkId = request.id.replaceAll('-', '').slice(0, 16).toUpperCase();
  if (request.by === 'mqtt') return byMqtt(request, downlinkId);
  const path = `/thingpark/lrc/rest/downlink?${signedParameters(request, downlinkId)}`;
  return { kind: 'http', downlinkId, method: 'POST', path, headers: formHeaders, body: '' };
}

const formHeaders = { 'Content-Type': 'application/x-www-form-urlencoded' } as const;

function byMqtt(request: DownlinkRequest, downlinkId: string): DownlinkMessage {
  const { bytes, fPort } = bytesFor('ThingPark', request);
  const { devEui, confirmed, mode, now } = request;
  const content = {
    Time: isoTime(now),
    DevEUI: devEui,
    FPort: fPort,
    payload_hex: bytes.toString('hex'),
    Confirmed: flag(confirmed),
    FlushDownlinkQueue: flag(mode === 'replace'),
    CorrelationID: downlinkId,
    ...validityOf(request),
  };
  const topic = `${request.downlink?.topicPrefix ?? 'mqtt/'}things/${devEui}/downlink`;
  return { kind: 'mqtt', downlinkId, topic, payload: JSON.stringify({ DevEUI_downlink: content }) };
}

/** The signature is one of the parameters as they are before they are encoded. */
function signedParameters(request: DownlinkRequest, downlinkId: string): string {
  const { bytes, fPort } = bytesFor('ThingPark', request);
  const { devEui, confirmed, mode, applicationId, downlink, now } = request;
  const parameters: [string, string][] = [
    ['DevEUI', devEui],
    ['FPort', String(fPort)],
    ['Payload', bytes.toString('hex')],
    ['Confirmed', flag(confirmed)],
    ['FlushDownlinkQueue', flag(mode === 'replace')],
    ['CorrelationID', downlinkId],
    ...Object.entries(validityOf(request)),
  ];
  if (downlink?.apikey !== undefined && applicationId !== undefined) {
    parameters.push(['AS_ID', applicationId], ['Time', isoTime(now)]);
    const plain = parameters.map((pair) => pair.join('=')).join('&');
    parameters.push(['Token', actilityToken(plain, downlink.apikey)]);
  }
  return parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

function validityOf({ validity, now }: DownlinkRequest): { readonly ValidityTime?: string } {
  return validity === undefined ? {} : { ValidityTime: isoTime(now + validity * 1_000_000) };
}

function flag(isSet: boolean): string {
  return isSet ? '1' : '0';
}

function isoTime(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString();
}
