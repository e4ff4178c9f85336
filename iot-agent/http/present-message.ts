import { maskJson } from '../../runtime/mask-secrets.ts';
import { formatDateTime } from '../date-time.ts';
import type { Incoming } from '../measurement.ts';
import { deviceIdOf } from '../registry/device-key.ts';
import { causes } from '../spool/causes.ts';
import type { LogEntry } from '../spool/device-log.ts';
import type { QuarantinedItem } from '../spool/quarantine.ts';
import { type RawMessage, timeOfIncoming } from '../spool/raw-ring.ts';

/** What arrived, for people: the payload in hexadecimal, times as text, without apikeys and without the keys of the way back. */
export function presentIncoming(incoming: Incoming): object {
  const { downlink: _, ...shown } = 'downlink' in incoming ? incoming : { ...incoming, downlink: undefined };
  const time = formatDateTime(timeOfIncoming(incoming));
  const readable = {
    ...shown,
    ...('observedAt' in shown ? { observedAt: time } : { receivedAt: time }),
    ...('bytes' in shown ? { bytes: Buffer.from(shown.bytes).toString('hex') } : {}),
  };
  return JSON.parse(maskJson(JSON.stringify(readable))) as object;
}

/** A message of the ring, and what became of it. */
export function presentRawMessage(message: RawMessage): object {
  const { seq, observedAt, at, incoming, ...rest } = message;
  return {
    ...{ seq, observedAt: formatDateTime(observedAt), settledAt: formatDateTime(at) },
    ...rest,
    message: presentIncoming(incoming),
  };
}

/** An entry of a device's log. */
export function presentLogEntry({ firstAt, lastAt, ...entry }: LogEntry): object {
  return { ...entry, firstAt: formatDateTime(firstAt), lastAt: formatDateTime(lastAt) };
}

/** An item of the quarantine. */
export function presentQuarantined({ seq, device, at, incoming, cause, ...rest }: QuarantinedItem): object {
  return {
    id: String(seq),
    ...(device === undefined ? {} : { device: deviceIdOf(device) }),
    ...{ cause, meaning: causes[cause].meaning },
    ...rest,
    observedAt: formatDateTime(timeOfIncoming(incoming)),
    at: formatDateTime(at),
    message: presentIncoming(incoming),
  };
}
