import type { DeviceEvent, LorawanOrigin } from '../../measurement.ts';
import { type Fields, fieldsOf, textOf } from '../envelope.ts';
import { given } from './lorawan-fields.ts';

type DownlinkEvent = Extract<DeviceEvent, { readonly event: 'downlink' }>;
type Reader = (content: Fields, origin: LorawanOrigin, message: Fields) => readonly DownlinkEvent[];

/** The correlation ids with which downlinks of ours are sent start with this. */
const ours = 'cmd:';

/** What The Things Stack tells of downlinks, by the member that says so. */
export const thingsStackDownlinks: readonly (readonly [member: string, Reader])[] = [
  ['downlink_queued', at('queued')],
  ['downlink_sent', at('sent')],
  ['downlink_ack', at('acknowledged')],
  ['downlink_nack', at('not-acknowledged')],
  ['downlink_failed', failed],
  ['downlink_queue_invalidated', invalidatedDownlinks],
];

function at(stage: DownlinkEvent['stage']): Reader {
  return (downlink, origin, message) => [eventOf(origin, stage, idOf(downlink, message))];
}

function failed(content: Fields, origin: LorawanOrigin, message: Fields): readonly DownlinkEvent[] {
  const error = fieldsOf(content['error']);
  const words = [textOf(error['name']), textOf(error['message_format'])];
  const reason = words.filter((text) => text !== undefined).join(': ');
  const id = idOf(fieldsOf(content['downlink']), message);
  return [eventOf(origin, 'failed', id, reason === '' ? undefined : reason)];
}

/** The server could not keep the queue of the device: each of the `downlinks` is lost. */
export function invalidatedDownlinks(
  content: Fields,
  origin: LorawanOrigin,
  message: Fields,
): readonly DownlinkEvent[] {
  const { downlinks } = content;
  if (!Array.isArray(downlinks)) return [];
  const lost = 'downlink_queue_invalidated';
  return downlinks.map((downlink) => eventOf(origin, 'failed', idOf(fieldsOf(downlink), message), lost));
}

function eventOf(
  origin: LorawanOrigin,
  stage: DownlinkEvent['stage'],
  downlinkId: string | undefined,
  reason?: string,
): DownlinkEvent {
  return { kind: 'event', ...origin, event: 'downlink', stage, ...given({ downlinkId, reason }) };
}

function idOf(downlink: Fields, message: Fields): string | undefined {
  const ids = [downlink['correlation_ids'], message['correlation_ids']].filter(Array.isArray).flat();
  return ids.find((id): id is string => typeof id === 'string' && id.startsWith(ours));
}
