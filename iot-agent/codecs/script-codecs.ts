import type { Clock } from '../../runtime/clock.ts';
import type { Codec, CodecFunction } from '../registry/codec.ts';
import type { CodecResult, CodecRunner, DecodeInput, EncodeInput, Inspection } from './codec-runner.ts';
import { offenders } from './offenders.ts';
import { failed, parseDecoded, parseEncoded } from './parse-reply.ts';
import { revisionOf } from './revision.ts';
import type { Fault, Task } from './sandbox/protocol.ts';
import type { Outcome, SandboxPool } from './sandbox-pool.ts';

/** What legacy encoders are told when nobody names a port. */
const defaultPort = 1;

/** Codecs in JavaScript, run by a pool of sandboxes. */
export function scriptCodecs(pool: SandboxPool, clock: Clock): CodecRunner {
  const bad = offenders(clock);
  const run = async (codec: Codec, task: Task): Promise<Outcome> => {
    const { revision, script } = codec;
    if (script === '') return missing(codec);
    if (bad.rests(revision))
      return { kind: 'stopped', reason: 'it was stopped three times in a row, and rests for a minute' };
    const outcome = await pool.run({ revision, script, task });
    bad.note(revision, outcome.kind === 'stopped');
    return outcome;
  };
  const decodeAs = async (
    kind: 'decode' | 'decodeDownlink',
    codec: Codec,
    input: DecodeInput,
  ): Promise<CodecResult> => {
    const { bytes, fPort, receivedAt, variables = {} } = input;
    const task: Task = { kind, bytes: [...bytes], fPort, now: Math.floor(receivedAt / 1000), variables };
    const outcome = await run(codec, task);
    return outcome.kind === 'output' ? parseDecoded(outcome.text) : failed([reasonOf(codec, outcome)]);
  };
  return {
    decode: (codec, input) => decodeAs('decode', codec, input),
    decodeDownlink: (codec, input) => decodeAs('decodeDownlink', codec, input),
    encode: async (codec, { data, fPort = defaultPort }: EncodeInput) => {
      const task: Task = { kind: 'encode', data, fPort, now: Math.floor(clock.now() / 1000) };
      const outcome = await run(codec, task);
      return outcome.kind === 'output'
        ? parseEncoded(outcome.text, fPort)
        : failed([reasonOf(codec, outcome)]);
    },
    inspect: async (script): Promise<Inspection> => {
      const outcome = await pool.run({ revision: revisionOf(script), script, task: { kind: 'inspect' } });
      if (outcome.kind === 'output')
        return { kind: 'usable', functions: JSON.parse(outcome.text) as readonly CodecFunction[] };
      return { kind: 'faulty', ...(outcome.kind === 'faulty' ? outcome.fault : { message: outcome.reason }) };
    },
    stop: pool.stop,
  };
}

function missing({ name }: Codec): Outcome {
  return { kind: 'faulty', fault: { message: `it is not there: PUT /iot/codecs/${name}` } };
}

function reasonOf({ name }: Codec, outcome: Exclude<Outcome, { readonly kind: 'output' }>): string {
  return `codec ${name}: ${outcome.kind === 'faulty' ? describeFault(outcome.fault) : outcome.reason}`;
}

/** A fault and its place, for people. */
export function describeFault({ message, line, column }: Fault): string {
  if (line === undefined) return message;
  return `${message} (line ${line}${column === undefined ? '' : `, column ${column}`})`;
}
