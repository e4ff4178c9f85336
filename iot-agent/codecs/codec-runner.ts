import type { Json } from '../measurement.ts';
import type { Codec, CodecFunction } from '../registry/codec.ts';

/** What a codec decodes. */
export interface DecodeInput {
  readonly bytes: Uint8Array;
  readonly fPort: number;
  /** Microseconds since 1970: what `recvTime`, `Date.now()` and `new Date()` say in the codec. */
  readonly receivedAt: number;
  /** ChirpStack's variables of the device. */
  readonly variables?: { readonly [name: string]: string };
}

/** What a codec encodes. */
export interface EncodeInput {
  readonly data: Json;
  /** For legacy encoders, which are told, and for results that name none; 1 when absent. */
  readonly fPort?: number;
}

/** It did not work: by the codec's own account, or because it had to be stopped. */
export interface CodecFailure {
  readonly kind: 'failed';
  /** At least one. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** What a decoder returned, as JSON.stringify would write it: NaN is null there, a Date a text; a BigInt is a number where it is safe, and typed arrays are lists. */
export type CodecResult =
  | {
      readonly kind: 'decoded';
      readonly data: Json;
      /** What `normalizeUplink` made of it, if the codec has that. */
      readonly normalized?: Json;
      readonly warnings: readonly string[];
    }
  | CodecFailure;

/** What an encoder returned. */
export type EncodeResult =
  | {
      readonly kind: 'encoded';
      readonly bytes: Uint8Array;
      readonly fPort: number;
      readonly confirmed?: boolean;
      readonly warnings: readonly string[];
    }
  | CodecFailure;

/** What is known of a script before it is used. */
export type Inspection =
  | { readonly kind: 'usable'; readonly functions: readonly CodecFunction[] }
  /** It cannot be parsed, or fails when it is loaded; line and column count from 1. */
  | { readonly kind: 'faulty'; readonly message: string; readonly line?: number; readonly column?: number };

/**
 * Runs codecs: those that are built in, and uploaded JavaScript in a sandbox without any way out, for at most 100 ms and in 16 MB.
 * No call rejects for what a script does; each may, with what went wrong, when no sandbox can be started.
 */
export interface CodecRunner {
  decode(codec: Codec, input: DecodeInput): Promise<CodecResult>;
  encode(codec: Codec, input: EncodeInput): Promise<EncodeResult>;
  /** Reads the bytes of a downlink back, for those who want to see what they sent. */
  decodeDownlink(codec: Codec, input: DecodeInput): Promise<CodecResult>;
  inspect(script: string): Promise<Inspection>;
  /** Ends the sandboxes; what runs in them is rejected. */
  stop(): Promise<void>;
}
