import {
  bytesFor,
  type DownlinkMessage,
  type DownlinkRequest,
  jsonHeaders,
  needed,
} from './downlink-request.ts';

/** `cmd: tx` of Loriot's REST interface, which tells no id in its events and cannot replace its queue. */
export function loriotDownlink(request: DownlinkRequest): DownlinkMessage {
  const appid = needed(
    request.applicationId,
    "Loriot's application is not known: have its HTTP output post to /webhooks/loriot?applicationId=<application id>",
  );
  const { bytes, fPort } = bytesFor('Loriot', request);
  const { devEui, confirmed } = request;
  const body = { cmd: 'tx', EUI: devEui, port: fPort, confirmed, data: bytes.toString('hex'), appid };
  const headers = jsonHeaders(request.downlink?.apikey);
  return { kind: 'http', method: 'POST', path: '/1/rest', headers, body: JSON.stringify(body) };
}
