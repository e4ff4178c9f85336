import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** What the files of a folder may import besides their own folder. A row holds for the folders below without one; a file may have its own. */
interface Row {
  readonly folders: readonly string[];
  readonly packages: readonly string[];
  /** Node's own modules: `any`, or the ones named. */
  readonly node: 'any' | readonly string[];
}

const brokerInside = ['broker/domain', 'broker/jsonld', 'broker/store', 'runtime'];
const agentInside = [
  'iot-agent/codecs',
  'iot-agent/devices',
  'iot-agent/mapping',
  'iot-agent/registry',
  'iot-agent/spool',
];
const agentContracts = ['iot-agent/contracts', 'runtime'];

const rows: Readonly<Record<string, Row>> = {
  runtime: {
    folders: ['package.json'],
    packages: ['@photostructure/sqlite', 'express', 'mongodb', 'pino', 'prom-client', 'undici'],
    node: 'any',
  },
  schemas: { folders: [], packages: [], node: [] },

  // The command line speaks to the agent by HTTP alone.
  cli: {
    folders: ['iot-agent/devices'],
    packages: [],
    node: ['node:fs/promises', 'node:util'],
  },

  // main.ts and config.ts: the composition roots know everything of their own program, and nothing of the other.
  broker: {
    folders: [
      ...brokerInside,
      'broker/context-sources',
      'broker/http',
      'broker/notifications',
      'broker/services',
      'broker/store/mongo',
      'broker/store/sqlite',
      'package.json',
    ],
    packages: ['express', 'undici'],
    node: 'any',
  },
  'broker/domain': { folders: [], packages: ['re2js'], node: [] },
  'broker/jsonld': {
    folders: ['broker/domain', 'runtime', 'schemas'],
    packages: ['jsonld', 'undici'],
    node: ['node:crypto', 'node:fs/promises', 'node:path'],
  },
  'broker/store': { folders: ['broker/domain'], packages: [], node: [] },
  'broker/store/mongo': {
    folders: ['broker/store', 'broker/domain', 'runtime'],
    packages: ['mongodb'],
    node: ['node:crypto'],
  },
  'broker/store/sqlite': {
    folders: ['broker/store', 'broker/domain', 'runtime'],
    packages: ['@photostructure/sqlite'],
    node: ['node:crypto', 'node:path'],
  },
  'broker/context-sources': { folders: brokerInside, packages: ['undici'], node: ['node:crypto'] },
  'broker/notifications': {
    folders: brokerInside,
    packages: ['mqtt', 'undici'],
    node: ['node:crypto', 'node:net', 'node:tls'],
  },
  'broker/services': {
    folders: [...brokerInside, 'broker/context-sources', 'broker/notifications'],
    packages: [],
    node: ['node:crypto'],
  },
  'broker/http': {
    folders: [...brokerInside, 'broker/services', 'schemas'],
    packages: ['ajv', 'ajv-formats', 'express'],
    node: ['node:http', 'node:crypto', 'node:stream', 'node:stream/promises', 'node:zlib'],
  },

  'iot-agent': {
    folders: [
      ...agentContracts,
      ...agentInside,
      'iot-agent/broker-client.ts',
      'iot-agent/commands',
      'iot-agent/connections',
      'iot-agent/delivery',
      'iot-agent/device-sync',
      'iot-agent/dry-run',
      'iot-agent/http',
      'iot-agent/provisioning',
      'iot-agent/rules',
      'iot-agent/transports',
      'schemas',
      'package.json',
    ],
    packages: ['express', 'undici', 'ajv', 'ajv-formats'],
    node: 'any',
  },
  // What several rooms speak of; see placeOf.
  'iot-agent/contracts': { folders: ['iot-agent/devices', 'iot-agent/registry'], packages: [], node: [] },
  'iot-agent/devices': {
    folders: ['iot-agent/contracts'],
    packages: [],
    node: ['node:fs', 'node:fs/promises', 'node:path', 'node:url'],
  },
  'iot-agent/mapping': {
    folders: ['iot-agent/contracts', 'iot-agent/devices', 'iot-agent/registry', 'schemas'],
    packages: ['ajv', 'ajv-formats', 'jexl', 're2js'],
    node: [],
  },
  'iot-agent/registry': {
    folders: [...agentContracts, 'iot-agent/devices'],
    packages: ['@photostructure/sqlite', 'mongodb'],
    node: ['node:crypto', 'node:timers/promises'],
  },
  'iot-agent/spool': {
    folders: [...agentContracts, 'iot-agent/registry'],
    packages: ['@photostructure/sqlite', 'mongodb'],
    node: ['node:crypto'],
  },
  'iot-agent/codecs': {
    folders: ['iot-agent/contracts', 'iot-agent/devices', 'iot-agent/registry', 'runtime'],
    packages: ['cborg', 'quickjs-emscripten'],
    node: ['node:crypto', 'node:fs', 'node:url', 'node:worker_threads'],
  },
  // What runs inside the sandbox has nothing but itself.
  'iot-agent/codecs/sandbox/inside': { folders: [], packages: [], node: [] },
  'iot-agent/broker-client.ts': { folders: agentContracts, packages: ['undici'], node: [] },
  'iot-agent/delivery': {
    folders: [...agentContracts, ...agentInside, 'iot-agent/broker-client.ts', 'iot-agent/transports'],
    packages: [],
    node: ['node:crypto', 'node:timers/promises'],
  },
  'iot-agent/device-sync': {
    folders: ['iot-agent/contracts', 'iot-agent/provisioning', 'iot-agent/registry'],
    packages: ['undici'],
    node: ['node:timers/promises'],
  },
  'iot-agent/dry-run': {
    folders: [
      ...agentContracts,
      ...agentInside,
      'iot-agent/commands',
      'iot-agent/delivery',
      'iot-agent/transports',
    ],
    packages: [],
    node: ['node:crypto'],
  },
  'iot-agent/provisioning': {
    folders: [...agentContracts, 'iot-agent/devices', 'iot-agent/registry'],
    packages: ['csv-parse'],
    node: ['node:stream', 'node:timers/promises', 'node:util'],
  },
  'iot-agent/commands': {
    folders: [
      ...agentContracts,
      ...agentInside,
      'iot-agent/broker-client.ts',
      'iot-agent/delivery',
      'iot-agent/transports',
    ],
    packages: ['ajv', 'mongodb', 'undici'],
    node: ['node:crypto', 'node:timers', 'node:timers/promises'],
  },
  'iot-agent/connections': {
    folders: [...agentContracts, 'iot-agent/registry', 'iot-agent/transports'],
    packages: ['mqtt', 'undici'],
    node: ['node:crypto'],
  },
  'iot-agent/rules': {
    folders: [
      ...agentContracts,
      ...agentInside,
      'iot-agent/broker-client.ts',
      'iot-agent/commands',
      'iot-agent/delivery',
    ],
    packages: ['re2js', 'suncalc'],
    node: ['node:crypto', 'node:timers'],
  },
  'iot-agent/transports': {
    folders: [...agentContracts, 'iot-agent/codecs', 'iot-agent/registry', 'iot-agent/spool'],
    packages: ['aedes', 'csv-parse', 'express', 'jsonpath-rfc9535', 'mqtt'],
    node: 'any',
  },
  'iot-agent/http': {
    folders: [
      ...agentContracts,
      ...agentInside,
      'iot-agent/commands',
      'iot-agent/delivery',
      'iot-agent/connections',
      'iot-agent/device-sync',
      'iot-agent/dry-run',
      'iot-agent/provisioning',
      'iot-agent/rules',
      'schemas',
    ],
    packages: ['ajv', 'ajv-formats', 'express', 'undici'],
    node: ['node:http', 'node:crypto', 'node:stream', 'node:stream/promises'],
  },
};

/** Files of the agent with types and pure functions alone, which several of its rooms speak of. */
const agentContractFiles = [
  'iot-agent/date-time.ts',
  'iot-agent/mapping/entity-ids.ts',
  'iot-agent/measurement.ts',
];

/** Where the environment is read: the table's reader is given it by these. */
const environmentReaders = ['runtime/launch.ts', 'runtime/launcher.ts', 'runtime/program.ts', 'cli/main.ts'];

const deepestFirst = Object.keys(rows).sort((a, b) => b.length - a.length);

function placeOf(path: string): string {
  if (agentContractFiles.includes(path)) return 'iot-agent/contracts';
  return deepestFirst.find((folder) => path === folder || path.startsWith(`${folder}/`)) ?? path;
}

function sourcesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[jt]s$/.test(name))
    .map((name) => join(folder, name))
    .sort();
}

const sources = ['runtime', 'schemas', 'broker', 'iot-agent', 'cli'].flatMap(sourcesUnder);

/** Paths from the root for files, `npm:` and the name for packages, `node:` and the name for Node's own. */
function importsOf(file: string): string[] {
  const code = readFileSync(file, 'utf8');
  const specifiers = code.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\s*\(\s*)'([^']+)'/g);
  return [...specifiers].map(([, name = '']) => {
    if (name.startsWith('.')) return join(dirname(file), name);
    return name.startsWith('node:') ? name : `npm:${packageOf(name)}`;
  });
}

/** `ajv` of `ajv/dist/2020.js`, `@scope/name` of `@scope/name/file`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function mayImport(row: Row, from: string, imported: string): boolean {
  if (imported.startsWith('node:')) return row.node === 'any' || row.node.includes(imported);
  if (imported.startsWith('npm:')) return row.packages.includes(imported.slice('npm:'.length));
  const place = placeOf(imported);
  return place === from || row.folders.includes(place);
}

function trespassesOf(file: string): string[] {
  const from = placeOf(file);
  const row = rows[from];
  if (row === undefined) return [`${file} is in no folder of the table`];
  return importsOf(file)
    .filter((imported) => !mayImport(row, from, imported))
    .map((imported) => `${file} imports ${imported}`);
}

/** Comments may speak of the environment. */
function readsEnvironment(code: string): boolean {
  return code
    .split('\n')
    .some((line) => /\bprocess\.env\b|'node:process'/.test(line) && !/^\s*(\/\/|\/?\*)/.test(line));
}

describe('architecture', () => {
  it.each(Object.keys(rows))('%s imports only what it may', (folder) => {
    const trespasses = sources.filter((file) => placeOf(file) === folder).flatMap(trespassesOf);
    expect(trespasses).toEqual([]);
  });

  it.each([
    ['broker', 'iot-agent'],
    ['iot-agent', 'broker'],
  ])('keeps the programs apart: %s imports nothing of %s', (program, other) => {
    const crossings = sourcesUnder(program).flatMap((file) =>
      importsOf(file)
        .filter((imported) => imported.startsWith(`${other}/`))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(crossings).toEqual([]);
  });

  it('keeps every source in a folder of the table', () => {
    expect(sources.filter((file) => rows[placeOf(file)] === undefined)).toEqual([]);
    expect(sources.length).toBeGreaterThan(50);
  });

  it('reads the environment nowhere but where programs start', () => {
    const readers = sources.filter((file) => readsEnvironment(readFileSync(file, 'utf8')));
    expect(readers).toEqual(environmentReaders);
  });

  it('has no rooms for things without a name', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|shared|index)(\/|\.ts$)/;
    expect(sources.filter((file) => vague.test(file))).toEqual([]);
  });
});
