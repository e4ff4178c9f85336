import {
  bufferOf,
  type DownlinkMessage,
  type DownlinkRequest,
  jsonHeaders,
  needed,
  topicLevel,
} from './downlink-request.ts';

/** The name of the webhook in URLs that The Things Stack did not name itself. */
const webhook = 'carillon';

/**
 * `down/push` or `down/replace` of The Things Stack v3: by MQTT below the application with its tenant, by HTTP at the URL
 * that the webhook named. Events bear the correlation id.
 */
export function thingsStackDownlink(request: DownlinkRequest): DownlinkMessage {
  const downlinkId = request.id.startsWith('cmd:') ? request.id : `cmd:${request.id}`;
  const text = JSON.stringify({ downlinks: [queueItem(request, downlinkId)] });
  if (request.by === 'mqtt') return { kind: 'mqtt', downlinkId, topic: topicOf(request), payload: text };
  const path = request.downlink?.[request.mode] ?? pathOf(request);
  const headers = jsonHeaders(request.downlink?.apikey);
  return { kind: 'http', downlinkId, method: 'POST', path, headers, body: text };
}

function queueItem(request: DownlinkRequest, correlationId: string): object {
  const { fPort, confirmed, absoluteTime } = request;
  return {
    ...(fPort === undefined ? {} : { f_port: fPort }),
    ...('bytes' in request
      ? { frm_payload: bufferOf(request.bytes).toString('base64') }
      : { decoded_payload: request.object }),
    priority: 'NORMAL',
    confirmed,
    correlation_ids: [correlationId],
    ...(absoluteTime === undefined ? {} : { class_b_c: { absolute_time: absoluteTime } }),
  };
}

function topicOf({ applicationId, deviceId, mode }: DownlinkRequest): string {
  const application = topicLevel(applicationId, unknown('application'));
  return `v3/${application}/devices/${topicLevel(deviceId, unknown('device id'))}/down/${mode}`;
}

/** Paths know nothing of tenants: those have hosts of their own. */
function pathOf({ applicationId, deviceId, mode }: DownlinkRequest): string {
  const [application = ''] = needed(applicationId, unknown('application')).split('@');
  const device = needed(deviceId, unknown('device id'));
  const levels = ['applications', application, 'webhooks', webhook, 'devices', device];
  return `/api/v3/as/${levels.map(encodeURIComponent).join('/')}/down/${mode}`;
}

function unknown(name: string): string {
  return `the ${name} at The Things Stack is not known: it comes with the first uplink of the device`;
}
