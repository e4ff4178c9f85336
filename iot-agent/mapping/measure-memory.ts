import type { Json } from '../measurement.ts';
import type { Device } from '../registry/device.ts';

/** The variables that expressions saw of a measure. */
export type Variables = { readonly [name: string]: Json };

/** Remembers what expressions call `oldCtxt`: the variables of the measure before. */
export interface MeasureMemory {
  /** Those of the newest measure before `observedAt`, in microseconds; undefined when none is known. */
  before(device: Device, observedAt: number): Variables | undefined;
  /** A measure that is late, or comes again, changes nothing. */
  remember(device: Device, observedAt: number, variables: Variables): void;
}

interface Remembered {
  readonly observedAt: number;
  readonly variables: Variables;
  readonly before?: Variables;
}

/** A memory of at most `size` devices. It ends with the process, as the first measure after a start has none before it. */
export function measureMemory(size: number): MeasureMemory {
  const known = new Map<string, Remembered>();
  return {
    before: (device, observedAt) => {
      const newest = known.get(keyOf(device));
      // The newest may come again: while the broker is away, or replayed.
      return newest !== undefined && newest.observedAt < observedAt ? newest.variables : newest?.before;
    },
    remember: (device, observedAt, variables) => {
      const key = keyOf(device);
      const newest = known.get(key);
      if (newest !== undefined && newest.observedAt >= observedAt) return;
      if (newest === undefined && known.size >= size) known.clear();
      const before = newest === undefined ? {} : { before: newest.variables };
      known.set(key, { observedAt, variables, ...before });
    },
  };
}

function keyOf({ tenant, deviceId }: Device): string {
  return `${tenant}\n${deviceId}`;
}
