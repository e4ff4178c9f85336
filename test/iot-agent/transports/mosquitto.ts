import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { mosquittoProgram } from '../../support/describe-with.ts';
import { eventually } from '../../support/eventually.ts';

/** A mosquitto of the test's own. */
export interface Mosquitto {
  readonly port: number;
  /** Starts it, again after a kill, and resolves when it can be connected to. */
  start(): Promise<void>;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/** A mosquitto on the port, with further lines of its configuration; its files go to the folder. */
export function mosquitto(folder: string, port: number, lines: readonly string[]): Mosquitto {
  const config = join(folder, `mosquitto-${port}.conf`);
  // Started as root it would give up its rights, and with them the folder.
  const user = process.getuid?.() === 0 ? ['user root'] : [];
  writeFileSync(config, [`listener ${port} 127.0.0.1`, ...user, ...lines, ''].join('\n'));
  let child: ChildProcess | undefined;
  return {
    port,
    start: async () => {
      child = spawn(mosquittoProgram(), ['-c', config], { stdio: 'ignore' });
      await eventually(() => open(port));
    },
    kill: async () => {
      const ending = child;
      child = undefined;
      if (ending === undefined) return;
      const ended = once(ending, 'close');
      if (ending.kill('SIGKILL')) await ended;
    },
  };
}

/** @throws Error when nobody listens there. */
async function open(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

/** A file of one login, in mosquitto's form (PBKDF2 with SHA-512). */
export function passwordFile(folder: string, user: string, password: string): string {
  const file = join(folder, 'passwords');
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, 101, 64, 'sha512');
  const content = `${user}:$7$101$${salt.toString('base64')}$${hash.toString('base64')}\n`;
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

/** Files of an authority, and of a certificate for localhost that it signed. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes them with openssl. */
export function makeCertificates(folder: string, program = 'openssl'): Certificates {
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl ${args[0]} failed: ${stderr}`);
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const [caKey, ca, key, cert] = ['ca.key', 'ca.pem', 'server.key', 'server.pem'].map(file) as [
    string,
    string,
    string,
    string,
  ];
  openssl('req', '-x509', ...newKey, '-subj', '/CN=city authority', '-keyout', caKey, '-out', ca);
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  openssl('req', '-x509', ...newKey, ...subject, '-CA', ca, '-CAkey', caKey, '-keyout', key, '-out', cert);
  return { ca, cert, key };
}
