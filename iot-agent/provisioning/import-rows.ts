import type { Json } from '../measurement.ts';
import { cellValue, unguarded } from './cells.ts';
import { columnOf, unknownColumn } from './columns.ts';
import { type CsvRecord, csvRecords, decoded, FileError } from './csv-records.ts';
import type { Fault } from './draft.ts';
import { type ImportRow, rowSettings } from './import-row.ts';

/** What reading the rows of a file asks. */
export interface RowParts {
  /** Settings of device models, which may have columns of their own. */
  readonly internalNames: ReadonlySet<string>;
  /** Told what of the file as a whole is left out. */
  readonly warn: (message: string) => void;
}

/** The rows of a CSV file with a header, as they come in. @throws FileError */
export async function* csvRows(bytes: AsyncIterable<Uint8Array>, parts: RowParts): AsyncGenerator<ImportRow> {
  let columns: readonly (string | undefined)[] | undefined;
  for await (const record of csvRecords(bytes)) {
    if (columns === undefined) columns = headerOf(record, parts);
    else yield { row: record.row, content: contentOf(record, columns) };
  }
  if (columns === undefined) throw new FileError('the file is empty: its first line must name the columns');
}

function headerOf({ cells }: CsvRecord, { internalNames, warn }: RowParts): readonly (string | undefined)[] {
  const columns = cells.map((cell) => columnOf(unguarded(cell), internalNames));
  if (columns.every((column) => column === undefined))
    throw new FileError('the first line must name the columns, such as devEui,model,name,lat,lon');
  for (const [index, column] of columns.entries()) {
    if (column === undefined) {
      if (cells[index] !== '') warn(unknownColumn(cells[index] ?? ''));
    } else if (columns.indexOf(column) !== index)
      throw new FileError(`the first line has two columns for ${column}: leave one of them out`);
  }
  return columns;
}

function contentOf({ cells, delimiter }: CsvRecord, columns: readonly (string | undefined)[]) {
  const fields: [string, Json][] = [];
  const surplus = cells.slice(columns.length).find((cell) => cell !== '');
  if (surplus !== undefined)
    return {
      reason: `the row has ${cells.length} cells, and the header ${columns.length}: quote those with a delimiter`,
    };
  for (const [index, column] of columns.entries()) {
    const text = unguarded(cells[index] ?? '');
    // An empty cell says nothing: it does not remove what is there.
    if (column === undefined || text === '') continue;
    const cell = cellValue(column, text, delimiter !== ',');
    if ('rule' in cell)
      return { field: column, reason: `${column} is ${JSON.stringify(text.slice(0, 80))}: it ${cell.rule}` };
    fields.push([column, cell.value]);
  }
  return rowSettings(Object.fromEntries(fields));
}

/** The rows of a file with a JSON object on each line, as they come in. @throws FileError */
export async function* lineRows(
  bytes: AsyncIterable<Uint8Array>,
  parts: RowParts,
): AsyncGenerator<ImportRow> {
  let row = 0;
  for await (const line of lines(decoded(bytes))) {
    row += 1;
    if (line.trim() === '') continue;
    yield { row, content: lineContent(line, parts) };
  }
}

function lineContent(line: string, parts: RowParts): ImportRow['content'] {
  try {
    return entryContent(JSON.parse(line), parts);
  } catch (error) {
    if (error instanceof SyntaxError) return { reason: `the line is no JSON (${error.message})` };
    throw error;
  }
}

const longestLine = 1_048_576;

async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of text) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > longestLine)
      throw new FileError('a line is longer than 1 MB: write one object on each');
    yield* parts;
  }
  if (rest !== '') yield rest;
}

/** The rows of a list that was read already. */
export async function* listRows(entries: readonly unknown[], parts: RowParts): AsyncGenerator<ImportRow> {
  for (const [index, entry] of entries.entries())
    yield { row: index + 1, content: entryContent(entry, parts) };
}

/** Members that mean nothing are kept with the device, which its warnings say. */
function entryContent(entry: unknown, { internalNames }: RowParts): ImportRow['content'] | Fault {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    return { reason: 'a device must be an object with its settings' };
  const fields = Object.entries(entry).map(
    ([name, value]) => [columnOf(name, internalNames) ?? name, value as Json] as const,
  );
  return rowSettings(Object.fromEntries(fields));
}
