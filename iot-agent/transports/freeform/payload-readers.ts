import { parse as parseCsv } from 'csv-parse/sync';
import { cbor } from '../../codecs/cbor.ts';
import type { Json, PlainMeasure } from '../../measurement.ts';
import type { PayloadFormat, TopicTemplate } from '../../registry/topic-template.ts';
import { TemplateError } from '../../registry/topic-template.ts';
import { EnvelopeError, jsonOf, parseJson } from '../envelope.ts';
import { castText } from '../plain/cast-text.ts';
import { parseMeasures } from '../plain/iot-agent-json.ts';
import { maxMeasures } from '../plain/measure-origin.ts';
import { parseUltraLight } from '../plain/ultralight.ts';
import { compileJsonPath } from './json-path.ts';
import type { Place, PlaceNames, PlaceScope } from './place.ts';

/** A measure in a payload; what it lacks comes from the topic or the arrival. */
export interface FoundMeasure {
  readonly values: PlainMeasure['values'];
  readonly time?: Pick<PlainMeasure, 'observedAt' | 'isLocal'>;
  readonly bytes?: Uint8Array;
  /** Where device id, time and captured values are looked for. */
  readonly scope: PlaceScope;
}

/** Reads the measures in a payload. @throws EnvelopeError */
export type ReadPayload = (payload: Uint8Array, captures: PlaceScope['captures']) => readonly FoundMeasure[];

/** What making a reader asks. */
export interface ReaderParts {
  readonly template: TopicTemplate;
  readonly names: PlaceNames;
  /** Places of the template's values, by name. */
  readonly places: ReadonlyMap<string, Place>;
}

/** The readers, by format. Each throws a TemplateError when the template lacks what the format needs. */
export const payloadReaders: Readonly<Record<PayloadFormat, (parts: ReaderParts) => ReadPayload>> = {
  json: (parts) => documentReader(parts, (payload) => jsonIn(parseJson(textIn(payload)))),
  cbor: (parts) => documentReader(parts, cborIn),
  csv: csvReader,
  text: ({ template: { name, decimalComma = false } }) => {
    if (name === undefined) throw new TemplateError('a template of the format text needs name, of its value');
    return (payload, captures) => {
      const value = castText(textIn(payload).trim(), { decimalComma });
      return [{ values: Object.fromEntries([[name, value]]), scope: { captures } }];
    };
  },
  bytes: ({ template: { name } }) =>
    name === undefined
      ? (bytes, captures) => [{ values: {}, bytes, scope: { captures } }]
      : (bytes, captures) => {
          const digits = Buffer.from(bytes).toString('hex');
          return [{ values: Object.fromEntries([[name, digits]]), scope: { captures } }];
        },
  ultralight: () => (payload, captures) =>
    parseUltraLight(textIn(payload), nobody).map((measure) => found(measure, { captures })),
};

/** Readers of FIWARE's forms are told who sends, which is not known here yet; a time that it keeps is none of the message. */
const nobody = { apikey: '', deviceId: '', observedAt: -1 };

function found({ values, observedAt, isLocal }: PlainMeasure, scope: PlaceScope): FoundMeasure {
  if (observedAt === nobody.observedAt) return { values, scope };
  return { values, scope, time: { observedAt, ...(isLocal === undefined ? {} : { isLocal }) } };
}

function documentReader(
  { template, places }: ReaderParts,
  parse: (payload: Uint8Array) => Json,
): ReadPayload {
  const each = template.each === undefined ? undefined : compileJsonPath(template.each, 'each');
  return (payload, captures) => {
    const root = parse(payload);
    const documents = each === undefined ? [root] : each(root);
    if (documents.length > maxMeasures)
      throw new EnvelopeError(`a message may hold ${maxMeasures} measures, this one has ${documents.length}`);
    if (documents.length === 0) throw new EnvelopeError(`there is no measure at ${template.each}`);
    const inRoot: PlaceScope['inRoot'] = new Map();
    return documents.flatMap((document) => {
      const scope = { captures, document, root, inRoot };
      // Without places, the members are what is measured, as in FIWARE's form.
      if (template.values === undefined)
        return parseMeasures(document, nobody).map((measure) => found(measure, scope));
      return [{ values: valuesAt(places, scope, template), scope }];
    });
  };
}

function valuesAt(places: ReadonlyMap<string, Place>, scope: PlaceScope, template: TopicTemplate) {
  const { decimalComma = false, values: wanted } = template;
  const values = [...places].flatMap(([name, place]): [string, Json][] => {
    const value = place(scope);
    if (value === undefined) return [];
    return [[name, decimalComma && typeof value === 'string' ? castText(value, { decimalComma }) : value]];
  });
  if (values.length === 0)
    throw new EnvelopeError(`nothing that is looked for is in it: ${JSON.stringify(wanted).slice(0, 300)}`);
  return Object.fromEntries(values);
}

function csvReader({ template, names }: ReaderParts): ReadPayload {
  const { columns, decimalComma = false } = template;
  if (columns === undefined)
    throw new TemplateError('a template of the format csv needs columns, a list of names');
  const { separator = decimalComma ? ';' : ',' } = template;
  // A column that says who or when is no measure.
  const described = new Set(
    [template.time, template.deviceId].filter((place) => names.columns.includes(place ?? '')),
  );
  return (payload, captures) =>
    rowsIn(textIn(payload), separator).map((row) => {
      const cells = new Map(
        columns.flatMap((name, index): [string, Json][] => {
          const text = row[index];
          return name === null || text === undefined || text === ''
            ? []
            : [[name, castText(text, { decimalComma })]];
        }),
      );
      const values = Object.fromEntries([...cells].filter(([name]) => !described.has(name)));
      return { values, scope: { captures, cells } };
    });
}

function rowsIn(text: string, delimiter: string): readonly (readonly string[])[] {
  const options = { delimiter, trim: true, bom: true, skip_empty_lines: true, relax_column_count: true };
  try {
    const rows: string[][] = parseCsv(text, { ...options, to: maxMeasures + 1 });
    if (rows.length > maxMeasures) throw new EnvelopeError(`a message may hold ${maxMeasures} measures`);
    if (rows.length === 0) throw new EnvelopeError('the message is empty');
    return rows;
  } catch (error) {
    if (error instanceof EnvelopeError) throw error;
    throw new EnvelopeError(`the message is no CSV: ${(error as Error).message}`);
  }
}

function cborIn(bytes: Uint8Array): Json {
  const result = cbor.decode({ bytes });
  if (result.kind === 'decoded') return result.data;
  throw new EnvelopeError(`the message is no CBOR: ${result.errors.join('; ')}`);
}

function jsonIn(value: unknown): Json {
  const json = jsonOf(value);
  if (json === undefined) throw new EnvelopeError('the message is nested too deeply');
  return json;
}

function textIn(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
}

/** Whether the format has a document that JSONPaths look into. */
export function hasDocument(format: PayloadFormat): boolean {
  return format === 'json' || format === 'cbor';
}
