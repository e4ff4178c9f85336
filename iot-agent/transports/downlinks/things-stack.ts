import {
  bufferOf,
  type DownlinkMessage,
  type DownlinkRequest,
  jsonHeaders,
  needed,
} from './downlink-request.ts';

/** The name of the webhook in URLs that The Things Stack did not name itself. */
const webhook = 'carillon';

/**
 * `down/push` or `down/replace` of The Things Stack v3: by MQTT below the application with its tenant, by HTTP at the URL
 * that the webhook named. Events bear the correlation id.
 */
export function thingsStackDownlink(request: DownlinkRequest): DownlinkMessage {
  const downlinkId = request.id.startsWith('cmd:') ? request.id : `cmd:${request.id}`;
  const payload = JSON.stringify({ downlinks: [queueItem(request, downlinkId)] });
  const deviceId = needed(
    request.deviceId,
    'the device id at The Things Stack is not known: it comes with the first uplink of the device',
  );
  if (request.by === 'mqtt') {
    const application = applicationOf(request);
    return {
      kind: 'mqtt',
      downlinkId,
      topic: `v3/${application}/devices/${deviceId}/down/${request.mode}`,
      payload,
    };
  }
  const path = request.downlink?.[request.mode] ?? pathOf(request, deviceId);
  const headers = jsonHeaders(request.downlink?.apikey);
  return { kind: 'http', downlinkId, method: 'POST', path, headers, body: payload };
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

function applicationOf({ applicationId }: DownlinkRequest): string {
  return needed(
    applicationId,
    'the application at The Things Stack is not known: it comes with the first uplink of the device',
  );
}

/** Paths know nothing of tenants: those have hosts of their own. */
function pathOf(request: DownlinkRequest, deviceId: string): string {
  const [application = ''] = applicationOf(request).split('@');
  const levels = ['applications', application, 'webhooks', webhook, 'devices', deviceId].map(
    encodeURIComponent,
  );
  return `/api/v3/as/${levels.join('/')}/down/${request.mode}`;
}
