import {
  bufferOf,
  type DownlinkMessage,
  type DownlinkRequest,
  jsonHeaders,
  topicLevel,
} from './downlink-request.ts';

/** ChirpStack's REST proxy has this in place of `Authorization`. */
const keyHeader = 'Grpc-Metadata-Authorization';

/**
 * `command/down` of ChirpStack by MQTT, or its queue by the REST proxy. v3, whose applications are numbered, calls the
 * members otherwise, and tells no id in its events. By MQTT there is no replacing.
 */
export function chirpstackDownlink(request: DownlinkRequest): DownlinkMessage {
  return request.by === 'mqtt' ? byMqtt(request) : byHttp(request);
}

function byMqtt(request: DownlinkRequest): DownlinkMessage {
  const { id, downlink } = request;
  const applicationId = topicLevel(
    request.applicationId,
    'the application at ChirpStack is not known: it comes with the first uplink of the device',
  );
  const devEui = request.devEui.toLowerCase();
  const topic = `${downlink?.topicPrefix ?? ''}application/${applicationId}/device/${devEui}/command/down`;
  const item = isV3(request) ? itemOf(request) : { id, devEui, ...itemOf(request) };
  return { kind: 'mqtt', ...known(request), topic, payload: JSON.stringify(item) };
}

function byHttp(request: DownlinkRequest): DownlinkMessage {
  const devEui = request.devEui.toLowerCase();
  const path = `/api/devices/${devEui}/queue`;
  const body = isV3(request)
    ? { deviceQueueItem: { ...itemOf(request), devEUI: devEui } }
    : { queueItem: { id: request.id, ...itemOf(request) } };
  return {
    kind: 'http',
    ...known(request),
    method: 'POST',
    path,
    headers: jsonHeaders(request.downlink?.apikey, keyHeader),
    body: JSON.stringify(body),
    ...(request.mode === 'replace' ? { before: { method: 'DELETE', path } } : {}),
  };
}

function isV3({ applicationId = '' }: DownlinkRequest): boolean {
  return /^\d+$/.test(applicationId);
}

function known(request: DownlinkRequest): Pick<DownlinkMessage, 'downlinkId'> {
  return isV3(request) ? {} : { downlinkId: request.id };
}

/** v3 takes an object as text. */
function itemOf(request: DownlinkRequest): object {
  const { fPort, confirmed } = request;
  const item = { confirmed, ...(fPort === undefined ? {} : { fPort }) };
  if ('bytes' in request) return { ...item, data: bufferOf(request.bytes).toString('base64') };
  return isV3(request)
    ? { ...item, jsonObject: JSON.stringify(request.object) }
    : { ...item, object: request.object };
}
