/** A codec as it is run: one that was uploaded, or one that is built in. */
export interface Codec {
  readonly name: string;
  /** Of its content: the same script has the same one, whoever uploaded it. */
  readonly revision: string;
  /** JavaScript; empty for a codec that is built in, and for one that is not there (any more). */
  readonly script: string;
  /** Those of `codecFunctions` that the script has, where that is known. */
  readonly functions?: readonly CodecFunction[];
}

/** The functions that a codec may have: of TS013, The Things Stack, ChirpStack v3 and The Things Network v2. */
export type CodecFunction =
  | 'decodeUplink'
  | 'encodeDownlink'
  | 'decodeDownlink'
  | 'normalizeUplink'
  | 'Decode'
  | 'Encode'
  | 'Decoder'
  | 'Encoder';

/** An uploaded codec as lists show it. */
export interface CodecSummary {
  /** Empty for the default tenant. */
  readonly tenant: string;
  readonly name: string;
  readonly description?: string;
  readonly revision: string;
  /** Those that the script has. */
  readonly functions: readonly CodecFunction[];
  /** Bytes of the script in UTF-8. */
  readonly size: number;
  /** Microseconds since 1970. */
  readonly updatedAt: number;
}

/** An uploaded codec. */
export interface CodecRecord extends CodecSummary {
  readonly script: string;
}
