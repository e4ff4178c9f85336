import { parseDate, parseDateTime, parseTime } from '../date-time.ts';
import type { Attribute, AttributeKind, Json, JsonObject, Micros } from '../entity.ts';
import { isObject } from '../json-object.ts';
import { numericValue } from '../number-text.ts';
import { plainValue } from '../query/plain-value.ts';
import { chooseLanguage, type LanguagePreferences } from '../representation/language.ts';

/** What aggregation methods tell values apart by: the columns of tables 4.5.19.1-1 to 4.5.19.1-3. */
export type SampleKind = 'number' | 'array' | 'string' | 'DateTime' | 'Date' | 'Time' | 'other';

/** The value of an instance as it is aggregated. */
export interface Sample {
  readonly kind: SampleKind;
  /**
   * What is added up and compared: numbers, 1 and 0 for booleans, the size of an array, the text of a string, micros of
   * a time; 0 where nothing is.
   */
  readonly measure: number | string;
  /** What is counted as distinct: the value, or each target of a Relationship. */
  readonly values: readonly Json[];
}

const CORE = 'https://uri.etsi.org/ngsi-ld/';
const TIMES: Readonly<Record<string, (text: string) => Micros | undefined>> = {
  DateTime: parseDateTime,
  Date: parseDate,
  Time: parseTime,
};

type Reader = (instance: Attribute, lang: LanguagePreferences | undefined) => Sample;

const counted: Reader = ({ value }) => other([value]);
const targets: Reader = ({ value }) => other(Array.isArray(value) ? value : [value]);
const plain: Reader = ({ value }) => sampleOf(value);

const READERS: Readonly<Record<AttributeKind, Reader>> = {
  Property: readProperty,
  GeoProperty: counted,
  LanguageProperty: ({ value }, lang) => {
    if (lang === undefined || !isObject(value)) return other([value]);
    return sampleOf(value[chooseLanguage(value, lang)] as Json);
  },
  VocabProperty: counted,
  JsonProperty: plain,
  ListProperty: plain,
  Relationship: targets,
  ListRelationship: targets,
};

/** The sample of an instance; a LanguageProperty in a language is a string (clause 4.15). */
export function toSample(instance: Attribute, lang?: LanguagePreferences): Sample {
  return READERS[instance.kind](instance, lang);
}

function readProperty({ value, valueType }: Attribute): Sample {
  const type = isObject(value) && typeof value['@type'] === 'string' ? value['@type'] : valueType;
  const inside = plainValue(value);
  if (type === undefined) return isReference(value) ? other([value]) : sampleOf(inside);
  const name = type.startsWith(CORE) ? type.slice(CORE.length) : type;
  if (typeof inside === 'string' && Object.hasOwn(TIMES, name)) {
    const micros = TIMES[name]?.(inside);
    if (micros !== undefined) return { kind: name as SampleKind, measure: micros, values: [inside] };
  }
  return name === 'URI' || name === '@id' ? other([inside]) : sampleOf(inside);
}

function isReference(value: Json): boolean {
  return isObject(value) && Object.hasOwn(value, '@id');
}

function sampleOf(value: Json): Sample {
  const number = typeof value === 'boolean' ? Number(value) : numericValue(value);
  if (number !== undefined) return { kind: 'number', measure: number, values: [value] };
  if (typeof value === 'string') return { kind: 'string', measure: value, values: [value] };
  if (Array.isArray(value)) return { kind: 'array', measure: value.length, values: [value] };
  return other([value]);
}

function other(values: readonly Json[]): Sample {
  return { kind: 'other', measure: 0, values };
}

/** A text that two values share when they are the same JSON. */
export function textOf(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  const object = value as JsonObject;
  const members = Object.keys(object)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${textOf(object[name] as Json)}`);
  return `{${members.join()}}`;
}
