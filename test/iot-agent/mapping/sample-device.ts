import type { Device, Mapped, MappedEntity } from '../../../iot-agent/registry/device.ts';

/** 2026-11-24T10:00:00.25Z */
export const OBSERVED_AT = Date.UTC(2026, 10, 24, 10) * 1000 + 250_000;
export const OBSERVED_AT_TEXT = '2026-11-24T10:00:00.25Z';

export const POINT = { type: 'Point', coordinates: [4.55, 50.99] };

/** A LoRaWAN device with a location. */
export function lorawanDevice(entityType: string, overrides: Partial<Device> = {}): Device {
  return {
    tenant: '',
    deviceId: 'pm-04',
    devEui: '70B3D57BA0000123',
    model: 'decentlab/dl-pm',
    entityType,
    entityName: `urn:ngsi-ld:${entityType}:pm-04`,
    attributes: [],
    staticAttributes: [{ name: 'location', type: 'geo:json', value: POINT }],
    ...overrides,
  };
}

/** A FIWARE IoT-Agent-JSON device. */
export function plainDevice(overrides: Partial<Device> = {}): Device {
  return {
    tenant: '',
    deviceId: 'd1',
    apikey: 'k',
    entityType: 'Thing',
    entityName: 'urn:ngsi-ld:Thing:d1',
    attributes: [],
    staticAttributes: [],
    ...overrides,
  };
}

/** What became one Entity, or what became none; several are an error of the test. */
export function single(
  mapped: Mapped,
): ({ readonly kind: 'entity' } & MappedEntity) | Exclude<Mapped, { kind: 'entities' }> {
  if (mapped.kind !== 'entities') return mapped;
  const [first, ...others] = mapped.entities;
  if (first === undefined || others.length > 0)
    throw new Error(`one Entity was expected, not ${mapped.entities.length}`);
  return { kind: 'entity', ...first };
}
