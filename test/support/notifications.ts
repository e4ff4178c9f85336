import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type SpawnedProgram, spawnProgram } from './spawn-program.ts';

/** A notification as its receiver noted it (clause 5.3.1), with the parts that tests look at. */
export interface Noted {
  readonly id: string;
  readonly subscriptionId: string;
  readonly data: readonly ({ readonly id: string } & Record<string, unknown>)[];
}

/** A subscriber in a process of its own, which notes what it is sent in a file. */
export interface Receiver extends SpawnedProgram {
  readonly uri: string;
}

/** Starts a receiver; several in turn may note in the same file. */
export async function startReceiver(port: number, file: string): Promise<Receiver> {
  const program = spawnProgram(resolve('test/support/receiver.js'), { args: [String(port), file] });
  const uri = `http://127.0.0.1:${port}/notify`;
  await program.ready(uri);
  return { ...program, uri };
}

/** Everything that was noted; a last line that a kill cut off does not count. */
export function notedIn(file: string): Noted[] {
  if (!existsSync(file)) return [];
  const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return whole.flatMap((line) => parseNoted(line));
}

function parseNoted(line: string): Noted[] {
  try {
    return [JSON.parse(line) as Noted];
  } catch {
    return [];
  }
}

/** Resolves when the condition holds, or after the limit, so that the test's own expectation says what is missing. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs = 120_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition()) && Date.now() < deadline) await delay(50);
}
