import { pipeline, Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';

/** A file that cannot be read as what it says that it is; what comes before that place could be. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** One record of a CSV file. */
export interface CsvRecord {
  /** As spreadsheets count: the first one, the header, is 1. */
  readonly row: number;
  readonly cells: readonly string[];
  readonly delimiter: string;
}

/** Characters in which the first line must end. */
const longestHeader = 65_536;
const longestRecord = 1_048_576;
const delimiters = [',', ';', '\t'] as const;

/**
 * The records of a CSV file in UTF-8 as they come in, the header first, without empty ones. What parts the cells is the comma, semicolon
 * or tab that the first line has most of.
 * @throws FileError that names the row
 */
export async function* csvRecords(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const text = decoded(bytes)[Symbol.asyncIterator]();
  let head = '';
  while (!head.includes('\n') && head.length < longestHeader) {
    const next = await text.next();
    if (next.done === true) break;
    head += next.value;
  }
  const delimiter = delimiterOf(head.split('\n', 1)[0] ?? '');
  let broken: CsvError | undefined;
  const parser = parse({
    ...{ delimiter, bom: true, trim: true, max_record_size: longestRecord },
    ...{ relax_column_count: true, relax_quotes: true, skip_records_with_error: true },
    // What was read before the first error is still to come.
    on_skip: (error) => {
      broken ??= error;
      return undefined;
    },
  });
  // Its errors end the loop below.
  pipeline(Readable.from(startingWith(head, text)), parser, () => {});
  let row = 0;
  for await (const cells of parser as AsyncIterable<string[]>) {
    if (broken !== undefined && row >= Number(broken['records'])) break;
    row += 1;
    if (cells.some((cell) => cell !== '')) yield { row, cells, delimiter };
  }
  if (broken !== undefined) throw new FileError(`row ${row + 1} is no CSV: ${broken.message}`);
}

function delimiterOf(line: string): string {
  const counts = new Map<string, number>(delimiters.map((one) => [one, 0]));
  let isQuoted = false;
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted;
    const count = counts.get(character);
    if (!isQuoted && count !== undefined) counts.set(character, count + 1);
  }
  const [most = ','] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  return most;
}

async function* startingWith(head: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  if (head !== '') yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** The text of bytes in UTF-8, without its mark. @throws FileError */
export async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw new FileError('the file is not in UTF-8: save it as "CSV UTF-8"');
  }
}
