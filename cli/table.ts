/** Rows as lines of columns that are as wide as they must be; what is absent is a dash. */
export function table(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = [header, ...rows.map((row) => row.map(cellOf))];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => lengthOf(row[column] ?? ''))));
  return cells
    .map((row) =>
      row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell))).join('  '),
    )
    .map((line) => line.trimEnd())
    .join('\n');
}

function lengthOf(text: string): number {
  return [...text].length;
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null || value === '') return '-';
  return shown(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Without control characters: what is shown was written by others, and a terminal obeys them. */
function shown(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => (character === '\n' ? ' ' : '\uFFFD'));
}

/** Members of an object, one a line. */
export function properties(values: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(values).filter(([, value]) => value !== undefined);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${cellOf(value)}`).join('\n');
}
