import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The MQTT broker of this machine, as the tests want it: one at a time, in the background. */
export interface MosquittoSetup {
  /** The mosquitto program. */
  readonly program: string;
  /** Where the suite has its configurations and passwords. */
  readonly configurations: string;
  /** Where it listens, on 127.0.0.1; one at least. */
  readonly ports: readonly number[];
  /** A folder of its own, for what it needs while it runs. */
  readonly folder: string;
}

const limitMs = 10_000;

/** The mosquitto program of this machine, if there is one; Debian keeps it out of the PATH of users. */
export function findMosquitto(): string | undefined {
  // It ends with an exit code of its own after its help: only a missing program is an error.
  return ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'].find(
    (program) => spawnSync(program, ['-h'], { stdio: 'ignore' }).error === undefined,
  );
}

/**
 * Starts mosquitto by one of the suite's configurations; resolves when it takes connections. It runs on when this process has
 * ended, until `stopMosquitto`.
 * @throws Error naming a port that is taken, or with what mosquitto wrote when it ends or is not ready within ten seconds.
 */
export async function startMosquitto(setup: MosquittoSetup, configuration: string): Promise<void> {
  for (const port of setup.ports)
    if (await accepts(port)) throw new Error(`Port ${port} is taken: end what listens there`);
  const path = join(setup.folder, 'mosquitto.conf');
  writeFileSync(path, configurationHere(setup, configuration));
  const log = join(setup.folder, 'mosquitto.log');
  const output = openSync(log, 'w');
  const child = spawn(setup.program, ['-c', path], { detached: true, stdio: ['ignore', output, output] });
  child.unref();
  closeSync(output);
  await once(child, 'spawn');
  writeFileSync(pidFile(setup), String(child.pid));
  const listens = (): Promise<boolean> => accepts(setup.ports[0] ?? 0);
  if ((await untilIt(() => hasEnded(child) || listens())) && !hasEnded(child)) return;
  await stopMosquitto(setup);
  throw new Error(`mosquitto did not start:\n${readFileSync(log, 'utf8')}`);
}

/** Ends the mosquitto that was started in that folder, if one was; resolves when it has gone. */
export async function stopMosquitto(setup: Pick<MosquittoSetup, 'folder'>): Promise<void> {
  const file = pidFile(setup);
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8'));
  if (signal(pid, 'SIGTERM') && !(await untilIt(() => !signal(pid, 0)))) signal(pid, 'SIGKILL');
  rmSync(file, { force: true });
}

/** The suite's text is made for a container: its port, its paths and its user become those of this machine. */
function configurationHere({ configurations, ports, folder }: MosquittoSetup, name: string): string {
  const text = readFileSync(join(configurations, name), 'utf8');
  // The suite's file lacks the end of its last line, without which mosquitto skips it.
  const passwords = `${readFileSync(join(configurations, 'mosquitto_pwd'), 'utf8').trim()}\n`;
  writeFileSync(join(folder, 'mosquitto_pwd'), passwords, { mode: 0o600 });
  return [
    `user ${userInfo().username}`,
    text.replace(/^listener .*$/m, '').replaceAll('/mosquitto/config/', `${folder}/`),
    ...ports.map((port) => `listener ${port} 127.0.0.1`),
    '',
  ].join('\n');
}

function pidFile({ folder }: Pick<MosquittoSetup, 'folder'>): string {
  return join(folder, 'mosquitto.pid');
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Whether the process is there. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function untilIt(isSo: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if (await isSo()) return true;
    await delay(25);
  }
  return false;
}
