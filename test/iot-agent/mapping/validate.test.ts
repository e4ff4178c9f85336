import { describe, expect, it } from '@jest/globals';
import { findFault, findFaultInPart } from '../../../iot-agent/mapping/validate.ts';
import type { Json } from '../../../iot-agent/measurement.ts';
import type { OutgoingEntity } from '../../../iot-agent/registry/device.ts';
import { OBSERVED_AT_TEXT, POINT } from './sample-device.ts';

/** An AirQualityObserved with these Attributes. */
function air(attributes: { readonly [name: string]: Json }): OutgoingEntity {
  return {
    id: 'urn:ngsi-ld:AirQualityObserved:1',
    type: 'AirQualityObserved',
    dateObserved: { type: 'Property', value: OBSERVED_AT_TEXT },
    location: { type: 'GeoProperty', value: POINT },
    ...attributes,
  };
}
const property = (value: Json, members: { readonly [name: string]: Json } = {}): Json => ({
  type: 'Property',
  value,
  ...members,
});

describe('findFault', () => {
  it('finds humidity that nobody scaled, and shows it', () => {
    const relativeHumidity = property(41.6);
    expect(findFault(air({ relativeHumidity }))).toEqual({
      attribute: 'relativeHumidity',
      rule: 'must be at most 1: it counts from 0 to 1, not in percent',
      value: relativeHumidity,
    });
  });

  it.each<[{ readonly [name: string]: Json }, string, string]>([
    [{ pm10: property(-1) }, 'pm10', 'must be at least 0'],
    [{ pm10: property('12') }, 'pm10', 'must be of the type number'],
    [{ pm10: property(12, { unitCode: 'GP' }) }, 'pm10', 'must be in the unit GQ'],
    [{ pm11: property(12) }, 'pm11', 'did you mean pm1'],
    [{ typeofLocation: property('cellar') }, 'typeofLocation', 'must be one of indoor, outdoor'],
    [{ location: property(POINT) }, 'location', 'must be a GeoProperty'],
    [{ refDevice: { type: 'Relationship', object: 'pm 04' } }, 'refDevice', 'must be a uri'],
  ])('names what is wrong with %j', (attributes, attribute, rule) => {
    const fault = findFault(air(attributes));
    expect(fault).toMatchObject({ attribute, rule: expect.stringContaining(rule) });
    expect(fault?.value).toEqual(attributes[attribute]);
  });

  it('has nothing to show of what is missing', () => {
    const { location: _location, ...rest } = air({});
    expect(findFault(rest as OutgoingEntity)).toEqual({ attribute: 'location', rule: 'is required' });
    expect(findFaultInPart(rest as OutgoingEntity)).toBeUndefined();
  });

  it('looks at every instance of an Attribute', () => {
    const second = property(41.6, { datasetId: 'urn:ngsi-ld:Dataset:2' });
    const both = [property(0.4), second];
    expect(findFault(air({ relativeHumidity: both }))).toMatchObject({ attribute: 'relativeHumidity' });
    expect(findFault(air({ relativeHumidity: [property(0.4), property(0.5)] }))).toBeUndefined();
    expect(findFault(air({ pm10: [property(1), property(1, { unitCode: 'GP' })] }))).toMatchObject({
      rule: 'must be in the unit GQ',
    });
  });

  it('lets Entities of other types pass', () => {
    expect(
      findFault({ id: 'urn:ngsi-ld:Room:1', type: 'Room', temperature: property('hot') }),
    ).toBeUndefined();
  });
});
