import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { fullPipe } from '../support/full-pipe.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();

it('a broker whose log nobody reads any more serves, and stops when it is told to', async () => {
  const port = await freePort();
  const broker = spawn(process.execPath, [resolve('dist/broker/main.js')], {
    env: { BROKER_PORT: String(port), STORE_URL: 'sqlite::memory:' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(broker, 'exit');
  try {
    let written = '';
    for await (const text of broker.stdout) {
      written += text;
      if (written.includes('"started"')) break;
    }
    // Leaving the loop has closed the pipe.
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
    broker.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    broker.kill('SIGKILL');
  }
});

it('a broker whose log is a pipe that nobody empties stops when it is told to', async () => {
  const path = join(folder, 'pipe');
  const pipe = fullPipe(path);
  // A pipe as programs get it: what writes to it waits.
  const writer = openSync(path, 'w');
  const port = await freePort();
  const broker = spawn(process.execPath, [resolve('dist/broker/main.js')], {
    env: { BROKER_PORT: String(port), STORE_URL: 'sqlite::memory:' },
    stdio: ['ignore', writer, 'ignore'],
  });
  const ended = once(broker, 'exit');
  try {
    await eventually(async () => {
      expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
    });
    broker.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    broker.kill('SIGKILL');
    closeSync(writer);
    pipe.close();
  }
});
