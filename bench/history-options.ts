import { parseArgs } from 'node:util';

/** What to measure, and on what. */
export interface HistoryOptions {
  readonly rows: ReadonlySet<string>;
  readonly instances: number;
  readonly entities: number;
  /** Seconds of a round of PATCH. */
  readonly seconds: number;
  /** A MongoDB server; a file in the folder without it. */
  readonly store?: string;
  /** Where files are made: the folder for what is temporary without it. */
  readonly folder?: string;
}

const rowNames = ['reads', 'export', 'patch'] as const;

/** How the bench is called. */
export const usage = `npm run bench:history -- [--instances N] [--entities N] [--store URL] [--folder PATH] [--only ROW] [--seconds N]
  --instances  of the long history (default: 1000000)
  --entities   that have them, each as many (default: 1000)
  --store      a MongoDB server; its databases are made for the run and dropped (default: SQLite on disk)
  --folder     where files go, with room for 300 bytes an instance (default: the folder of temporary files)
  --only       ${rowNames.join(', ')}; reads and patch without it
  --seconds    length of a round of PATCH (default: 4)
`;

/** Reads the command line. @throws Error that says what is wrong with it */
export function parseHistoryOptions(args: readonly string[]): HistoryOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { instances: text, entities: text, store: text, folder: text, only: text, seconds: text },
  });
  const { store, folder, only } = values;
  if (only !== undefined && !(rowNames as readonly string[]).includes(only))
    throw new Error(`--only knows no row ${only}: it takes ${rowNames.join(', ')}`);
  if (store !== undefined && !/^mongodb(\+srv)?:\/\//.test(store))
    throw new Error(
      `--store is ${store}: it takes mongodb://... or mongodb+srv://...; without it there is a SQLite file`,
    );
  const entities = whole('--entities', values.entities ?? '1000', 1_000_000);
  const instances = whole('--instances', values.instances ?? '1000000', 1_000_000_000);
  if (instances < entities)
    throw new Error(`--instances is ${instances}: each of the ${entities} entities has to have one at least`);
  return {
    rows: new Set(only === undefined ? ['reads', 'patch'] : [only]),
    ...{ instances, entities },
    seconds: whole('--seconds', values.seconds ?? '4', 600),
    ...(store !== undefined && { store }),
    ...(folder !== undefined && { folder }),
  };
}

function whole(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= most) return value;
  throw new Error(`${name} is ${text}: it must be a whole number from 1 to ${most}`);
}
