import type { Json, JsonObject } from '../../domain/entity.ts';
import { isObject } from '../../domain/json-object.ts';
import { stringifyJson } from '../../domain/json-text.ts';
import { csvRecord } from '../../domain/representation/csv.ts';
import { asFeature } from '../../domain/representation/feature.ts';
import { representTemporal } from '../../domain/representation/temporal.ts';
import { COLUMNS, type Columns, type ColumnsOptions } from './columns.ts';
import type { ExportedRow, ExportShape } from './rows.ts';

/** In which formats a history can be exported. */
export const exportFormats = ['csv', 'ndjson', 'geojson'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The text of an export: rows one after the other, between a beginning and an end. */
export interface RowWriter {
  readonly start: string;
  readonly end: string;
  write(row: ExportedRow, isFirst: boolean): string;
}

export interface RowWriterOptions extends ColumnsOptions {
  readonly shape: ExportShape;
}

/** One entry for each format. */
export const FORMATS: Readonly<Record<ExportFormat, (options: RowWriterOptions) => RowWriter>> = {
  csv: (options) => {
    const { names, cells } = columnsOf(options);
    return {
      start: csvRecord([...names, 'lon', 'lat']),
      end: '',
      write: (row) => csvRecord([...cells(row), ...coordinatesOf(row.place)]),
    };
  },
  // Each line is the Temporal Evolution of an Entity, as far as it goes (clause 5.2.20).
  ndjson: ({ vocabulary, timeproperty }) => ({
    start: '',
    end: '',
    write: ({ entity, instances }) => {
      const shown = new Map([...instances].map(([name, instance]) => [name, [instance]] as const));
      const options = { form: 'normalized', sysAttrs: true, timeproperty } as const;
      const evolution = { ...entity, instances: shown, later: new Map() };
      return `${stringifyJson(representTemporal(evolution, vocabulary, options) ?? {})}\n`;
    },
  }),
  geojson: (options) => {
    const columns = columnsOf(options);
    return {
      start: '{"type":"FeatureCollection","features":[',
      end: '\n]}\n',
      write: (row, isFirst) => `${isFirst ? '' : ','}\n${stringifyJson(featureOf(row, columns))}`,
    };
  },
};

function columnsOf({ shape, ...options }: RowWriterOptions): Columns {
  return COLUMNS[shape](options);
}

/** Those of a point: no other geometry has one place. */
function coordinatesOf(place: Json): readonly (Json | undefined)[] {
  if (!isObject(place) || place['type'] !== 'Point') return [undefined, undefined];
  const [longitude, latitude] = place['coordinates'] as readonly number[];
  return [longitude, latitude];
}

function featureOf(row: ExportedRow, { names, cells }: Columns): JsonObject {
  const values = cells(row);
  const members = names.map((name, index) => [name, values[index]] as const);
  const known = members.filter((member): member is [string, Json] => member[1] !== undefined);
  return asFeature(Object.fromEntries(known), row.place);
}
