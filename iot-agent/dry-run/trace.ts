import type { CodecRunner } from '../codecs/codec-runner.ts';
import type { InterpreterParts } from '../delivery/interpret.ts';
import type { Measurements } from '../devices/device-model.ts';
import type { Json } from '../measurement.ts';

/** What codec and model did while a message was interpreted. */
export interface Trace {
  /** What the codec or the model returned, untouched; undefined while none has returned anything. */
  decoded: Json | undefined;
  /** What the codec made of it besides. */
  normalized: Json | undefined;
  /** By quantity, in the unit of the quantity table. */
  measurements: Measurements;
  /** What the codec itself complains about. */
  readonly warnings: string[];
  readonly errors: string[];
}

/** One in which nothing has happened yet. */
export function emptyTrace(): Trace {
  return { decoded: undefined, normalized: undefined, measurements: {}, warnings: [], errors: [] };
}

type Decoders = Pick<InterpreterParts, 'catalogue' | 'codecs'>;

/** The same decoders, which write down what they do. */
export function traced({ catalogue, codecs }: Decoders, trace: Trace): Decoders {
  return {
    catalogue: {
      findModel: (name) => {
        const model = catalogue.findModel(name);
        return (
          model && {
            ...model,
            decode: (input) => {
              const measurements = model.decode(input);
              trace.decoded = measurements;
              trace.measurements = measurements;
              return measurements;
            },
          }
        );
      },
    },
    codecs: { decode: tracedDecode(codecs, trace) },
  };
}

function tracedDecode(codecs: Pick<CodecRunner, 'decode'>, trace: Trace): CodecRunner['decode'] {
  return async (codec, input) => {
    const result = await codecs.decode(codec, input);
    trace.warnings.push(...result.warnings);
    if (result.kind === 'failed') {
      trace.errors.push(...result.errors);
      return result;
    }
    trace.decoded = result.data;
    trace.normalized = result.normalized;
    return result;
  };
}
