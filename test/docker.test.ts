import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { brokerSettings } from '../broker/config.ts';
import { agentSettings } from '../iot-agent/config.ts';
import type { SettingsTable } from '../runtime/config.ts';

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly healthcheck?: unknown;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const composeText = readFileSync('docker/compose.yaml', 'utf8');
const compose = parse(composeText) as Compose;
const services = Object.entries(compose.services);
const images = readdirSync('docker').filter((name) => name.endsWith('.Dockerfile'));

/** `name:1.2.3`, with at least a minor version, so that a rebuild gives the same. */
const pinned = /^[\w./-]+:\d+\.\d+[\w.-]*$/;

function variablesOf(table: SettingsTable): Set<string> {
  return new Set(Object.values(table).map(({ variable }) => variable));
}

/** Instructions as [name, rest], continued lines joined. */
function instructionsOf(file: string): [string, string][] {
  const text = readFileSync(join('docker', file), 'utf8').replaceAll('\\\n', ' ');
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [name = '', ...rest] = line.split(' ');
    return [name, rest.join(' ').trim()];
  });
}

const argumentsOf = (file: string, instruction: string): string[] =>
  instructionsOf(file)
    .filter(([name]) => name === instruction)
    .map(([, rest]) => rest);

describe('docker/compose.yaml', () => {
  it('runs both programs, MongoDB and mosquitto', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['broker', 'iot-agent', 'mongodb', 'mosquitto']);
  });

  it.each([
    ['broker', brokerSettings],
    ['iot-agent', agentSettings],
  ] as const)('sets only variables that the %s has', (name, table) => {
    const known = variablesOf(table);
    const unknown = Object.keys(compose.services[name]?.environment ?? {}).filter(
      (variable) => !known.has(variable),
    );
    expect(unknown).toEqual([]);
  });

  it.each([
    ['broker', brokerSettings],
    ['iot-agent', agentSettings],
  ] as const)('gives the %s values that its settings take', (name, table) => {
    const samples: Readonly<Record<string, string>> = { API_KEYS: `name:${'0'.repeat(64)}` };
    const settings = Object.values(table as SettingsTable);
    for (const [variable, value] of Object.entries(compose.services[name]?.environment ?? {})) {
      const setting = settings.find((candidate) => candidate.variable === variable);
      const text = value.startsWith('${') ? (samples[variable] ?? 'sample') : value;
      expect(() => setting?.parse(text)).not.toThrow();
    }
  });

  it('takes every secret from docker/.env, of which docker/env.example names all', () => {
    const asked = new Set([...composeText.matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, variable]) => variable));
    const example = readFileSync('docker/env.example', 'utf8');
    const offered = new Set([...example.matchAll(/^(\w+)=/gm)].map(([, variable]) => variable));
    expect([...asked].sort()).toEqual([...offered].sort());
  });

  it('names only files, volumes and services that exist', () => {
    const dockerfiles = services.flatMap(([, { build }]) =>
      build ? [join(build.context, build.dockerfile)] : [],
    );
    const sources = services.flatMap(([, { volumes = [] }]) =>
      volumes.map((volume) => volume.split(':')[0] ?? ''),
    );
    const folders = sources.filter((source) => source.startsWith('.'));
    for (const path of [...dockerfiles, ...folders])
      expect([path, existsSync(join('docker', path))]).toEqual([path, true]);
    expect(Object.keys(compose.volumes)).toEqual(
      expect.arrayContaining(sources.filter((source) => !source.startsWith('.'))),
    );
    const needed = services.flatMap(([, { depends_on = {} }]) => Object.keys(depends_on));
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(needed));
  });

  it('pins the images and asks each server whether it is healthy', () => {
    for (const [name, { image, build, healthcheck }] of services) {
      if (build) continue;
      expect([name, image]).toEqual([name, expect.stringMatching(pinned)]);
      expect([name, healthcheck]).toEqual([name, expect.anything()]);
    }
  });

  it('publishes the ports that the programs listen on by default', () => {
    expect(compose.services['broker']?.ports).toEqual([
      `${brokerSettings.port.default}:${brokerSettings.port.default}`,
    ]);
    expect(compose.services['iot-agent']?.ports).toEqual(['4041:4041', '7896:7896']);
  });
});

describe.each(images)('docker/%s', (file) => {
  const program = file.replace('.Dockerfile', '');

  it('builds on a pinned Node 24', () => {
    for (const from of argumentsOf(file, 'FROM'))
      expect(from.split(' ')[0]).toMatch(/^node:24\.\d+\.\d+-[a-z]+-slim$/);
  });

  it('copies only what is there and what .dockerignore lets through', () => {
    const offered = readFileSync('.dockerignore', 'utf8').split('\n');
    const own = argumentsOf(file, 'COPY').filter((rest) => !rest.startsWith('--from'));
    const sources = own.flatMap((rest) => rest.split(' ').slice(0, -1));
    expect(sources).not.toEqual([]);
    for (const source of sources) {
      expect([source, existsSync(source)]).toEqual([source, true]);
      expect(offered).toContain(`!${source}`);
    }
  });

  it('runs, as an ordinary user, the file that the build makes of the main file', () => {
    const [command = ''] = argumentsOf(file, 'CMD');
    expect(JSON.parse(command)).toEqual(['node', `dist/${program}/main.js`]);
    expect(existsSync(`${program}/main.ts`)).toBe(true);
    expect(argumentsOf(file, 'USER')).toEqual(['node']);
  });

  it('installs by the lock file and leaves out what only development needs', () => {
    const runs = argumentsOf(file, 'RUN').join('\n');
    expect(runs).toContain('npm ci');
    expect(runs).toContain('npm prune --omit=dev');
  });

  it('says how to tell whether it is healthy', () => {
    expect(argumentsOf(file, 'HEALTHCHECK').join()).toContain('/health/ready');
  });
});
