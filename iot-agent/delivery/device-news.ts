import type { DeviceEvent, Place } from '../measurement.ts';
import type { Remark } from '../spool/device-log.ts';

/** What a message says about the device that sent it. */
export interface DeviceNews {
  /** Microseconds since 1970. */
  readonly receivedAt: number;
  /** It reported a value, which an event of its network server does not. */
  readonly isReport: boolean;
  /** It has just joined its network. */
  readonly hasJoined?: boolean;
  /** 0..1, or -1 for unknown. */
  readonly batteryLevel?: number;
  /** dBm. */
  readonly rssi?: number;
  /** Where its network server has located it. */
  readonly place?: Place;
}

/** What an event says about its device; undefined when it is no sign of life. */
export function newsOf(event: DeviceEvent): DeviceNews | undefined {
  const news = { receivedAt: event.receivedAt, isReport: false };
  switch (event.event) {
    case 'status': {
      const { batteryLevel } = event;
      return batteryLevel === undefined ? news : { ...news, batteryLevel };
    }
    case 'join':
      return { ...news, hasJoined: true };
    case 'location':
      return { ...news, place: event.location };
    case 'downlink':
      return event.stage === 'acknowledged' ? news : undefined;
    // It may be about frames that somebody else sent in its name.
    case 'log':
      return undefined;
  }
}

/** What the log of the device tells of an event. */
export function remarksOf(event: DeviceEvent): readonly Remark[] {
  if (event.event !== 'log') return [];
  const { level, code, description } = event;
  return [
    { level, source: 'network-server', message: description === '' ? code : `${code}: ${description}` },
  ];
}
