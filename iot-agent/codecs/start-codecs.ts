import type { Clock } from '../../runtime/clock.ts';
import type { Codec } from '../registry/codec.ts';
import { type BuiltInCodec, builtInCodecs } from './built-in.ts';
import type { CodecRunner } from './codec-runner.ts';
import { failed } from './parse-reply.ts';
import { sandboxPool } from './sandbox-pool.ts';
import { scriptCodecs } from './script-codecs.ts';

/** What running codecs needs. */
export interface CodecOptions {
  /** Sandboxes that run at once (`CODEC_WORKERS`). */
  readonly workers: number;
  readonly clock: Clock;
}

/** The runner of all codecs, built in and uploaded. A sandbox is started when the first script is to be run. */
export function startCodecs({ workers, clock }: CodecOptions): CodecRunner {
  const scripts = scriptCodecs(sandboxPool(workers), clock);
  return {
    ...scripts,
    decode: async (codec, input) => builtIn(codec)?.decode(input) ?? scripts.decode(codec, input),
    encode: async (codec, input) => {
      const own = builtIn(codec);
      if (own === undefined) return scripts.encode(codec, input);
      return own.encode?.(input) ?? failed([`codec ${codec.name} only decodes`]);
    },
    decodeDownlink: async (codec, input) =>
      builtIn(codec)?.decode(input) ?? scripts.decodeDownlink(codec, input),
  };
}

function builtIn({ name, script }: Codec): BuiltInCodec | undefined {
  return script === '' ? builtInCodecs.get(name) : undefined;
}
