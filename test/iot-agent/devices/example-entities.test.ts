import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import { toEntity } from '../../../iot-agent/mapping/to-entity.ts';
import type { Mapped, StaticAttribute } from '../../../iot-agent/registry/device.ts';
import { hex } from '../hex.ts';
import { lorawanDevice, OBSERVED_AT, POINT } from '../mapping/sample-device.ts';

const models = (await loadCatalogue()).list();

/** How every device of the test is mounted, in millimetres. */
const MOUNTED = { emptyDistance: 6000, fullDistance: 100, sensorHeight: 6000 };

/** What a city says of every device of a type, because no sensor can know it. */
const SAID_BY_CITY: { readonly [type: string]: readonly StaticAttribute[] } = {
  ParkingSpot: [{ name: 'refParkingSite', type: 'Relationship', value: 'urn:ngsi-ld:OnStreetParking:1' }],
  StreetlightControlCabinet: [
    { name: 'refStreetlightGroup', type: 'Relationship', value: ['urn:ngsi-ld:StreetlightGroup:1'] },
  ],
};

function entitiesOf(model: (typeof models)[number], type: string): readonly Mapped[] {
  const device = lorawanDevice(type, {
    model: `${model.vendor}/${model.model}`,
    internalAttributes: MOUNTED,
    staticAttributes: [{ name: 'location', type: 'geo:json', value: POINT }, ...(SAID_BY_CITY[type] ?? [])],
  });
  return model.examples.map(({ bytes, fPort }) =>
    toEntity(device, model.decode({ bytes: hex(bytes), fPort }), OBSERVED_AT),
  );
}

describe('the examples of device models', () => {
  const fed = models.flatMap((model) =>
    model.feeds.map((type) => ({ name: `${model.vendor}/${model.model}`, model, type })),
  );

  it.each(fed)('of $name become valid Entities of $type', ({ model, type }) => {
    const mapped = entitiesOf(model, type);
    expect(mapped.filter(({ kind }) => kind === 'invalid')).toEqual([]);
    expect(mapped).toContainEqual(expect.objectContaining({ kind: 'entities' }));
  });
});
