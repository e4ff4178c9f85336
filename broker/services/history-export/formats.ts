import type { Json, JsonObject } from '../../domain/entity.ts';
import { isObject } from '../../domain/json-object.ts';
import { stringifyJson } from '../../domain/json-text.ts';
import { csvRecord } from '../../domain/representation/csv.ts';
import { asFeature } from '../../domain/representation/feature.ts';
import { representTemporal } from '../../domain/representation/temporal.ts';
import type { Columns, ColumnsOptions } from './columns.ts';
import type { ExportedRow } from './rows.ts';

/** In which formats a history can be exported. */
export const exportFormats = ['csv', 'ndjson', 'geojson'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The text of an export: rows one after the other, between a beginning and an end. */
export interface RowWriter<Row> {
  readonly start: string;
  readonly end: string;
  write(row: Row, isFirst: boolean): string;
}

/** What every row has besides its columns. */
interface Placed {
  readonly place: Json;
}

/** Rows as a table: lines of NDJSON have the columns of CSV as members. */
export function tableWriter<Row extends Placed>(format: ExportFormat, columns: Columns<Row>): RowWriter<Row> {
  const { names, cells } = columns;
  const membersOf = (row: Row): JsonObject => knownMembers(names, cells(row));
  const placedCells = (row: Row) => [...cells(row), ...coordinatesOf(row.place)];
  const placedNames = [...names, 'lon', 'lat'];
  const writers: Readonly<Record<ExportFormat, RowWriter<Row>>> = {
    csv: { start: csvRecord(placedNames), end: '', write: (row) => csvRecord(placedCells(row)) },
    ndjson: {
      start: '',
      end: '',
      write: (row) => `${stringifyJson(knownMembers(placedNames, placedCells(row)))}\n`,
    },
    geojson: {
      start: '{"type":"FeatureCollection","features":[',
      end: '\n]}\n',
      write: (row, isFirst) =>
        `${isFirst ? '' : ','}\n${stringifyJson(asFeature(membersOf(row), row.place))}`,
    },
  };
  return writers[format];
}

/** Each line is the Temporal Evolution of an Entity, as far as it goes (clause 5.2.20). */
export function evolutionWriter({
  vocabulary,
  timeproperty,
}: Pick<ColumnsOptions, 'vocabulary' | 'timeproperty'>): RowWriter<ExportedRow> {
  return {
    start: '',
    end: '',
    write: ({ entity, instances }) => {
      const shown = new Map([...instances].map(([name, instance]) => [name, [instance]] as const));
      const options = { form: 'normalized', sysAttrs: true, timeproperty } as const;
      const evolution = { ...entity, instances: shown, later: new Map() };
      return `${stringifyJson(representTemporal(evolution, vocabulary, options) ?? {})}\n`;
    },
  };
}

/** Those of a point: no other geometry has one place. */
function coordinatesOf(place: Json): readonly (Json | undefined)[] {
  if (!isObject(place) || place['type'] !== 'Point') return [undefined, undefined];
  const [longitude, latitude] = place['coordinates'] as readonly number[];
  return [longitude, latitude];
}

function knownMembers(names: readonly string[], values: readonly (Json | undefined)[]): JsonObject {
  const members = names.map((name, index) => [name, values[index]] as const);
  return Object.fromEntries(members.filter((member): member is [string, Json] => member[1] !== undefined));
}
