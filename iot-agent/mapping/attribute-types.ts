import { formatDateTime, parseDateTime } from '../date-time.ts';
import type { Json } from '../measurement.ts';
import type { NormalizedAttribute } from './attribute.ts';
import { resemblesGeometry, toGeometry, toLine, toPoint, toPolygon } from './geo-values.ts';

type Convert = (value: Json) => NormalizedAttribute | undefined;

/** One type of a configured attribute: how its value becomes an NGSI-LD Attribute, and what it must look like. */
interface AttributeType {
  readonly expects: string;
  readonly convert: Convert;
}

const property = (value: Json | undefined): NormalizedAttribute | undefined =>
  value === undefined ? undefined : { type: 'Property', value };
const geoProperty = (value: Json | undefined): NormalizedAttribute | undefined =>
  value === undefined ? undefined : { type: 'GeoProperty', value };

function toNumber(value: Json): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function toBoolean(value: Json): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === '1' || value === 'true') return true;
  return value === 0 || value === '0' || value === 'false' ? false : undefined;
}

function toDateTime(value: Json): Json | undefined {
  const micros = typeof value === 'string' ? parseDateTime(value) : undefined;
  return micros === undefined ? undefined : { '@type': 'DateTime', '@value': formatDateTime(micros) };
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?$/;

/** A day, of a date or of a date and time. */
function toDate(value: Json): Json | undefined {
  const micros = typeof value === 'string' ? parseDateTime(value) : undefined;
  if (micros === undefined) return undefined;
  const isDay = typeof value === 'string' && DATE.test(value);
  return { '@type': 'Date', '@value': isDay ? value : formatDateTime(micros).slice(0, 10) };
}

/** A time of day, in UTC. */
function toTime(value: Json): Json | undefined {
  const time = typeof value === 'string' ? value.replace(/Z$/, '') : '';
  return TIME.test(time) ? { '@type': 'Time', '@value': `${time}Z` } : undefined;
}

const URI = /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/;

/** Whether a value is a URI, as Relationships and datasetIds must be. */
export function isUri(value: Json): value is string {
  return typeof value === 'string' && URI.test(value);
}

function toRelationship(value: Json): NormalizedAttribute | undefined {
  const targets = Array.isArray(value) ? value : [value];
  if (targets.length === 0 || !targets.every(isUri)) return undefined;
  return { type: 'Relationship', object: value };
}

const isObject = (value: Json): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const NUMBER: AttributeType = { expects: 'a number', convert: (value) => property(toNumber(value)) };
const DATE_TIME: AttributeType = {
  expects: 'an ISO 8601 date and time',
  convert: (value) => property(toDateTime(value)),
};
const GEOMETRY: AttributeType = {
  expects: 'a GeoJSON geometry, its positions [longitude, latitude] in degrees',
  convert: (value) => geoProperty(toPoint(value)),
};
const POINT: AttributeType = {
  expects: 'a point in degrees: GeoJSON, "latitude, longitude" or [longitude, latitude]',
  convert: (value) => geoProperty(toPoint(value)),
};

/** A GeoJSON type that configurations name: the geometry itself, or its coordinates. */
const geometryType = (type: string): AttributeType => ({
  expects: `a GeoJSON ${type} or its coordinates, positions [longitude, latitude] in degrees`,
  convert: (value) => geoProperty(toGeometry(type, value)),
});

/** FIWARE and NGSI-LD type names, in lower case. All others are Properties with the value as it is. */
const TYPES: ReadonlyMap<string, AttributeType> = new Map<string, AttributeType>([
  ['number', NUMBER],
  ['integer', NUMBER],
  ['float', NUMBER],
  ['double', NUMBER],
  ['boolean', { expects: 'true or false', convert: (value: Json) => property(toBoolean(value)) }],
  ['datetime', DATE_TIME],
  ['iso8601', DATE_TIME],
  ['date', { expects: 'an ISO 8601 date', convert: (value: Json) => property(toDate(value)) }],
  ['time', { expects: 'a time such as 08:30:00Z', convert: (value: Json) => property(toTime(value)) }],
  ...['LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon'].map(
    (type) => [type.toLowerCase(), geometryType(type)] as const,
  ),
  ['geo:json', GEOMETRY],
  ['geoproperty', GEOMETRY],
  ['geo:point', POINT],
  ['point', POINT],
  [
    'geo:line',
    { expects: 'a list of "latitude, longitude"', convert: (value: Json) => geoProperty(toLine(value)) },
  ],
  [
    'geo:polygon',
    {
      expects: 'a closed list of "latitude, longitude"',
      convert: (value: Json) => geoProperty(toPolygon(value)),
    },
  ],
  ['relationship', { expects: 'a URI, or a list of URIs', convert: toRelationship }],
  [
    'languageproperty',
    {
      expects: 'an object of texts by language',
      convert: (value: Json) =>
        isObject(value) ? { type: 'LanguageProperty', languageMap: value } : undefined,
    },
  ],
  [
    'vocabproperty',
    {
      expects: 'a word or a list of words',
      convert: (value: Json) => (isObject(value) ? undefined : { type: 'VocabProperty', vocab: value }),
    },
  ],
  ['jsonproperty', { expects: 'JSON', convert: (value: Json) => ({ type: 'JsonProperty', json: value }) }],
  [
    'listproperty',
    {
      expects: 'a list',
      convert: (value: Json) =>
        Array.isArray(value) ? { type: 'ListProperty', valueList: value } : undefined,
    },
  ],
]);

/**
 * How values of a type that a configuration gives become Attributes (FIWARE `Number`, `geo:point`, `Relationship`…, or an NGSI-LD
 * kind): the Attribute, or in words what a value of the type must be.
 */
export function typeConverter(type: string): (value: Json) => NormalizedAttribute | string {
  const known = TYPES.get(type.toLowerCase());
  if (known === undefined) return (value) => ({ type: 'Property', value });
  const rule = `must be ${known.expects}, as its type ${type} says`;
  return (value) => known.convert(value) ?? rule;
}

/** The Attribute of a value of this type, as `typeConverter` makes it. */
export function typedAttribute(type: string, value: Json): NormalizedAttribute | string {
  return typeConverter(type)(value);
}

/** The Attribute of a value of which nothing is known: a GeoProperty if it looks like a geometry, else a Property. */
export function untypedAttribute(value: Json): NormalizedAttribute {
  return { type: resemblesGeometry(value) ? 'GeoProperty' : 'Property', value };
}
