import { Refused } from '../agent-client.ts';
import { type Command, type Given, optionOf, positionalOf, UsageError } from '../command.ts';
import { fieldsOf } from '../fields.ts';
import { fileToSend } from '../read-file.ts';
import { importOutcome } from '../report.ts';

/** Milliseconds: a hundred thousand rows take their time. */
const timeout = 600_000;

const typesByEnding: ReadonlyMap<string, string> = new Map([
  ['csv', 'text/csv'],
  ['json', 'application/json'],
  ['ndjson', 'application/x-ndjson'],
  ['jsonl', 'application/x-ndjson'],
]);

/** `carillon device import`. */
export const deviceImport: Command = {
  group: 'device',
  name: 'import',
  summary: 'registers the devices of a CSV or JSON file, and changes those that are there',
  positionals: ['file'],
  options: {
    'dry-run': { about: 'only says what would be done' },
    mode: {
      value: 'upsert|create',
      about: 'create refuses devices that are there; upsert, the default, changes them',
    },
    atomic: { about: 'all rows or none' },
  },
  examples: [
    'carillon device import sensors.csv --dry-run',
    'carillon device import sensors.csv --tenant harbour',
  ],
  run: async (agent, given) => {
    const file = positionalOf(given, 0);
    const contentType = typeOf(file);
    const body = await fileToSend(file);
    const query = {
      mode: modeOf(given),
      dryRun: given.options.has('dry-run') ? 'true' : undefined,
      atomic: given.options.has('atomic') ? 'true' : undefined,
    };
    const report = await agent
      .call({ method: 'POST', path: ['iot', 'import'], query, body, contentType, timeout })
      .catch(reportIn);
    return importOutcome(report);
  },
};

function modeOf(given: Given): string | undefined {
  const mode = optionOf(given, 'mode');
  if (mode === undefined || mode === 'upsert' || mode === 'create') return mode;
  throw new UsageError(`--mode is ${JSON.stringify(mode)}: it must be upsert or create`);
}

function typeOf(file: string): string {
  const type = typesByEnding.get(/\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? '');
  if (type !== undefined) return type;
  throw new UsageError(
    `${file} must end in ${[...typesByEnding.keys()].join(', ')}, which says what is in it`,
  );
}

/** Of an atomic import that was refused, the report comes with the refusal. */
function reportIn(error: unknown): unknown {
  if (error instanceof Refused && 'rows' in fieldsOf(error.answer)) return error.answer;
  throw error;
}
