import { describe, expect, it } from '@jest/globals';
import { type SandboxPool, sandboxPool } from '../../../iot-agent/codecs/sandbox-pool.ts';
import type { Assignment, SandboxWorker, WorkerOutcome } from '../../../iot-agent/codecs/sandbox-worker.ts';

/** A worker whose every step the test takes. */
interface FakeWorker extends SandboxWorker {
  becomeReady(): void;
  fail(): void;
  readonly running: Assignment | undefined;
  end(outcome: WorkerOutcome): void;
  isTerminated: boolean;
}

function fakeWorker(): FakeWorker {
  let settleStart: { resolve(): void; reject(error: Error): void } | undefined;
  let answer: ((outcome: WorkerOutcome) => void) | undefined;
  let running: Assignment | undefined;
  return {
    ready: new Promise<void>((resolve, reject) => {
      settleStart = { resolve, reject };
    }),
    run: (assignment) => {
      running = assignment;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    terminate: async function (this: FakeWorker) {
      this.isTerminated = true;
      answer?.({ kind: 'lost', isToBlame: false, reason: 'terminated' });
    },
    becomeReady: () => settleStart?.resolve(),
    fail: () => settleStart?.reject(new Error('no room')),
    get running() {
      return running;
    },
    end: (outcome) => {
      running = undefined;
      answer?.(outcome);
    },
    isTerminated: false,
  };
}

const job = (name: string): Assignment => ({ revision: name, script: name, task: { kind: 'inspect' } });
const output = (text: string): WorkerOutcome => ({ kind: 'output', text });
const turn = () => new Promise((resolve) => setImmediate(resolve));

function startedPool(size: number): { readonly pool: SandboxPool; readonly workers: FakeWorker[] } {
  const workers: FakeWorker[] = [];
  const pool = sandboxPool(size, () => {
    const worker = fakeWorker();
    workers.push(worker);
    return worker;
  });
  return { pool, workers };
}

async function readyPool(size: number) {
  const { pool, workers } = startedPool(size);
  const first = pool.run(job('first'));
  for (const worker of workers) worker.becomeReady();
  await turn();
  workers[0]?.end(output('first'));
  await first;
  return { pool, workers };
}

describe('a pool of sandboxes', () => {
  it('starts none before the first script, and then one more than may run', async () => {
    const { pool, workers } = startedPool(2);
    expect(workers).toHaveLength(0);
    void pool.run(job('a'));
    expect(workers).toHaveLength(3);
  });

  it('runs as many at once as it may, the others in their order', async () => {
    const { pool, workers } = await readyPool(1);
    const ended: string[] = [];
    for (const name of ['a', 'b', 'c']) void pool.run(job(name)).then(() => ended.push(name));
    await turn();
    expect(workers.map(({ running }) => running?.revision)).toEqual(['a', undefined]);
    for (const name of ['a', 'b', 'c']) {
      expect(workers[0]?.running?.revision).toBe(name);
      workers[0]?.end(output(name));
      await turn();
    }
    expect(ended).toEqual(['a', 'b', 'c']);
  });

  it('tells of a script that had to be killed, and gives what waits to the one that stands by', async () => {
    const { pool, workers } = await readyPool(1);
    const killed = pool.run(job('bad'));
    const behind = pool.run(job('good'));
    workers[0]?.end({ kind: 'lost', isToBlame: true, reason: 'too long' });
    expect(await killed).toEqual({ kind: 'stopped', reason: 'too long' });
    expect(workers[1]?.running?.revision).toBe('good');
    expect(workers).toHaveLength(3);
    workers[1]?.end(output('fine'));
    expect(await behind).toEqual(output('fine'));
  });

  it('tries again what a sandbox lost through no fault of the script, but not for ever', async () => {
    const { pool, workers } = await readyPool(1);
    const run = pool.run(job('unlucky'));
    for (let loss = 0; loss < 3; loss++) {
      expect(workers[loss]?.running?.revision).toBe('unlucky');
      workers[loss]?.end({ kind: 'lost', isToBlame: false, reason: 'gone' });
      for (const worker of workers) worker.becomeReady();
      await turn();
    }
    expect(await run).toEqual({ kind: 'stopped', reason: 'gone' });
  });

  it('rejects what waits when no sandbox can be started, and starts anew for the next', async () => {
    const { pool, workers } = startedPool(1);
    const run = expect(pool.run(job('a'))).rejects.toThrow('no room');
    for (let start = 0; start < 3; start++) {
      workers[start]?.fail();
      await turn();
    }
    await run;
    const next = pool.run(job('b'));
    for (const worker of workers) worker.becomeReady();
    await turn();
    workers.find(({ running }) => running?.revision === 'b')?.end(output('b'));
    expect(await next).toEqual(output('b'));
  });

  it('rejects what runs and waits when it stops, and ends its sandboxes', async () => {
    const { pool, workers } = await readyPool(1);
    const runs = ['a', 'b'].map((name) => expect(pool.run(job(name))).rejects.toThrow('stopped'));
    await pool.stop();
    await Promise.all(runs);
    expect(workers.every(({ isTerminated }) => isTerminated)).toBe(true);
    await expect(pool.run(job('c'))).rejects.toThrow('stopped');
  });
});
