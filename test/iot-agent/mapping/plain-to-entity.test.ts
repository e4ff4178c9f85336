import { describe, expect, it } from '@jest/globals';
import { plainToEntity } from '../../../iot-agent/mapping/plain-to-entity.ts';
import type { Json } from '../../../iot-agent/measurement.ts';
import type { ActiveAttribute, StaticAttribute } from '../../../iot-agent/registry/device.ts';
import { OBSERVED_AT, OBSERVED_AT_TEXT, POINT, plainDevice, single } from './sample-device.ts';

const mapOne = (...measure: Parameters<typeof plainToEntity>) => single(plainToEntity(...measure));
const observed = (value: Json): object => ({ type: 'Property', value, observedAt: OBSERVED_AT_TEXT });
const active = (attribute: Partial<ActiveAttribute>): ActiveAttribute => ({
  name: 'x',
  type: 'Text',
  ...attribute,
});

describe('plainToEntity', () => {
  it('keeps keys that nothing is configured for, under their own names', () => {
    expect(mapOne(plainDevice(), { t: 23, l: { a: 2 }, s: 'x', list: [1] }, OBSERVED_AT)).toEqual({
      kind: 'entity',
      context: '',
      observedAt: OBSERVED_AT,
      entity: {
        id: 'urn:ngsi-ld:Thing:d1',
        type: 'Thing',
        t: observed(23),
        l: observed({ a: 2 }),
        s: observed('x'),
        list: observed([1]),
      },
    });
  });

  it('keeps measures in an Entity of the type Device, as FIWARE has it', () => {
    const device = plainDevice({
      entityType: 'Device',
      entityName: 'urn:ngsi-ld:Device:d1',
      attributes: [active({ object_id: 't', name: 'temperature', type: 'Property' })],
      staticAttributes: [
        { name: 'controlledAsset', type: 'Relationship', value: 'urn:ngsi-ld:Building:barn1' },
      ],
    });
    expect(mapOne(device, { t: 3, c: 1 }, OBSERVED_AT)).toEqual({
      kind: 'entity',
      context: expect.stringContaining('dataModel.Device/context.jsonld'),
      observedAt: OBSERVED_AT,
      entity: {
        id: 'urn:ngsi-ld:Device:d1',
        type: 'Device',
        controlledAsset: { type: 'Relationship', object: 'urn:ngsi-ld:Building:barn1' },
        temperature: observed(3),
        c: observed(1),
      },
    });
  });

  it('maps keys by object_id, to several attributes too, with type and metadata', () => {
    const device = plainDevice({
      attributes: [
        active({
          object_id: 't',
          name: 'temperature',
          type: 'Number',
          metadata: { unitCode: { value: 'CEL' }, accuracy: { value: 0.1 }, TimeInstant: { value: 'x' } },
        }),
        active({ object_id: 't', name: 'rawTemperature' }),
        active({ name: 'open', type: 'Boolean' }),
      ],
    });
    expect(mapOne(device, { t: '23.5', open: 'true' }, OBSERVED_AT)).toMatchObject({
      entity: {
        temperature: { ...observed(23.5), unitCode: 'CEL', accuracy: { type: 'Property', value: 0.1 } },
        rawTemperature: observed('23.5'),
        open: observed(true),
      },
    });
  });

  it('takes configured attributes only, when explicitAttrs says so', () => {
    const device = plainDevice({
      explicitAttrs: true,
      attributes: [active({ object_id: 't', name: 'temperature' })],
    });
    const mapped = mapOne(device, { t: 1, other: 2 }, OBSERVED_AT);
    expect(mapped).toMatchObject({ entity: { temperature: observed(1) } });
    expect(mapped).not.toHaveProperty('entity.other');
    expect(mapOne(device, { other: 2 }, OBSERVED_AT).kind).toBe('nothing');
  });

  it('renames what NGSI-LD reserves, and takes TimeInstant and null for no attribute (clause 4.5)', () => {
    const values = { id: 'a', type: 'b', scope: '/x', TimeInstant: '2026-11-24T10:00:00Z', gone: null };
    const mapped = mapOne(plainDevice(), values, OBSERVED_AT);
    expect(mapped).toMatchObject({ kind: 'entity' });
    const names = mapped.kind === 'entity' ? Object.keys(mapped.entity) : [];
    expect(names).toEqual(['id', 'type', 'measure_id', 'measure_type', 'measure_scope']);
  });

  it('repairs names that NGSI-LD does not allow, and refuses what has nothing to repair (clause 4.6.2)', () => {
    const values = JSON.parse('{"1-wire temp":1,"__proto__":2,"constructor":3,"čidlo":4}') as {
      [key: string]: Json;
    };
    const mapped = mapOne(plainDevice(), values, OBSERVED_AT);
    expect(mapped).toMatchObject({
      entity: { measure_1_wire_temp: observed(1), measure___proto__: observed(2), čidlo: observed(4) },
    });
    expect(mapped.kind === 'entity' && Object.getPrototypeOf(mapped.entity)).toBe(Object.prototype);
    expect(mapped.kind === 'entity' && Object.hasOwn(mapped.entity, 'constructor')).toBe(true);
    expect(mapOne(plainDevice(), { '?!': 1 }, OBSERVED_AT)).toMatchObject({
      kind: 'invalid',
      attribute: '?!',
    });
  });

  it.each([
    ['geo:point', '50.99, 4.55', { type: 'GeoProperty', value: POINT }],
    ['geo:point', [4.55, 50.99], { type: 'GeoProperty', value: POINT }],
    ['geo:json', POINT, { type: 'GeoProperty', value: POINT }],
    ['GeoProperty', POINT, { type: 'GeoProperty', value: POINT }],
    [
      'geo:line',
      ['1,2', '3,4'],
      {
        type: 'GeoProperty',
        value: {
          type: 'LineString',
          coordinates: [
            [2, 1],
            [4, 3],
          ],
        },
      },
    ],
    [
      'geo:polygon',
      ['0,0', '0,1', '1,1', '0,0'],
      {
        type: 'GeoProperty',
        value: {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [1, 0],
              [1, 1],
              [0, 0],
            ],
          ],
        },
      },
    ],
    ['Relationship', 'urn:ngsi-ld:Room:1', { type: 'Relationship', object: 'urn:ngsi-ld:Room:1' }],
    ['Relationship', ['urn:a:1', 'urn:a:2'], { type: 'Relationship', object: ['urn:a:1', 'urn:a:2'] }],
    [
      'DateTime',
      '2026-11-24T11:00:00+01:00',
      { type: 'Property', value: { '@type': 'DateTime', '@value': '2026-11-24T10:00:00Z' } },
    ],
    ['Integer', '7', { type: 'Property', value: 7 }],
    ['Boolean', 0, { type: 'Property', value: false }],
    ['LanguageProperty', { nl: 'hoi' }, { type: 'LanguageProperty', languageMap: { nl: 'hoi' } }],
    ['VocabProperty', 'on', { type: 'VocabProperty', vocab: 'on' }],
    ['JsonProperty', { a: 1 }, { type: 'JsonProperty', json: { a: 1 } }],
    ['ListProperty', [1, 2], { type: 'ListProperty', valueList: [1, 2] }],
    ['SomethingOfTheirs', '7', { type: 'Property', value: '7' }],
  ] as [string, Json, object][])('makes of type %s and %j the right Attribute', (type, value, attribute) => {
    const device = plainDevice({ attributes: [active({ object_id: 'k', name: 'x', type })] });
    expect(mapOne(device, { k: value }, OBSERVED_AT)).toMatchObject({ entity: { x: attribute } });
  });

  it.each([
    ['Number', 'abc', 'must be a number'],
    ['Number', '', 'must be a number'],
    ['Boolean', 'perhaps', 'must be true or false'],
    ['geo:point', '91, 4', 'must be a point'],
    ['geo:point', 'here', 'must be a point'],
    ['geo:json', { type: 'Circle', coordinates: [] }, 'must be a GeoJSON geometry'],
    ['geo:line', [1, 2], 'must be a list'],
    ['DateTime', 'yesterday', 'must be an ISO 8601'],
    ['Relationship', 'room 1', 'must be a URI'],
    ['Relationship', [], 'must be a URI'],
    ['LanguageProperty', 'hoi', 'must be an object'],
    ['ListProperty', 1, 'must be a list'],
  ] as [string, Json, string][])(
    'refuses type %s with %j, naming the attribute and the rule',
    (type, value, rule) => {
      const device = plainDevice({ attributes: [active({ object_id: 'k', name: 'x', type })] });
      expect(mapOne(device, { k: value }, OBSERVED_AT)).toEqual({
        kind: 'invalid',
        attribute: 'x',
        rule: expect.stringContaining(rule),
      });
    },
  );

  it('adds static attributes, which a measure of the same name replaces', () => {
    const staticAttributes: StaticAttribute[] = [
      { name: 'location', type: 'geo:point', value: '50.99, 4.55' },
      { name: 'floor', type: 'Number', value: '2', metadata: { unitCode: { type: 'Text', value: 'C62' } } },
      { name: 'note', type: 'Text', value: 'fixed' },
    ];
    expect(mapOne(plainDevice({ staticAttributes }), { note: 'measured' }, OBSERVED_AT)).toMatchObject({
      entity: {
        location: { type: 'GeoProperty', value: POINT },
        floor: { type: 'Property', value: 2, unitCode: 'C62' },
        note: observed('measured'),
      },
    });
    const broken = plainDevice({ staticAttributes: [{ name: 'floor', type: 'Number', value: 'two' }] });
    expect(mapOne(broken, { t: 1 }, OBSERVED_AT)).toMatchObject({
      kind: 'invalid',
      attribute: 'floor',
    });
  });

  it.each(['location', 'observationSpace', 'operationSpace'])(
    'finds a %s that is no geometry before the broker refuses it (clause 4.7)',
    (name) => {
      expect(mapOne(plainDevice(), { [name]: 1, t: 1 }, OBSERVED_AT)).toEqual({
        kind: 'invalid',
        attribute: name,
        rule: 'must be a GeoProperty: send GeoJSON',
      });
    },
  );

  it("validates the type's model, and writes its time and its unit", () => {
    const device = plainDevice({
      entityType: 'WeatherObserved',
      entityName: 'roof',
      staticAttributes: [{ name: 'location', type: 'geo:json', value: POINT }],
    });
    expect(mapOne(device, { temperature: 21.5 }, OBSERVED_AT)).toMatchObject({
      kind: 'entity',
      context: 'https://smart-data-models.github.io/dataModel.Weather/context.jsonld',
      entity: {
        id: 'urn:ngsi-ld:WeatherObserved:roof',
        dateObserved: { value: OBSERVED_AT_TEXT },
        temperature: { value: 21.5, unitCode: 'CEL' },
      },
    });
    expect(mapOne(device, { relativeHumidity: 41.6 }, OBSERVED_AT)).toMatchObject({
      kind: 'invalid',
      attribute: 'relativeHumidity',
    });
    expect(mapOne(device, { tempreature: 1 }, OBSERVED_AT)).toMatchObject({
      kind: 'invalid',
      attribute: 'tempreature',
    });
  });
});
