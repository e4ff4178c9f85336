import { type Interpret, type InterpreterParts, interpreter } from '../delivery/interpret.ts';
import type { Interpretation } from '../delivery/interpretation.ts';
import { withoutFuture } from '../delivery/refuse-future.ts';
import type { Measurements } from '../devices/device-model.ts';
import { normalizedMeasurements } from '../mapping/normalized-measurements.ts';
import { findFaultInPart } from '../mapping/validate.ts';
import type { Incoming, Json } from '../measurement.ts';
import type { Device, MappedEntity } from '../registry/device.ts';
import { type Measured, measured } from './measured.ts';
import { emptyTrace, type Trace, traced } from './trace.ts';

/** A rule of the data model that an Attribute breaks, or that it is required and not there. */
export interface Violation {
  readonly attribute: string;
  readonly rule: string;
}

/** What a message would become. */
export interface TryOut {
  /** What the codec, the model or the network server made of it, untouched; null when nothing was decoded, a list for several measures. */
  readonly decoded: Json;
  /** By quantity. */
  readonly measurements: { readonly [quantity: string]: Measured };
  /** As they would be sent; one that lacks something, and so would wait, as far as it goes. */
  readonly entities: readonly MappedEntity[];
  readonly violations: readonly Violation[];
  readonly warnings: readonly string[];
  /** Why it cannot be read, in the words of the codec or the envelope. */
  readonly errors: readonly string[];
}

/** What trying out asks. */
export interface TryOutParts extends Pick<InterpreterParts, 'catalogue' | 'codecs'> {
  /** Microseconds since 1970: what counts as now. */
  readonly now: number;
  /** Microseconds that a time may lie after that. */
  readonly maxAhead: number;
}

/** Of a message that became nothing. */
export const nothingTried: TryOut = {
  ...{ decoded: null, measurements: {}, entities: [], violations: [], warnings: [], errors: [] },
};

/** What a device's messages would become, by the code that interprets what really arrives. Nothing is kept, and nothing is sent. */
export async function tryOut(
  parts: TryOutParts,
  device: Device,
  incoming: readonly Incoming[],
): Promise<TryOut> {
  const all: TryOut[] = [];
  for (const one of incoming) all.push(await tryOne(parts, device, one));
  const [first = nothingTried, ...others] = all;
  if (others.length === 0) return first;
  return {
    decoded: all.map(({ decoded }) => decoded),
    measurements: Object.assign({}, ...all.map(({ measurements }) => measurements)),
    entities: all.flatMap(({ entities }) => entities),
    violations: all.flatMap(({ violations }) => violations),
    warnings: all.flatMap(({ warnings }) => warnings),
    errors: all.flatMap(({ errors }) => errors),
  };
}

async function tryOne(parts: TryOutParts, device: Device, incoming: Incoming): Promise<TryOut> {
  const trace = emptyTrace();
  const interpretation = await interpretSafely(interpreterFor(parts, trace), device, incoming);
  const remarks = interpretation.remarks ?? [];
  return {
    decoded: trace.decoded ?? (trace.errors.length > 0 ? null : decodedBefore(incoming)),
    measurements: measured(measurementsOf(device, incoming, trace)),
    ...outcomeOf(interpretation, trace),
    warnings: [
      ...trace.warnings,
      ...remarks.filter(({ source }) => source !== 'codec').map(({ message }) => message),
      ...(interpretation.mapped.kind === 'nothing' ? [interpretation.mapped.reason] : []),
    ],
  };
}

function interpreterFor({ now, maxAhead, ...decoders }: TryOutParts, trace: Trace): Interpret {
  const onQuantity = (quantity: string, value: Json): void => {
    trace.measurements = { ...trace.measurements, [quantity]: value };
  };
  const mapping = () => ({ now: Math.floor(now / 1000), onQuantity });
  const interpret = interpreter({ ...traced(decoders, trace), mapping });
  return withoutFuture(interpret, { now: () => now }, maxAhead);
}

/** As in the pipeline, a payload that a decoder chokes on cannot be read. */
async function interpretSafely(
  interpret: Interpret,
  device: Device,
  incoming: Incoming,
): Promise<Interpretation> {
  try {
    return await interpret(device, incoming);
  } catch (error) {
    return { mapped: { kind: 'undecodable', reason: (error as Error).message } };
  }
}

/** Plain measures are decoded when they come, and some uplinks by their network server. */
function decodedBefore(incoming: Incoming): Json {
  if (incoming.kind === 'plain') return incoming.values;
  if (incoming.kind === 'command-results') return incoming.results;
  return incoming.kind === 'lorawan' ? (incoming.decoded ?? incoming.normalized ?? null) : null;
}

/** What is normalized counts where no attributes are configured, as in the mapping. */
function measurementsOf(device: Device, incoming: Incoming, trace: Trace): Measurements {
  const isNormalized = device.attributes.length === 0 && Object.keys(trace.measurements).length === 0;
  if (!isNormalized || incoming.kind !== 'lorawan') return trace.measurements;
  const payload = device.codec === undefined ? incoming.normalized : trace.normalized;
  return normalizedMeasurements(payload)?.measurements ?? {};
}

function outcomeOf(
  { mapped }: Interpretation,
  trace: Trace,
): Pick<TryOut, 'entities' | 'violations' | 'errors'> {
  const { errors } = trace;
  switch (mapped.kind) {
    case 'entities':
      return { entities: mapped.entities, violations: [], errors };
    case 'nothing':
      return { entities: [], violations: [], errors };
    case 'undecodable':
      return { entities: [], violations: [], errors: errors.length === 0 ? [mapped.reason] : errors };
    case 'invalid': {
      const { attribute, rule } = mapped;
      return { entities: [], violations: [{ attribute, rule }], errors };
    }
    case 'incomplete': {
      const { part, missing, reason } = mapped;
      if (part === undefined) return { entities: [], violations: [], errors: [...errors, reason] };
      return { entities: [part], violations: violationsOf(missing, part), errors };
    }
  }
}

function violationsOf(missing: readonly string[], { entity }: MappedEntity): readonly Violation[] {
  const required = missing.map((attribute) => ({ attribute, rule: 'is required' }));
  const fault = findFaultInPart(entity);
  return fault === undefined ? required : [...required, { attribute: fault.attribute, rule: fault.rule }];
}
