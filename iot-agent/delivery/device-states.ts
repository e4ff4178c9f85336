import type { DeviceState } from '../mapping/device-entity.ts';
import type { Device } from '../registry/device.ts';

/** What a message says about the device that sent it. */
export interface DeviceNews {
  /** Microseconds since 1970. */
  readonly receivedAt: number;
  /** It reported a value, which an event of its network server does not. */
  readonly isReport: boolean;
  /** 0..1, or -1 for unknown. */
  readonly batteryLevel?: number;
  /** dBm. */
  readonly rssi?: number;
}

/** A device whose Device entity is to be written. */
export interface DueDevice {
  readonly key: string;
  readonly device: Device;
  readonly state: DeviceState;
}

/** What is known about each device, and whose Device entity has to be written when. */
export interface DeviceStates {
  /** Devices without a device model have no Device entity: what they say is not kept. */
  observe(device: Device, news: DeviceNews): void;
  /** Devices with news whose last writing is long enough ago, at `now` in microseconds; at most `limit`. */
  due(now: number, limit: number): readonly DueDevice[];
  /** They were written with what `due` gave. */
  written(devices: readonly DueDevice[], now: number): void;
  /** The device is no longer registered. */
  forget(tenant: string, deviceId: string): void;
}

interface Entry {
  device: Device;
  state: DeviceState;
  writtenAt: number;
}

/** States in memory: what is lost with the process comes with the next uplink. `interval`, in microseconds, between writings. */
export function deviceStates(interval: number): DeviceStates {
  const entries = new Map<string, Entry>();
  const dirty = new Map<string, Entry>();
  return {
    observe: (device, news) => {
      if (device.model === undefined) return;
      const key = keyOf(device.tenant, device.deviceId);
      const entry = entries.get(key) ?? { device, state: { observedAt: 0 }, writtenAt: 0 };
      const state = updated(entry.state, news);
      if (state === entry.state) return;
      entries.set(key, entry);
      entry.device = device;
      entry.state = state;
      dirty.set(key, entry);
    },
    due: (now, limit) => {
      const chosen: DueDevice[] = [];
      for (const [key, { device, state, writtenAt }] of dirty) {
        if (chosen.length >= limit) break;
        if (writtenAt + interval <= now) chosen.push({ key, device, state });
      }
      return chosen;
    },
    written: (devices, now) => {
      for (const { key, state } of devices) {
        const entry = entries.get(key);
        if (entry === undefined) continue;
        entry.writtenAt = now;
        // What came in meanwhile is news still.
        if (entry.state === state) dirty.delete(key);
      }
    },
    forget: (tenant, deviceId) => {
      const key = keyOf(tenant, deviceId);
      entries.delete(key);
      dirty.delete(key);
    },
  };
}

function keyOf(tenant: string, deviceId: string): string {
  return `${tenant}\n${deviceId}`;
}

/** Late news says nothing about the present. */
function updated(state: DeviceState, { receivedAt, isReport, batteryLevel, rssi }: DeviceNews): DeviceState {
  if (receivedAt < state.observedAt) return state;
  return {
    ...state,
    observedAt: receivedAt,
    deviceState: 'ok',
    ...(batteryLevel === undefined ? {} : { batteryLevel: { value: batteryLevel, observedAt: receivedAt } }),
    ...(rssi === undefined ? {} : { rssi: { value: rssi, observedAt: receivedAt } }),
    ...(isReport ? { dateLastValueReported: receivedAt } : {}),
  };
}
