/** A line of the report. What a line has no figure for is absent. */
export interface Row {
  readonly title: string;
  readonly perSecond?: number;
  /** Milliseconds, as the client sees them. */
  readonly p50?: number;
  readonly p99?: number;
  /** CPU milliseconds a request, until the last answer. */
  readonly cpu?: number;
  /** As `cpu`, with the history and deliveries that follow the answers. */
  readonly cpuUntilCalm?: number;
  readonly floorCpu?: number;
  readonly goal: string;
  readonly isMet: boolean;
  readonly note: string;
}

const columns: readonly { readonly title: string; readonly width: number; text(row: Row): string }[] = [
  { title: 'work', width: 26, text: ({ title }) => title },
  { title: '/s', width: 8, text: ({ perSecond }) => decimals(perSecond, 0) },
  { title: 'p50 ms', width: 8, text: ({ p50 }) => decimals(p50, 1) },
  { title: 'p99 ms', width: 8, text: ({ p99 }) => decimals(p99, 1) },
  { title: 'CPU ms', width: 8, text: ({ cpu }) => decimals(cpu, 3) },
  { title: 'and after', width: 10, text: ({ cpuUntilCalm }) => decimals(cpuUntilCalm, 3) },
  { title: 'floor', width: 8, text: ({ floorCpu }) => decimals(floorCpu, 3) },
  { title: 'ratio', width: 7, text: (row) => decimals(ratioOf(row), 1) },
  { title: 'goal', width: 16, text: ({ goal }) => goal },
  { title: 'met', width: 5, text: ({ isMet }) => (isMet ? 'yes' : 'NO') },
  { title: 'note', width: 0, text: ({ note }) => note },
];

/** The head of the table. */
export function headLine(): string {
  return line(columns.map(({ title }) => title));
}

/** One row of the table. */
export function rowLine(row: Row): string {
  return line(columns.map(({ text }) => text(row)));
}

function line(cells: readonly string[]): string {
  const padded = cells.map((cell, index) => {
    const width = columns[index]?.width ?? 0;
    return index === 0 || index >= 8 ? cell.padEnd(width) : `${cell.padStart(width - 1)} `;
  });
  return padded.join('').trimEnd();
}

function ratioOf({ cpu, floorCpu }: Row): number | undefined {
  return cpu === undefined || !floorCpu ? undefined : cpu / floorCpu;
}

function decimals(value: number | undefined, digits: number): string {
  return value === undefined ? '' : value.toFixed(digits);
}
