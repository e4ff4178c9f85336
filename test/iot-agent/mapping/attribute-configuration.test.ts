import { describe, expect, it } from '@jest/globals';
import { plainToEntity } from '../../../iot-agent/mapping/plain-to-entity.ts';
import type { Json } from '../../../iot-agent/measurement.ts';
import type {
  ActiveAttribute,
  Device,
  MappedEntity,
  StaticAttribute,
} from '../../../iot-agent/registry/device.ts';
import { OBSERVED_AT, OBSERVED_AT_TEXT, POINT, plainDevice } from './sample-device.ts';

const active = (attribute: Partial<ActiveAttribute>): ActiveAttribute => ({
  name: 'x',
  type: 'Number',
  ...attribute,
});
const fixed = (attribute: Partial<StaticAttribute>): StaticAttribute => ({
  name: 's',
  type: 'Text',
  value: 'fixed',
  ...attribute,
});

interface Attributes {
  readonly [name: string]: Json;
}

/** The Entities of a measure, by id; and what was left out. */
function mapMeasure(overrides: Partial<Device>, values: { readonly [name: string]: Json }) {
  const mapped = plainToEntity(plainDevice(overrides), values, OBSERVED_AT, { now: OBSERVED_AT / 1000 });
  const found = mapped.kind === 'entities' ? mapped.entities : [];
  const entities: { readonly [id: string]: Attributes } = Object.fromEntries(
    found.map(({ entity }) => [entity.id, entity]),
  );
  const own: Attributes = entities['urn:ngsi-ld:Thing:d1'] ?? {};
  return { ...mapped, entities, own };
}

/** The attributes of the device's own Entity, as far as they have values. */
function valuesOf(overrides: Partial<Device>, measure: { readonly [name: string]: Json }): object {
  const { own } = mapMeasure(overrides, measure);
  const attributes = Object.entries(own).filter(([name]) => name !== 'id' && name !== 'type');
  return Object.fromEntries(
    attributes.map(([name, attribute]) => {
      const { value, object } = attribute as { readonly value?: Json; readonly object?: Json };
      return [name, value ?? object];
    }),
  );
}

describe('an attribute with an expression', () => {
  it('has its result in the place of a value', () => {
    const attributes = [active({ name: 'fillingLevel', expression: 'level/100' })];
    expect(valuesOf({ attributes, explicitAttrs: true }, { level: 85.3 })).toEqual({ fillingLevel: 0.853 });
  });

  it('may be a GeoProperty of two keys', () => {
    const expression = "{coordinates:[longitude,latitude],type:'Point'}";
    const attributes = [active({ name: 'location', type: 'geo:json', expression })];
    const { own } = mapMeasure({ attributes }, { longitude: 4.55, latitude: 50.99 });
    expect(own).toMatchObject({ location: { type: 'GeoProperty', value: POINT } });
    const text = [active({ name: 'location', type: 'geo:point', expression: "latitude+', '+longitude" })];
    expect(mapMeasure({ attributes: text }, { longitude: 4.55, latitude: 50.99 }).own).toMatchObject({
      location: { type: 'GeoProperty', value: POINT },
    });
  });

  it('is visible to later ones, not to earlier ones', () => {
    const first = active({ name: 'correctedLevel', expression: 'level * 0.5' });
    const second = active({ name: 'normalizedLevel', expression: 'correctedLevel / 100' });
    const explicitAttrs = true;
    expect(valuesOf({ attributes: [first, second], explicitAttrs }, { level: 80 })).toEqual({
      correctedLevel: 40,
      normalizedLevel: 0.4,
    });
    expect(valuesOf({ attributes: [second, first], explicitAttrs }, { level: 80 })).toEqual({
      correctedLevel: 40,
    });
    const circle = [active({ name: 'a', expression: 'b*10' }), active({ name: 'b', expression: 'a*10' })];
    expect(valuesOf({ attributes: circle }, { a: 10, b: 20 })).toEqual({ a: 200, b: 2000 });
  });

  it('sees keys under their own names and those of their attributes', () => {
    const attributes = [
      active({ object_id: 't', name: 'temperature' }),
      active({ name: 'fahrenheit', expression: 'temperature * 1.8 + 32' }),
      active({ name: 'raw', expression: 't + 0' }),
    ];
    expect(valuesOf({ attributes }, { t: 10 })).toEqual({ temperature: 10, fahrenheit: 50, raw: 10 });
  });

  it('sees the device, its static attributes and their metadata, and the time', () => {
    const expression =
      "[id, type, entity_name, service, subservice, floor, staticAttributes[.name == 'floor'].value, metadata.floor.unit, TimeInstant, 0|now, measure_id]";
    const { own } = mapMeasure(
      {
        tenant: 'city',
        servicePath: '/air',
        attributes: [active({ name: 'all', type: 'Text', expression })],
        staticAttributes: [fixed({ name: 'floor', value: 2, metadata: { unit: { value: 'C62' } } })],
      },
      { id: 'mine' },
    );
    expect(own['all']).toMatchObject({
      value: [
        'd1',
        'Thing',
        'urn:ngsi-ld:Thing:d1',
        'city',
        '/air',
        2,
        2,
        'C62',
        OBSERVED_AT_TEXT,
        OBSERVED_AT / 1000,
        'mine',
      ],
    });
  });

  it("leaves its key's own value where something it needs was not sent", () => {
    const attributes = [active({ name: 'consumption', type: 'Text', expression: 'spaces|trim' })];
    const explicitAttrs = true;
    expect(valuesOf({ attributes, explicitAttrs }, { consumption: '0.44' })).toEqual({ consumption: '0.44' });
    expect(valuesOf({ attributes, explicitAttrs }, { consumption: '0.44', spaces: ' foobar ' })).toEqual({
      consumption: 'foobar',
    });
  });

  it.each([
    ['null', 'level > 100 ? level : null', undefined],
    ['no number', 'level * "x"', undefined],
    ['what skipValue says', 'level > 100 ? level : "off"', 'off'],
    ['a list that skipValue says', '[level, 1]', [50, 1]],
  ] as [string, string, Json | undefined][])('is left out when it is %s', (_what, expression, skipValue) => {
    const attribute = active({ expression, type: 'Text', ...(skipValue === undefined ? {} : { skipValue }) });
    const mapped = mapMeasure({ attributes: [attribute], explicitAttrs: true }, { level: 50, x: 'own' });
    expect(mapped.kind).toBe('nothing');
    expect(mapped).not.toHaveProperty('warnings');
  });

  it('that fails is left out, with a warning that says why', () => {
    const attributes = [
      active({ name: 'bad', expression: 'level|addreduce' }),
      active({ name: 'worse', expression: 'level / 0' }),
    ];
    const mapped = mapMeasure({ attributes }, { level: 50 });
    expect(mapped).toMatchObject({
      kind: 'entities',
      warnings: [
        'bad is left out: level|addreduce: a list is needed, not 50',
        'worse is left out: level / 0: its result is infinite',
      ],
    });
    expect(Object.keys(mapped.own)).toEqual(['id', 'type', 'level']);
    expect(mapMeasure({ attributes, explicitAttrs: true }, { level: 5 })).toMatchObject({
      kind: 'nothing',
      warnings: [expect.stringContaining('bad'), expect.stringContaining('worse')],
    });
  });

  it('that is not well formed is left out, with a warning, and never has the value of its key', () => {
    const attributes = [active({ name: 'level', expression: 'level /' })];
    expect(mapMeasure({ attributes }, { level: 50, other: 1 })).toMatchObject({
      own: { other: { value: 1 } },
      warnings: [
        'expression of attribute level is left out: level / is no JEXL at character 8: Unexpected end of expression: level /',
      ],
    });
    expect(mapMeasure({ attributes }, { level: 50, other: 1 }).own).not.toHaveProperty('level');
  });
});

describe('metadata', () => {
  it('may be computed, and stands with its value where it cannot', () => {
    const metadata = {
      accuracy: { type: 'Number', value: 1, expression: 'quality / 10' },
      unitCode: { value: 'CEL' },
      place: { type: 'Relationship', value: 'urn:ngsi-ld:Room:1' },
      never: { expression: 'nothing * 2' },
    };
    const attributes = [active({ object_id: 't', name: 'temperature', metadata })];
    const temperature = { type: 'Property', value: 20, unitCode: 'CEL', observedAt: OBSERVED_AT_TEXT };
    const place = { type: 'Relationship', object: 'urn:ngsi-ld:Room:1' };
    const explicitAttrs = true;
    expect(mapMeasure({ attributes, explicitAttrs }, { t: 20, quality: 5 }).own).toMatchObject({
      temperature: { ...temperature, accuracy: { type: 'Property', value: 0.5 }, place },
    });
    const { own } = mapMeasure({ attributes, explicitAttrs }, { t: 20 });
    expect(own['temperature']).toEqual({
      ...temperature,
      accuracy: { type: 'Property', value: 1 },
      place,
    });
  });

  it('tells a time of its own, and instances apart by datasetId (clause 4.5.5)', () => {
    const dataset = (number: number, key: string) =>
      active({
        object_id: key,
        name: 'vol',
        metadata: { datasetId: { value: `urn:meter:${number}` }, observedAt: { expression: 'at' } },
      });
    const attributes = [dataset(1, 'v1'), dataset(2, 'v2'), active({ object_id: 'v', name: 'vol' })];
    const at = '2026-11-24T08:00:00+01:00';
    const instance = (value: number, number: number) => ({
      type: 'Property',
      value,
      datasetId: `urn:meter:${number}`,
      observedAt: '2026-11-24T07:00:00Z',
    });
    expect(mapMeasure({ attributes, explicitAttrs: true }, { v1: 1, v2: 2, v: 3, at }).own['vol']).toEqual([
      instance(1, 1),
      instance(2, 2),
      { type: 'Property', value: 3, observedAt: OBSERVED_AT_TEXT },
    ]);
  });

  it.each([
    ['datasetId', 'one', 'has the metadata datasetId, which must be a URI'],
    ['observedAt', 'now', 'has the metadata observedAt, which must be an ISO 8601 date and time'],
    ['unitCode', 5, 'has the metadata unitCode, which must be a text'],
  ])('is refused where NGSI-LD has a rule for it: %s %j', (name, value, rule) => {
    const attributes = [active({ metadata: { [name]: { value } } })];
    expect(mapMeasure({ attributes }, { x: 1 })).toMatchObject({ kind: 'invalid', attribute: 'x', rule });
  });

  it('of static attributes may be computed, too', () => {
    const metadata = { level: { type: 'Number', expression: 'x / 100' } };
    expect(mapMeasure({ staticAttributes: [fixed({ metadata })] }, { x: 50 }).own).toMatchObject({
      s: { type: 'Property', value: 'fixed', level: { type: 'Property', value: 0.5 } },
    });
  });
});

describe('several Entities', () => {
  const meter = (number: number, more: Partial<ActiveAttribute> = {}): ActiveAttribute =>
    active({
      object_id: `cont${number}`,
      name: 'vol',
      entity_name: `urn:ngsi-ld:Device:WaterMeterSoria0${number}`,
      entity_type: 'WaterMeter',
      ...more,
    });

  it('come of one measure: two meters, two Entities in one batch', () => {
    const { entities, own } = mapMeasure({ attributes: [meter(1), meter(2)] }, { cont1: 38, cont2: 5 });
    expect(own).toEqual({});
    const vol = (value: number) => ({ type: 'Property', value, observedAt: OBSERVED_AT_TEXT });
    expect(Object.values(entities)).toEqual([
      { id: 'urn:ngsi-ld:Device:WaterMeterSoria01', type: 'WaterMeter', vol: vol(38) },
      { id: 'urn:ngsi-ld:Device:WaterMeterSoria02', type: 'WaterMeter', vol: vol(5) },
    ]);
  });

  it('get expressions by object_id, beside the Entity of the device', () => {
    const attributes = [
      active({ object_id: 'v1', name: 'vol', expression: 'v1*100', entity_name: 'WeatherStation1' }),
      active({ object_id: 'v2', name: 'vol', expression: 'v2*100', entity_name: 'WeatherStation2' }),
      active({ object_id: 'v', name: 'vol', expression: 'v*100' }),
    ];
    const { entities } = mapMeasure({ attributes, staticAttributes: [fixed({})] }, { v: 0, v1: 1, v2: 2 });
    expect(entities).toMatchObject({
      'urn:ngsi-ld:Thing:d1': { vol: { value: 0 }, s: { value: 'fixed' } },
      'urn:ngsi-ld:Thing:WeatherStation1': { vol: { value: 100 } },
      'urn:ngsi-ld:Thing:WeatherStation2': { vol: { value: 200 } },
    });
    expect(entities['urn:ngsi-ld:Thing:WeatherStation1']).not.toHaveProperty('s');
  });

  it.each([
    ["'Meter' + zone", 'urn:ngsi-ld:WaterMeter:MeterA'],
    ['zone', 'urn:ngsi-ld:WaterMeter:A'],
    ['Meter-01', 'urn:ngsi-ld:WaterMeter:Meter-01'],
    ['Lamp 1', 'urn:ngsi-ld:WaterMeter:Lamp%201'],
    ['urn:ngsi-ld:Thing:d1', 'urn:ngsi-ld:Thing:d1'],
  ])('are named by text or expression: %s is %s', (entityName, id) => {
    const attributes = [meter(1, { entity_name: entityName }), active({ name: 'zone', type: 'Text' })];
    const { entities } = mapMeasure({ attributes }, { cont1: 1, zone: 'A' });
    expect(entities[id]).toMatchObject({ vol: { value: 1 } });
  });

  it('whose name cannot be computed are left out, with a warning', () => {
    const attributes = [
      meter(1, { entity_name: "'Meter' + zone" }),
      meter(2, { entity_name: 'cont2|addreduce' }),
    ];
    expect(mapMeasure({ attributes }, { cont1: 1, cont2: 2, x: 3 })).toMatchObject({
      own: { x: { value: 3 } },
      warnings: [
        "vol is left out: its entity_name 'Meter' + zone gives no name",
        expect.stringContaining('a list is needed, not 2'),
        'vol is left out: its entity_name cont2|addreduce gives no name',
      ],
    });
  });

  it('are validated as far as they are there, in the unit and with the times of their model', () => {
    const spot = { entity_name: 'spot1', entity_type: 'ParkingSpot' };
    const attributes = [active({ name: 'status', type: 'Text', ...spot })];
    const { entities } = mapMeasure({ attributes }, { status: 'occupied' });
    expect(entities).toMatchObject({ 'urn:ngsi-ld:ParkingSpot:spot1': { status: { value: 'occupied' } } });
    expect(mapMeasure({ attributes }, { status: 'full up' })).toMatchObject({
      kind: 'invalid',
      attribute: 'status',
    });
  });

  it('are linked: what is measured is shared with the asset, with the way back', () => {
    const attributes = [active({ object_id: 't', name: 'temperature' })];
    const link = {
      attributes: ['temperature', 'humidity', 'controlledAsset'],
      name: 'providedBy',
      type: 'Building',
    };
    const staticAttributes = [
      fixed({ name: 'controlledAsset', type: 'Relationship', value: 'urn:ngsi-ld:Building:001', link }),
    ];
    const { entities } = mapMeasure({ attributes, staticAttributes }, { t: 27.6 });
    const temperature = { type: 'Property', value: 27.6, observedAt: OBSERVED_AT_TEXT };
    expect(entities['urn:ngsi-ld:Building:001']).toEqual({
      id: 'urn:ngsi-ld:Building:001',
      type: 'Building',
      temperature: {
        ...temperature,
        providedBy: { type: 'Relationship', object: 'urn:ngsi-ld:Thing:d1' },
      },
    });
    expect(entities['urn:ngsi-ld:Thing:d1']).toMatchObject({ temperature });
    expect(Object.keys(mapMeasure({ staticAttributes }, { other: 1 }).entities)).toHaveLength(1);
  });
});

describe('explicitAttrs', () => {
  const device = {
    attributes: [
      active({ object_id: 't', name: 'temperature' }),
      active({ object_id: 'h', name: 'humidity' }),
    ],
    staticAttributes: [fixed({ name: 'note' }), fixed({ name: 'hint' })],
  };
  it.each([
    [false, ['note', 'hint', 'u', 'temperature', 'humidity']],
    [true, ['note', 'hint', 'temperature', 'humidity']],
    ["['temperature', 'note']", ['note', 'temperature']],
    [
      ['temperature', 'note'],
      ['note', 'temperature'],
    ],
    ["['hint', {object_id: 'h'}]", ['hint', 'humidity']],
    ["['u', 'humidity']", ['humidity']],
    ['t > 20', ['note', 'hint', 'temperature', 'humidity']],
    ['t < 20', ['note', 'hint', 'u', 'temperature', 'humidity']],
    ["t > 20 ? ['temperature'] : true", ['temperature']],
    ['"true"', ['note', 'hint', 'temperature', 'humidity']],
  ] as [NonNullable<Device['explicitAttrs']>, string[]][])('%j lets through %j', (explicitAttrs, names) => {
    const { own } = mapMeasure({ ...device, explicitAttrs }, { t: 21, h: 40, u: 1 });
    expect(Object.keys(own)).toEqual(['id', 'type', ...names]);
  });

  it('that cannot tell lets the configured attributes through, and says so', () => {
    expect(mapMeasure({ ...device, explicitAttrs: 't|addreduce' }, { t: 21, u: 1 })).toMatchObject({
      warnings: [
        'explicitAttrs cannot be computed, so only configured attributes go on: a list is needed, not 21',
      ],
    });
    expect(mapMeasure({ ...device, explicitAttrs: 'u' }, { t: 21, u: 1 })).toMatchObject({
      warnings: ['explicitAttrs gives neither true, false nor a list: only configured attributes go on'],
    });
  });
});

describe('what nobody has configured', () => {
  const attributes = [
    active({ object_id: 't', name: 'temperature' }),
    active({ name: 'y', expression: 'z * 2' }),
  ];
  it.each([
    ['keep', ['u', 'z', 'temperature', 'y']],
    ['drop', ['temperature', 'y']],
  ] as const)('is subject to %s, whatever explicitAttrs is', (unmapped, names) => {
    const { own } = mapMeasure(
      { attributes, unmapped, explicitAttrs: unmapped === 'keep' },
      { t: 1, u: 2, z: 3 },
    );
    expect(Object.keys(own)).toEqual(['id', 'type', ...names]);
  });

  it('sends the whole measure to quarantine by name, unless an expression asks for it', () => {
    expect(mapMeasure({ attributes, unmapped: 'quarantine' }, { t: 1, u: 2 })).toMatchObject({
      kind: 'invalid',
      attribute: 'u',
      rule: 'is not configured for device d1: add it to the attributes, or set unmapped to keep or drop',
    });
    const listed = { attributes, unmapped: 'quarantine', explicitAttrs: ['temperature'] } as const;
    expect(mapMeasure(listed, { u: 2 }).kind).toBe('invalid');
    expect(valuesOf({ attributes, unmapped: 'quarantine' }, { t: 1, z: 3 })).toEqual({
      temperature: 1,
      y: 6,
    });
  });
});

describe('entityNameExp', () => {
  it('names the Entity, in the place of its entity_name', () => {
    const entityNameExp = "id + '__' + sn";
    const { entities } = mapMeasure({ entityNameExp }, { t: 1, sn: 'ABCDEF' });
    expect(Object.keys(entities)).toEqual(['urn:ngsi-ld:Thing:d1__ABCDEF']);
    expect(mapMeasure({ entityNameExp }, { t: 1 })).toMatchObject({
      kind: 'invalid',
      attribute: 'entityNameExp',
      rule: "gives no name for this measure: id + '__' + sn",
    });
    expect(mapMeasure({ entityNameExp: 't|addreduce' }, { t: 1 })).toMatchObject({
      kind: 'invalid',
      rule: 'cannot be computed: a list is needed, not 1',
    });
  });
});

describe('TimeInstant', () => {
  const timeOf = (overrides: Partial<Device>, values: { readonly [name: string]: Json }, isLocal?: true) => {
    const time = { observedAt: OBSERVED_AT, ...(isLocal === undefined ? {} : { isLocal }) };
    const mapped = plainToEntity(plainDevice(overrides), values, time);
    const [first] = mapped.kind === 'entities' ? mapped.entities : [];
    return new Date((first as MappedEntity).observedAt / 1000).toISOString();
  };

  it('in the values comes before that of the message, and one that is mapped before both', () => {
    const TimeInstant = '2026-11-24T09:00:00Z';
    expect(timeOf({}, { t: 1, TimeInstant })).toBe('2026-11-24T09:00:00.000Z');
    expect(timeOf({}, { t: 1, TimeInstant: 'today' })).toBe('2026-11-24T10:00:00.250Z');
    const attributes = [
      active({ name: 'TimeInstant', type: 'DateTime', expression: '(ts * 1000)|toisodate' }),
    ];
    expect(timeOf({ attributes }, { t: 1, TimeInstant, ts: 1_795_000_000 })).toBe('2026-11-18T11:06:40.000Z');
  });

  it('without an offset is in the zone of the device', () => {
    const timezone = 'America/New_York';
    expect(timeOf({ timezone }, { t: 1, TimeInstant: '2026-07-01T08:00:00' })).toBe(
      '2026-07-01T12:00:00.000Z',
    );
    expect(timeOf({ timezone }, { t: 1, TimeInstant: '2026-07-01T08:00:00Z' })).toBe(
      '2026-07-01T08:00:00.000Z',
    );
    expect(timeOf({ timezone }, { t: 1 }, true)).toBe('2026-11-24T15:00:00.250Z');
    expect(timeOf({ timezone }, { t: 1 })).toBe('2026-11-24T10:00:00.250Z');
    expect(timeOf({}, { t: 1 }, true)).toBe('2026-11-24T10:00:00.250Z');
  });

  it('that is mapped and no time is refused with a warning', () => {
    const attributes = [active({ object_id: 'ts', name: 'TimeInstant', type: 'DateTime' })];
    expect(mapMeasure({ attributes }, { t: 1, ts: 'soon' })).toMatchObject({
      own: { t: { observedAt: OBSERVED_AT_TEXT } },
      warnings: ['TimeInstant is "soon", which is no ISO 8601 time: the time of arrival stands'],
    });
  });
});

describe('an attribute with a quantity', () => {
  const room = { entityType: 'Room', entityName: 'urn:ngsi-ld:Thing:d1' };

  it('has unit, value and target of the quantity table', () => {
    const attributes = [
      active({ object_id: 't', name: 'temperature', quantity: 'temperature', unit: 'FAH' }),
      active({ object_id: 'h', name: 'relativeHumidity', quantity: 'relativeHumidity' }),
      active({ object_id: 'p', name: 'ownPressure', quantity: 'pressure', unit: 'hPa' }),
    ];
    const { own } = mapMeasure({ ...room, attributes }, { t: '68', h: 41.6, p: 1000 });
    expect(own).toMatchObject({
      temperature: { type: 'Property', value: 20, unitCode: 'CEL', observedAt: OBSERVED_AT_TEXT },
      relativeHumidity: { value: 0.416, unitCode: 'C62' },
      ownPressure: { value: 1000, unitCode: 'A97', observedAt: OBSERVED_AT_TEXT },
    });
    const bin = {
      entityType: 'WasteContainer',
      entityName: 'urn:ngsi-ld:Thing:d1',
      staticAttributes: [fixed({ name: 'location', type: 'geo:json', value: POINT })],
      internalAttributes: { emptyDistance: 2000, fullDistance: 200 },
      attributes: [active({ object_id: 'd', name: 'distance', quantity: 'distance', unit: 'cm' })],
    };
    expect(mapMeasure(bin, { d: 123.4, unmapped: 1 }).kind).toBe('invalid');
    expect(mapMeasure({ ...bin, explicitAttrs: true }, { d: 123.4 }).own).toMatchObject({
      fillingLevel: { value: 0.4256 },
    });
  });

  it('is refused by name beyond what sensors can tell, and for what is no value', () => {
    const attributes = [active({ object_id: 't', name: 'temperature', quantity: 'temperature' })];
    expect(mapMeasure({ ...room, attributes }, { t: -273 })).toMatchObject({
      kind: 'invalid',
      attribute: 'temperature',
    });
    const renamed = [active({ object_id: 't', name: 'inside', quantity: 'temperature' })];
    expect(mapMeasure({ ...room, attributes: renamed }, { t: 999 })).toMatchObject({
      kind: 'invalid',
      attribute: 'inside',
    });
    expect(mapMeasure({ ...room, attributes: renamed }, { t: 'warm' })).toMatchObject({
      kind: 'invalid',
      attribute: 'inside',
      rule: 'must be a number',
    });
  });
});

describe('digits that are lost', () => {
  it.each([[2 ** 53], [[1, { a: -1e16 }]], [1e300]] as Json[][])(
    'are never written: %j goes to quarantine by name',
    (value = null) => {
      expect(mapMeasure({}, { serial: value })).toMatchObject({
        kind: 'invalid',
        attribute: 'serial',
        rule: expect.stringContaining('send it as text'),
      });
    },
  );

  it('are not those of numbers that are whole up to 2^53, or no whole numbers', () => {
    expect(valuesOf({}, { a: 9_007_199_254_740_991, b: 0.1, c: '9007199254740993' })).toEqual({
      a: 9_007_199_254_740_991,
      b: 0.1,
      c: '9007199254740993',
    });
  });
});
