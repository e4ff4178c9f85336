import { cayenneLpp } from './cayenne-lpp.ts';
import { cbor } from './cbor.ts';
import type { CodecResult, DecodeInput, EncodeInput, EncodeResult } from './codec-runner.ts';

/** A codec that needs no script. */
export interface BuiltInCodec {
  readonly name: string;
  readonly description: string;
  /** Never throws: what cannot be read is a failure, what can be read in part a warning. */
  decode(input: Pick<DecodeInput, 'bytes'>): CodecResult;
  /** Absent for one that only decodes. */
  encode?(input: EncodeInput): EncodeResult;
}

/** Codecs that are there without being uploaded, by name. */
export const builtInCodecs: ReadonlyMap<string, BuiltInCodec> = new Map(
  [cayenneLpp, cbor].map((codec) => [codec.name, codec]),
);
