// @ts-check
import { parentPort, workerData } from 'node:worker_threads';

/**
 * @import { Job, Message, WorkerData } from './protocol.ts'
 */

/** A sandbox's thread: it does one job after the other, and can be ended at any moment. */

// The zone of this machine is nothing that a codec may depend on: times of day are UTC, here and, by this, in the engine.
Date.prototype.getTimezoneOffset = () => 0;

const { ownTimes } = await import('./cpu-time.js');
const { startEngine } = await import('./engine.js');
const flag = new Int32Array(/** @type {WorkerData} */ (workerData).flag);
const engine = await startEngine();

/** @param {Message} message */
const tell = (message) => parentPort?.postMessage(message);

parentPort?.on('message', (/** @type {Job} */ { number, revision, script, task }) => {
  Atomics.store(flag, 0, number);
  try {
    tell({ kind: 'done', number, reply: engine.run(revision, script, task) });
  } catch (error) {
    tell({ kind: 'broken', number, reason: String(error) });
    parentPort?.close();
  }
  Atomics.store(flag, 0, 0);
});
tell({ kind: 'ready', times: ownTimes() });
