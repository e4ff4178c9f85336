import { formatDateTime } from '../date-time.ts';
import type { DeviceModel } from '../devices/device-model.ts';
import type { Json, Place } from '../measurement.ts';
import type { Device, Mapped, OutgoingEntity } from '../registry/device.ts';
import type { NormalizedAttribute } from './attribute.ts';
import { deviceEntityId, entityId } from './entity-ids.ts';
import { pointOf } from './geo-values.ts';
import { round } from './quantities.ts';
import { contextFor } from './smart-data-models.ts';
import { findFault } from './validate.ts';

/** What was read, and when: microseconds since 1970. */
export interface Reading<Value = number> {
  readonly value: Value;
  readonly observedAt: number;
}

/** What is known about a device at a moment; members that are not known are absent. */
export interface DeviceState {
  /** Microseconds since 1970: the last sign of life. */
  readonly observedAt: number;
  /** 0..1, or -1 when the device cannot say. */
  readonly batteryLevel?: Reading;
  /** dBm, at the best gateway. */
  readonly rssi?: Reading;
  /** Free text, such as `ok` or `joined`. */
  readonly deviceState?: string;
  /** Microseconds since 1970: the last uplink that was understood. */
  readonly dateLastValueReported?: number;
  /** Microseconds since 1970. */
  readonly dateLastJoin?: number;
  /** Where its network server has located it. */
  readonly place?: Reading<Place>;
}

type Members = readonly (readonly [string, NormalizedAttribute | undefined])[];

/**
 * The Smart Data Models Device entity of a registered device. It never has a `value`: that is a term of the core
 * @context, and what was measured stands in the Entity that controlledAsset points at.
 */
export function deviceEntity(device: Device, model: DeviceModel, state: DeviceState): Mapped {
  const { deviceState, observedAt } = state;
  const members: Members = [
    ['controlledProperty', property(model.controlledProperty)],
    ['category', property(model.category)],
    ['supportedProtocol', device.devEui === undefined ? undefined : property(['lora'])],
    ['serialNumber', device.devEui === undefined ? undefined : property(device.devEui)],
    ['controlledAsset', { type: 'Relationship', object: [entityId(device.entityType, device.entityName)] }],
    ['deviceState', deviceState === undefined ? undefined : observed(deviceState, observedAt)],
    ['batteryLevel', measured(state.batteryLevel, 'C62')],
    ['rssi', measured(state.rssi, 'DBM')],
    ['dateLastValueReported', moment(state.dateLastValueReported)],
    ['dateLastJoin', moment(state.dateLastJoin)],
    ['location', located(state.place)],
  ];
  const known = members.filter(([, attribute]) => attribute !== undefined);
  const entity = {
    id: deviceEntityId(device.deviceId),
    type: 'Device',
    ...Object.fromEntries(known),
  } as OutgoingEntity;
  const fault = findFault(entity);
  if (fault !== undefined) return { kind: 'invalid', ...fault };
  return { kind: 'entities', entities: [{ entity, context: contextFor('Device'), observedAt }] };
}

const property = (value: Json): NormalizedAttribute => ({ type: 'Property', value });

const observed = (value: Json, observedAt: number): NormalizedAttribute => ({
  ...property(value),
  observedAt: formatDateTime(observedAt),
});

function measured(reading: Reading | undefined, unitCode: string): NormalizedAttribute | undefined {
  return reading && { ...observed(round(reading.value, 4), reading.observedAt), unitCode };
}

function located(place: DeviceState['place']): NormalizedAttribute | undefined {
  const point = place && pointOf(place.value.longitude, place.value.latitude, place.value.altitude);
  return point && { type: 'GeoProperty', value: point, observedAt: formatDateTime(place.observedAt) };
}

function moment(micros: number | undefined): NormalizedAttribute | undefined {
  return micros === undefined ? undefined : property(formatDateTime(micros));
}
