import type { DeviceEvent, LorawanOrigin } from '../../measurement.ts';
import { type Fields, fieldsOf, textOf } from '../envelope.ts';
import { given } from './lorawan-fields.ts';

type LogEvent = Extract<DeviceEvent, { readonly event: 'log' }>;

/** An `ack`: the device answered a confirmed downlink, or did not in time; a false is left out. */
export function chirpstackAck(message: Fields, origin: LorawanOrigin): readonly DeviceEvent[] {
  const stage = message['acknowledged'] === true ? 'acknowledged' : 'not-acknowledged';
  const downlinkId = textOf(message['queueItemId']);
  return [{ kind: 'event', ...origin, event: 'downlink', stage, ...given({ downlinkId }) }];
}

/** A `txack`: a gateway sent a downlink. */
export function chirpstackTxAck(message: Fields, origin: LorawanOrigin): readonly DeviceEvent[] {
  const downlinkId = textOf(message['queueItemId']);
  return [{ kind: 'event', ...origin, event: 'downlink', stage: 'sent', ...given({ downlinkId }) }];
}

const levels: ReadonlyMap<unknown, LogEvent['level']> = new Map<unknown, LogEvent['level']>([
  ['WARNING', 'warning'],
  ['ERROR', 'error'],
]);

/** A `log`; one about a downlink that was thrown away is the end of that downlink too. */
export function chirpstackLog(message: Fields, origin: LorawanOrigin): readonly DeviceEvent[] {
  const code = textOf(message['code']) ?? 'UNKNOWN';
  const description = textOf(message['description']) ?? '';
  const level = levels.get(message['level']) ?? 'info';
  const log: DeviceEvent = { kind: 'event', ...origin, event: 'log', level, code, description };
  const context = fieldsOf(message['context']);
  const downlinkId = textOf(context['queue_item_id'] ?? context['device_queue_item_id']);
  if (downlinkId === undefined || level === 'info') return [log];
  const reason = description === '' ? code : `${code}: ${description}`;
  return [log, { kind: 'event', ...origin, event: 'downlink', stage: 'failed', downlinkId, reason }];
}

/** v3 has `error` in place of `log`. */
export function chirpstackError(message: Fields, origin: LorawanOrigin): readonly DeviceEvent[] {
  const code = textOf(message['type']) ?? 'UNKNOWN';
  const description = textOf(message['error']) ?? '';
  return [{ kind: 'event', ...origin, event: 'log', level: 'error', code, description }];
}
