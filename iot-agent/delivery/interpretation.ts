import type { Mapped } from '../registry/device.ts';
import type { Remark } from '../spool/device-log.ts';
import type { DeviceNews } from './device-news.ts';

/** What something that arrived means. */
export interface Interpretation {
  readonly mapped: Mapped | { readonly kind: 'undecodable'; readonly reason: string };
  /** What it says about the device itself. */
  readonly news?: DeviceNews;
  /** For the log of the device: what the codec or an expression complains about, though it goes on. */
  readonly remarks?: readonly Remark[];
}

/** What was mapped; what the mapping left out goes into the log of the device, after the other remarks. */
export function withRemarks(mapped: Mapped, others: readonly Remark[] = []): Interpretation {
  const warnings = 'warnings' in mapped ? (mapped.warnings ?? []) : [];
  const own = warnings.map((message): Remark => ({ level: 'warning', source: 'mapping', message }));
  const remarks = [...others, ...own];
  return { mapped, ...(remarks.length === 0 ? {} : { remarks }) };
}
