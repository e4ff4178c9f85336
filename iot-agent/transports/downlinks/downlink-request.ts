import type { DownlinkAccess, Json } from '../../measurement.ts';

/** What the device is to get: bytes, or an object that the network server's own codec makes bytes of. */
export type DownlinkContent =
  | { readonly bytes: Uint8Array /** 1..223 */; readonly fPort: number }
  | { readonly object: { readonly [name: string]: Json }; readonly fPort?: number };

/** A downlink that is to be handed over. */
export type DownlinkRequest = DownlinkContent & {
  /** Sixteen upper-case hexadecimal digits. */
  readonly devEui: string;
  /** The network server's own names, as its messages say them. */
  readonly deviceId?: string;
  readonly applicationId?: string;
  /** A UUID of this downlink; what the server calls it afterwards is `downlinkId` of the message. */
  readonly id: string;
  /** Whether the device has to acknowledge it. */
  readonly confirmed: boolean;
  /** Behind the downlinks that wait for the device, or in place of them. */
  readonly mode: 'push' | 'replace';
  readonly by: 'mqtt' | 'http';
  /** For class B and C: the time at which it is to be sent, ISO 8601 (The Things Stack alone takes it). */
  readonly absoluteTime?: string;
  /** Seconds after which it is of no use any more (Netmore and ThingPark take it). */
  readonly validity?: number;
  /** The way back as the device's last message told it, or the key of the operator's: of ThingPark the tunnel key. */
  readonly downlink?: DownlinkAccess;
  /** Microseconds since 1970. */
  readonly now: number;
};

/** What has to be published or requested. */
export type DownlinkMessage = {
  /** What the server's events about this downlink bear as `downlinkId`; absent for servers that do not tell. */
  readonly downlinkId?: string;
} & (
  | { readonly kind: 'mqtt'; readonly topic: string; readonly payload: string }
  | {
      readonly kind: 'http';
      readonly method: 'POST' | 'DELETE';
      /** From the server's base URL; a whole URL where the server itself named it. A secret where that holds a key. */
      readonly path: string;
      /** Secrets where there is an apikey. */
      readonly headers: Readonly<Record<string, string>>;
      /** JSON; empty when everything is in the path. */
      readonly body: string;
      /** Has to be requested first, with the same headers: empties the device's queue, where that is a request of its own. */
      readonly before?: { readonly method: 'POST' | 'DELETE'; readonly path: string };
    }
);

/** Makes the messages of one network server; throws a DownlinkError. */
export type MakeDownlink = (request: DownlinkRequest) => DownlinkMessage;

/** Something that the network server needs is not known; the message says what, and what to do about it. */
export class DownlinkError extends Error {
  override readonly name = 'DownlinkError';
}

/** The value, or a DownlinkError that says what is missing and how to supply it. */
export function needed(value: string | undefined, missing: string): string {
  if (value === undefined) throw new DownlinkError(missing);
  return value;
}

/** A needed value that becomes a level of an MQTT topic, or a DownlinkError: nobody's name may lead to another topic. */
export function topicLevel(value: string | undefined, missing: string): string {
  const level = needed(value, missing);
  if (/[/+#\0]/.test(level))
    throw new DownlinkError(
      `${JSON.stringify(level.slice(0, 100))} cannot be a level of an MQTT topic: it must be without the characters / + #`,
    );
  return level;
}

/** The bytes and their port, or a DownlinkError: `server` has no codec that could make bytes of an object. */
export function bytesFor(
  server: string,
  request: DownlinkRequest,
): { readonly bytes: Buffer; readonly fPort: number } {
  if (!('bytes' in request))
    throw new DownlinkError(
      `${server} takes bytes alone: give the device a model or codec that encodes the command, or send raw bytes`,
    );
  return { bytes: bufferOf(request.bytes), fPort: request.fPort };
}

/** The same bytes as a Buffer, which writes them as text. */
export function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** The headers of a JSON request, with the key where there is one. */
export function jsonHeaders(
  apikey: string | undefined,
  header = 'Authorization',
): Readonly<Record<string, string>> {
  const type = { 'Content-Type': 'application/json' };
  return apikey === undefined ? type : { ...type, [header]: `Bearer ${apikey}` };
}
