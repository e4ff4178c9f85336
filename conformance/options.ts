import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What to run, and against which broker. */
export interface Options {
  /** A checkout of the suite. */
  readonly suite: string;
  /** Folders or files below its TP/NGSI-LD; empty for all. */
  readonly targets: readonly string[];
  /** STORE_URL of the broker. */
  readonly store: string;
  readonly port: number;
  /** The program that runs Robot Framework. */
  readonly robot: string;
  /** A folder of @contexts for a machine without internet. */
  readonly contexts?: string;
  /** Where Robot Framework leaves its output, log and report. */
  readonly results?: string;
}

/** How the program is called. */
export const usage = `npm run conformance -- SUITE [TARGET...] [--store URL] [--port N] [--robot PROGRAM] [--contexts FOLDER] [--results FOLDER]
  SUITE       checkout of the NGSI-LD test suite; nothing is written to it
  TARGET      folders or files below its TP/NGSI-LD (default: all); each has a broker of its own, one after the other
  --store     STORE_URL of the broker; must be empty, and is emptied (default: sqlite::memory:)
  --port      port of the broker (default: 9090, by which two tests of jsonldContext know it)
  --robot     the robot program (default: robot)
  --contexts  CONTEXTS_DIRECTORY of the broker, for a machine without internet
  --results   folder for the output, log and report of Robot Framework (default: none are made)
`;

/** Reads the command line, or throws an Error that says what is wrong with it. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      store: { type: 'string', default: 'sqlite::memory:' },
      port: { type: 'string', default: '9090' },
      robot: { type: 'string', default: 'robot' },
      contexts: { type: 'string' },
      results: { type: 'string' },
    },
  });
  const [suite, ...targets] = positionals;
  if (suite === undefined) throw new Error('SUITE is missing: give the folder of a checkout of the suite');
  const { contexts, results, ...rest } = values;
  return {
    ...rest,
    suite,
    targets,
    port: portOf(values.port),
    // A name alone is looked up in PATH; a path must hold in the suite's folder, too.
    robot: values.robot.includes('/') ? resolve(values.robot) : values.robot,
    ...(contexts !== undefined && { contexts }),
    ...(results !== undefined && { results }),
  };
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`--port is ${text}: it must be a whole number from 1 to 65535`);
}
