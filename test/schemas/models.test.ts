import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { coreTermsOf } from '../../broker/jsonld/core-context.ts';
import { domainDocument } from '../../broker/jsonld/domain-contexts.ts';
import { SMART_DATA_MODELS } from '../../iot-agent/mapping/smart-data-models.ts';
import type { AttributeSchema } from '../../schemas/attribute-schemas.ts';
import { describeWith } from '../support/describe-with.ts';
import { isPublished, type OfficialSchema, officialModel } from './official-models.ts';

const location = { type: 'Point', coordinates: [4.35, 50.85] };
const dateObserved = '2026-01-31T12:00:00Z';
const least: { readonly [type: string]: object } = {
  AirQualityObserved: { dateObserved, location },
  WeatherObserved: { dateObserved, location },
  WasteContainer: { location },
  Streetlight: { location, status: 'ok' },
  Device: { controlledProperty: ['temperature'] },
  NoiseLevelObserved: { dateObservedFrom: dateObserved, dateObservedTo: dateObserved, location },
  WaterObserved: { dateObserved, location },
  WaterQualityObserved: { dateObserved, location },
  IndoorEnvironmentObserved: { dateObserved, location },
  PhreaticObserved: { dateObserved, location, measurementType: ['depth'] },
  CrowdFlowObserved: { dateObserved },
  TrafficFlowObserved: { dateObserved },
  ParkingSpot: {
    location,
    status: 'free',
    category: ['onStreet'],
    refParkingSite: 'urn:ngsi-ld:OnStreetParking:1',
  },
  OnStreetParking: { location },
  OffStreetParking: { location },
  StreetlightGroup: { location },
  StreetlightControlCabinet: {
    location,
    refStreetlightGroup: ['urn:ngsi-ld:StreetlightGroup:1'],
    workingMode: 'automatic',
  },
};

const models = [...SMART_DATA_MODELS].map(([type, { schema, context }]) => ({
  type,
  schema,
  context,
  domain: /dataModel\.(\w+)/.exec(context)?.[1] as string,
  attributes: Object.entries(schema.properties).filter(([name]) => name !== 'id' && name !== 'type') as [
    string,
    AttributeSchema,
  ][],
}));

/** What the models have no word for: the agent's own, which the default @context expands. */
const isAddition = (type: string, name: string): boolean => `${type}.${name}` === 'Device.dateLastJoin';

function validatorOf(schema: object): (entity: object) => boolean {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  ajv.addVocabulary(['ngsiLdKind', 'unitCode']);
  addFormats.default(ajv);
  return ajv.compile(schema);
}

describe.each(models)('the schema of $type', ({ type, schema, context, attributes }) => {
  const entity = { id: `urn:ngsi-ld:${type}:1`, type, ...least[type] };
  const isValid = validatorOf(schema);

  it('takes the least that an Entity needs, and misses each part of it', () => {
    expect(isValid(entity)).toBe(true);
    for (const name of Object.keys(entity)) {
      const { [name as 'id']: _missing, ...rest } = entity;
      expect(isValid(rest)).toBe(false);
    }
  });

  it('is closed, names its type, and wants a URI', () => {
    expect(isValid({ ...entity, temprature: 21 })).toBe(false);
    expect(isValid({ ...entity, type: 'Room' })).toBe(false);
    expect(isValid({ ...entity, id: 'sensor 1' })).toBe(false);
  });

  it.each(attributes)('%s is held to its type, its range and its words', (name, schemaOf) => {
    const takes = (value: unknown): boolean => isValid({ ...entity, [name]: value });
    const { minimum, maximum } = schemaOf as { readonly minimum?: number; readonly maximum?: number };
    const ends = [minimum, maximum].filter((end) => end !== undefined);
    const outside = [Number(minimum) - 1, Number(maximum) + 1].filter(Number.isFinite);
    expect(ends.filter((end) => !takes(end))).toEqual([]);
    expect(outside.filter(takes)).toEqual([]);
    if (schemaOf['type'] === 'number') expect(['21', null, [21]].filter(takes)).toEqual([]);
    if (schemaOf['enum'] !== undefined) expect(takes('no such word')).toBe(false);
  });

  it('has short names in the @context of its domain for every Attribute', async () => {
    const document = (await domainDocument(context)) as { readonly '@context': object };
    const terms = new Set([
      ...Object.keys(document['@context']),
      ...coreTermsOf('1.9').map(({ term }) => term),
    ]);
    const names = attributes.map(([name]) => name).filter((name) => !isAddition(type, name));
    expect(names.filter((name) => !terms.has(name))).toEqual([]);
  });
});

it('the level of a battery is 0 to 1, or -1 when it is not known', () => {
  const schema = SMART_DATA_MODELS.get('Device')?.schema ?? {};
  const isValid = validatorOf(schema);
  const level = (batteryLevel: unknown): boolean =>
    isValid({ id: 'urn:ngsi-ld:Device:1', type: 'Device', ...least['Device'], batteryLevel });
  expect([0, 0.5, 1, -1].map(level)).toEqual([true, true, true, true]);
  expect([88, -0.5, 1.01, '1'].map(level)).toEqual([false, false, false, false]);
});

/** Where the published schema calls a list of ids of Entities a Property. */
const kindsOfOurs = new Set(['Device.controlledAsset']);

/** A core term, what the agent does not know of its devices, and a time of NGSIv2. */
const leftOut = new Set([
  'Device.value',
  'Device.ipAddress',
  'Device.configuration',
  'WasteContainer.timeInstant',
  'StreetlightControlCabinet.features',
]);
/** Names that no query can say. */
const isUnspeakable = (name: string): boolean => name.includes('-');

/** Where the published range excludes what is measured: water without oxygen, rooms below zero. */
const widened = new Set(['WaterQualityObserved.orp', 'IndoorEnvironmentObserved.temperature']);

/** What both schemas can say of an Attribute; undefined where the published one says nothing. */
function facets(schema: OfficialSchema): Record<string, unknown> {
  const {
    type,
    format,
    items,
    exclusiveMinimum = Number.NEGATIVE_INFINITY,
    minimum = exclusiveMinimum,
    maximum = Number.POSITIVE_INFINITY,
  } = schema;
  return {
    isNumber: type === 'number' || type === 'integer' ? type : undefined,
    isTime: format === 'date-time' ? true : undefined,
    words: (schema.enum ?? items?.enum)?.toSorted(),
    minimum,
    maximum,
  };
}

describeWith('shared', () => {
  describe.each(models.filter(({ domain, type }) => isPublished(domain, type)))(
    '$type, beside the published model',
    ({ type, schema, domain, attributes }) => {
      it('requires the same', () => {
        expect(schema.required.toSorted()).toEqual(officialModel(domain, type).required.toSorted());
      });

      it('has no Attribute of its own invention', () => {
        const { properties } = officialModel(domain, type);
        const names = attributes.map(([name]) => name).filter((name) => !isAddition(type, name));
        expect(names.filter((name) => properties[name] === undefined)).toEqual([]);
      });

      it('has every Attribute but those that are left out on purpose', () => {
        const published = Object.keys(officialModel(domain, type).properties);
        expect(
          published.filter(
            (name) => !(name in schema.properties) && !leftOut.has(`${type}.${name}`) && !isUnspeakable(name),
          ),
        ).toEqual([]);
      });

      it('has Attributes of the same kind', () => {
        const { properties } = officialModel(domain, type);
        for (const [name, { ngsiLdKind }] of attributes) {
          const kind = /^\s*(Property|Relationship|GeoProperty)\b/.exec(
            properties[name]?.description ?? '',
          )?.[1];
          if (kind !== undefined && !kindsOfOurs.has(`${type}.${name}`))
            expect([name, ngsiLdKind]).toEqual([name, kind]);
        }
      });

      it('admits the same words, times and numbers, in the same range or a narrower one', () => {
        const { properties } = officialModel(domain, type);
        for (const [name, ours] of attributes) {
          const { minimum, maximum, ...theirs } = facets(properties[name] ?? {});
          const own = facets(ours as OfficialSchema);
          expect([name, own]).toMatchObject([name, JSON.parse(JSON.stringify(theirs)) as object]);
          if (widened.has(`${type}.${name}`)) continue;
          expect(own['minimum']).toBeGreaterThanOrEqual(minimum as number);
          expect(own['maximum']).toBeLessThanOrEqual(maximum as number);
        }
      });
    },
  );
});
