import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { convertQuantity } from '../../../iot-agent/mapping/convert-quantity.ts';
import { QUANTITIES } from '../../../iot-agent/mapping/quantities.ts';
import { SMART_DATA_MODELS } from '../../../iot-agent/mapping/smart-data-models.ts';
import { toEntity } from '../../../iot-agent/mapping/to-entity.ts';
import { UNITS } from '../../../iot-agent/mapping/units.ts';
import { findFault } from '../../../iot-agent/mapping/validate.ts';
import type { Json } from '../../../iot-agent/measurement.ts';
import type { OutgoingEntity } from '../../../iot-agent/registry/device.ts';
import { lorawanDevice, OBSERVED_AT, POINT } from './sample-device.ts';

const names = Object.keys(QUANTITIES);
const types = [...SMART_DATA_MODELS.keys(), 'Room'];
const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
const numbers = fc.oneof(fc.double(), fc.integer({ min: -200, max: 2000 }));
const delivered: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: numbers as fc.Arbitrary<Json> },
  fc.boolean(),
  json,
);
const measurements = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), delivered, {
  maxKeys: 8,
});
const settings = fc.dictionary(
  fc.constantFrom(
    'emptyDistance',
    'fullDistance',
    'height',
    'sensorOffset',
    'shape',
    'sensorHeight',
    'relay',
  ),
  fc.oneof(fc.integer({ min: -10, max: 5000 }), fc.constantFrom('linear', 'cylindrical', '')),
);
const location = { name: 'location', type: 'geo:json', value: POINT };
const site = { name: 'refParkingSite', type: 'Relationship', value: 'urn:ngsi-ld:OnStreetParking:1' };
const staticsOf = (type: string) => (type === 'ParkingSpot' ? [location, site] : [location]);

/** The numbers in a value, however deep. */
function numbersIn(value: Json): readonly number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

function expectSound(entity: OutgoingEntity): void {
  if (entity.type !== 'Device') expect(findFault(entity)).toBeUndefined();
  expect(numbersIn(entity).filter((number) => !Number.isFinite(number))).toEqual([]);
}

describe('whatever is measured', () => {
  it('becomes a valid Entity, or a reason by name', () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), measurements, settings, (type, measured, internalAttributes) => {
        const device = lorawanDevice(type, { internalAttributes, staticAttributes: staticsOf(type) });
        const mapped = toEntity(device, measured, OBSERVED_AT);
        if (mapped.kind === 'invalid') expect(mapped.rule).toMatch(/\w+ \w+/);
        if (mapped.kind === 'entities') for (const { entity } of mapped.entities) expectSound(entity);
      }),
    );
  });
});

describe('whatever is delivered in whatever unit', () => {
  const units = fc.oneof(
    fc.constantFrom(...UNITS.flatMap(({ code, signs }) => [code, ...signs])),
    fc.string(),
    fc.constant(undefined),
  );

  it('becomes a measurement or a fault in words', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...names), fc.string()), delivered, units, (name, value, unit) => {
        const converted = convertQuantity(name, value, unit);
        if (converted.kind === 'fault') expect(converted.rule).toMatch(/\w+ \w+/);
        else if (typeof converted.value === 'number') expect(Number.isFinite(converted.value)).toBe(true);
      }),
    );
  });
});
