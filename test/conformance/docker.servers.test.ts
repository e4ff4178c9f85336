import { execFile } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { connectAsync, type IClientOptions } from 'mqtt';
import { runDocker, writeDocker } from '../../conformance/docker.ts';
import { type MosquittoSetup, stopMosquitto } from '../../conformance/mosquitto.ts';
import { describeWith, mosquittoProgram } from '../support/describe-with.ts';
import { freePorts, takenPort } from '../support/free-port.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
const start = (configuration: string): readonly string[] =>
  `run -d --network a-network -e CONF=${configuration} --name a an-image`.split(' ');

/** As in the suite: the port and the folder of a container, files that lack the end of their last line. */
function writeConfigurations(): void {
  const salt = Buffer.from('salt of twelve'.slice(0, 12));
  const hash = pbkdf2Sync('secret', salt, 101, 64, 'sha512').toString('base64');
  writeFileSync(join(folder, 'mosquitto_pwd'), `alice:$7$101$${salt.toString('base64')}$${hash}`);
  writeFileSync(join(folder, 'open.conf'), 'allow_anonymous true\nlistener 1883');
  const closed =
    'allow_anonymous false\nlistener 1883\n# alice\npassword_file /mosquitto/config/mosquitto_pwd';
  writeFileSync(join(folder, 'closed.conf'), closed);
}

async function isLetIn(port: number, options: IClientOptions = {}): Promise<boolean> {
  try {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { ...options, reconnectPeriod: 0 });
    await client.endAsync();
    return true;
  } catch {
    return false;
  }
}

describeWith('mosquitto', () => {
  let setup: MosquittoSetup;

  beforeEach(async () => {
    writeConfigurations();
    setup = { program: mosquittoProgram(), configurations: folder, ports: await freePorts(2), folder };
  });
  afterEach(() => stopMosquitto(setup));

  it('docker run starts mosquitto by the configuration named, docker rm ends it', async () => {
    await runDocker(setup, start('open.conf'));
    expect(await Promise.all(setup.ports.map((port) => isLetIn(port)))).toEqual([true, true]);

    await runDocker(setup, ['container', 'rm', '-f', 'a']);
    expect(await isLetIn(setup.ports[0] as number)).toBe(false);

    await runDocker(setup, start('closed.conf'));
    const port = setup.ports[1] as number;
    expect(await isLetIn(port)).toBe(false);
    expect(await isLetIn(port, { username: 'alice', password: 'wrong' })).toBe(false);
    expect(await isLetIn(port, { username: 'alice', password: 'secret' })).toBe(true);
  });

  it('says why there is none: a port is taken, no such configuration, another command', async () => {
    const taken = await takenPort();
    await expect(runDocker({ ...setup, ports: [taken.port] }, start('open.conf'))).rejects.toThrow(
      `Port ${taken.port} is taken`,
    );
    taken.release();
    await expect(runDocker(setup, start('none.conf'))).rejects.toThrow(/none\.conf/);
    writeFileSync(join(folder, 'wrong.conf'), 'allow_anything true');
    await expect(runDocker(setup, start('wrong.conf'))).rejects.toThrow(/allow_anything/);
    await expect(runDocker(setup, ['ps'])).rejects.toThrow(/docker ps/);
    await runDocker(setup, ['rm', '-f', 'a']);
  });

  it('is a program of its own that mosquitto outlives', async () => {
    const docker = join(folder, 'docker');
    writeDocker(setup, pathToFileURL(resolve('dist/conformance/docker.js')).href);
    const run = promisify(execFile);
    await run(docker, start('open.conf'));
    expect(await isLetIn(setup.ports[0] as number)).toBe(true);
    await run(docker, ['rm', '-f', 'a']);
    expect(await isLetIn(setup.ports[0] as number)).toBe(false);
    await expect(run(docker, start('none.conf'))).rejects.toMatchObject({ code: 125 });
  });
});
