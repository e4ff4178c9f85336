import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.ts';

it('a broker whose log nobody reads any more serves, and stops when it is told to', async () => {
  const port = await freePort();
  const broker = spawn(process.execPath, [resolve('dist/broker/main.js')], {
    env: { BROKER_PORT: String(port), STORE_URL: 'sqlite::memory:' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(broker, 'exit');
  try {
    for await (const text of broker.stdout) if (String(text).includes('"started"')) break;
    // Leaving the loop has closed the pipe.
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
    broker.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    broker.kill('SIGKILL');
  }
}, 30_000);
