import type { DeviceState } from '../mapping/device-entity.ts';
import type { Place } from '../measurement.ts';
import type { Device } from '../registry/device.ts';
import { deviceKey } from '../registry/device-key.ts';
import type { DeviceNews } from './device-news.ts';
import type { KeptStates } from './kept-states.ts';

/** A device whose Device entity is to be written. */
export interface DueDevice {
  readonly key: string;
  readonly device: Device;
  readonly state: DeviceState;
}

/** What is known about each device, and whose Device entity has to be written when. */
export interface DeviceStates {
  /** Only of LoRaWAN devices: the others have nobody who says anything about them. */
  observe(device: Device, news: DeviceNews): void;
  /** Keeps what the next uplink would not bring again, inside a transaction of the caller, after `observe`. */
  save(device: Device, news: DeviceNews): void;
  /** Where its network server has located the device. */
  placeOf(device: Device): Place | undefined;
  /** Devices with news whose last writing is long enough ago, at `now` in microseconds; at most `limit`. */
  due(now: number, limit: number): readonly DueDevice[];
  /** They were written with what `due` gave. */
  written(devices: readonly DueDevice[], now: number): void;
  /** The device is no longer registered. */
  forget(tenant: string, deviceId: string): Promise<void>;
}

interface Entry {
  device: Device;
  state: DeviceState;
  writtenAt: number;
}

/** The memory of the states: those that are not written yet are `dirty`, those of them that are kept on disk are `unsettled`. */
interface Memory {
  readonly entries: Map<string, Entry>;
  readonly dirty: Map<string, Entry>;
  readonly unsettled: Set<string>;
}

/** States in memory, over what was kept of them. `interval`, in microseconds, between writings. */
export function deviceStates(interval: number, kept: KeptStates): DeviceStates {
  const memory = remembered(kept);
  const { entries, dirty, unsettled } = memory;
  return {
    observe: (device, news) => observe(memory, device, news),
    save: (device, news) => {
      const key = deviceKey(device.tenant, device.deviceId);
      const entry = entries.get(key);
      if (entry === undefined || !isKept(news)) return;
      kept.save(key, { device, state: entry.state });
      unsettled.add(key);
    },
    placeOf: ({ tenant, deviceId }) => entries.get(deviceKey(tenant, deviceId))?.state.place?.value,
    due: (now, limit) => {
      const chosen: DueDevice[] = [];
      for (const [key, { device, state, writtenAt }] of dirty) {
        if (chosen.length >= limit) break;
        if (writtenAt + interval <= now) chosen.push({ key, device, state });
      }
      return chosen;
    },
    written: (devices, now) => settle(memory, kept, devices, now),
    forget: async (tenant, deviceId) => {
      const key = deviceKey(tenant, deviceId);
      entries.delete(key);
      dirty.delete(key);
      unsettled.delete(key);
      await kept.forget(key);
    },
  };
}

function remembered(kept: KeptStates): Memory {
  const memory: Memory = { entries: new Map(), dirty: new Map(), unsettled: new Set() };
  for (const { key, device, state, isDue } of kept.all()) {
    const entry = { device, state, writtenAt: 0 };
    memory.entries.set(key, entry);
    if (!isDue) continue;
    memory.dirty.set(key, entry);
    memory.unsettled.add(key);
  }
  return memory;
}

function observe({ entries, dirty }: Memory, device: Device, news: DeviceNews): void {
  if (device.devEui === undefined) return;
  const key = deviceKey(device.tenant, device.deviceId);
  const entry = entries.get(key) ?? { device, state: { observedAt: 0 }, writtenAt: 0 };
  const state = updated(entry.state, news);
  if (state === entry.state) return;
  entries.set(key, entry);
  entry.device = device;
  entry.state = state;
  dirty.set(key, entry);
}

function settle(
  { entries, dirty, unsettled }: Memory,
  kept: KeptStates,
  devices: readonly DueDevice[],
  now: number,
): void {
  const settled: string[] = [];
  for (const { key, state } of devices) {
    const entry = entries.get(key);
    if (entry === undefined) continue;
    entry.writtenAt = now;
    // What came in meanwhile is news still.
    if (entry.state !== state) continue;
    dirty.delete(key);
    if (unsettled.delete(key)) settled.push(key);
  }
  // Where that fails they are written once more after a start, which changes nothing.
  if (settled.length > 0) void kept.written(settled).catch(() => undefined);
}

/** Uplinks come again and tell the rest anew; joins, locations and states of batteries may not come for days. */
function isKept({ isReport, hasJoined, place, batteryLevel }: DeviceNews): boolean {
  return hasJoined === true || place !== undefined || (!isReport && batteryLevel !== undefined);
}

/** Late news says nothing about the present. */
function updated(state: DeviceState, news: DeviceNews): DeviceState {
  const { receivedAt, isReport, hasJoined = false, batteryLevel, rssi, place } = news;
  if (receivedAt < state.observedAt) return state;
  return {
    ...state,
    observedAt: receivedAt,
    deviceState: hasJoined ? 'joined' : 'ok',
    ...(hasJoined ? { dateLastJoin: receivedAt } : {}),
    ...(batteryLevel === undefined ? {} : { batteryLevel: { value: batteryLevel, observedAt: receivedAt } }),
    ...(rssi === undefined ? {} : { rssi: { value: rssi, observedAt: receivedAt } }),
    ...(place === undefined ? {} : { place: { value: place, observedAt: receivedAt } }),
    ...(isReport ? { dateLastValueReported: receivedAt } : {}),
  };
}
