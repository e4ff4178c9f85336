import { parseArgs } from 'node:util';
import { workloads } from './workloads.ts';

/** The rows that take no flag. */
const quickRows = ['start', ...Object.keys(workloads), 'uplinks'] as const;

/** What to measure and how long. */
export interface Options {
  readonly rows: ReadonlySet<string>;
  readonly seconds: number;
  readonly rounds: number;
}

/** How the bench is called. */
export const usage = `npm run bench -- [--only ROW,ROW] [--memory] [--seconds N] [--rounds N]
  --only     some of: ${quickRows.join(', ')}
  --memory   the resident memory with 100,000 entities; with --only, the rows named as well
  --seconds  length of a round (default: 2)
  --rounds   rounds of a row, of which the one with the middle CPU time is shown (default: 3)
`;

/** Reads the command line, or throws an Error that says what is wrong with it. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      memory: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '3' },
    },
  });
  const rows = values.only?.split(',') ?? (values.memory ? [] : quickRows);
  const unknown = rows.find((row) => !(quickRows as readonly string[]).includes(row));
  if (unknown !== undefined)
    throw new Error(`--only knows no row ${unknown}: it takes ${quickRows.join(', ')}`);
  return {
    rows: new Set([...rows, ...(values.memory ? ['memory'] : [])]),
    seconds: positive('--seconds', values.seconds),
    rounds: Math.ceil(positive('--rounds', values.rounds)),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 600))
    throw new Error(`${name} is ${text}: it must be a number above 0, at most 600`);
  return value;
}
