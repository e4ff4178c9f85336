import {
  bytesFor,
  type DownlinkMessage,
  type DownlinkRequest,
  jsonHeaders,
  needed,
  topicLevel,
} from './downlink-request.ts';

/**
 * A downlink of Helium's console: by HTTP at the `downlink_url` of the device's uplinks, whose key is in the URL; by MQTT
 * on the default topic. Its events bear no id, and its queue cannot be replaced.
 */
export function heliumDownlink(request: DownlinkRequest): DownlinkMessage {
  const { bytes, fPort } = bytesFor("Helium's console", request);
  const { confirmed } = request;
  const payload = JSON.stringify({ payload_raw: bytes.toString('base64'), port: fPort, confirmed });
  if (request.by === 'mqtt') {
    const deviceId = topicLevel(
      request.deviceId,
      'the device id at Helium is not known: it comes with the first uplink of the device',
    );
    return { kind: 'mqtt', topic: `helium/${deviceId}/tx`, payload };
  }
  const path = needed(
    request.downlink?.push,
    "Helium's downlink_url is not known: it comes with the first uplink through an HTTP integration",
  );
  return { kind: 'http', method: 'POST', path, headers: jsonHeaders(undefined), body: payload };
}
