import { bytesFor, type DownlinkMessage, type DownlinkRequest, jsonHeaders } from './downlink-request.ts';

/** Seconds that Netmore keeps a downlink for the device when the command does not say. */
const defaultValidity = 3600;

/** The downlink of Netmore's portal, with everything in the URL. Its responses bear the request id. */
export function netmoreDownlink(request: DownlinkRequest): DownlinkMessage {
  const { bytes, fPort } = bytesFor('Netmore', request);
  const { devEui, id, confirmed, validity = defaultValidity, mode, downlink } = request;
  const path = `/rest/net/sensors/${devEui.toLowerCase()}/downlink`;
  const parameters = new URLSearchParams({
    fPort: String(fPort),
    payloadHex: bytes.toString('hex'),
    confirmed: String(confirmed),
    validity: String(validity),
    requestId: id,
  });
  return {
    kind: 'http',
    downlinkId: id,
    method: 'POST',
    path: `${path}?${parameters}`,
    headers: jsonHeaders(downlink?.apikey),
    body: '',
    ...(mode === 'replace' ? { before: { method: 'POST', path: `${path}/clear` } } : {}),
  };
}
