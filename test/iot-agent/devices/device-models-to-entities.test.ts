import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import { toEntity } from '../../../iot-agent/mapping/to-entity.ts';
import type { Device, Mapped } from '../../../iot-agent/registry/device.ts';
import { hex } from '../hex.ts';
import { lorawanDevice, OBSERVED_AT, POINT } from '../mapping/sample-device.ts';

/** What a device of the type has to be told, besides where it is. */
const statics: { readonly [type: string]: Device['staticAttributes'] } = {
  ParkingSpot: [{ name: 'refParkingSite', type: 'Relationship', value: 'urn:ngsi-ld:OnStreetParking:1' }],
  StreetlightControlCabinet: [
    { name: 'refStreetlightGroup', type: 'Relationship', value: ['urn:ngsi-ld:StreetlightGroup:1'] },
  ],
};
const location = { name: 'location', type: 'geo:json', value: POINT };
const internalAttributes = { height: 5000, sensorHeight: 8000 };

const models = (await loadCatalogue()).list();
const uses = models.flatMap((model) =>
  model.feeds.map((type) => ({ name: `${model.vendor}/${model.model}`, type, model })),
);

function mapExamples({ type, model }: (typeof uses)[number]): readonly Mapped[] {
  const staticAttributes = [location, ...(statics[type] ?? [])];
  const device = lorawanDevice(type, { staticAttributes, internalAttributes });
  return model.examples.map(({ bytes, fPort }) =>
    toEntity(device, model.decode({ bytes: hex(bytes), fPort }), OBSERVED_AT),
  );
}

describe('device models', () => {
  it.each(uses)('$name feeds a $type, each of its examples validly', (use) => {
    const mapped = mapExamples(use);
    expect(mapped.filter(({ kind }) => kind !== 'entities' && kind !== 'nothing')).toEqual([]);
    expect(mapped.map(({ kind }) => kind)).toContain('entities');
  });
});
