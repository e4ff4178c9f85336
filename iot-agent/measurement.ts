/** Plain JSON, as devices send and brokers take it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What a LoRaWAN network server delivers, whatever its envelope: one uplink of one device. */
export interface LorawanUplink {
  readonly kind: 'lorawan';
  /** Sixteen upper-case hexadecimal digits. */
  readonly devEui: string;
  readonly server: 'things-stack' | 'chirpstack';
  /** The network server's own name of the device, and of its application. */
  readonly deviceId?: string;
  readonly applicationId?: string;
  /** Absent on a MAC-only uplink; 0 when the envelope leaves a zero out. */
  readonly fPort?: number;
  readonly fCnt: number;
  /** Payload; empty when the uplink carried none. */
  readonly bytes: Uint8Array;
  /** What the network server's own codec made of it, if it has one. */
  readonly decoded?: Json;
  /** Microseconds since 1970: when the network server received it. */
  readonly receivedAt: number;
  /** Of the best gateway. */
  readonly rssi?: number;
  readonly snr?: number;
  /** De-duplication: the server's own id of this uplink where it has one. */
  readonly deduplicationId?: string;
  /** Location that the network server knows for the device (not the gateway's). */
  readonly location?: { readonly latitude: number; readonly longitude: number; readonly altitude?: number };
}

/** A measure of a plain device (FIWARE IoT-Agent-JSON): names and values as the device sent them. */
export interface PlainMeasure {
  readonly kind: 'plain';
  readonly apikey: string;
  readonly deviceId: string;
  /** Device keys (object_id) to values. */
  readonly values: { readonly [name: string]: Json };
  /** Microseconds since 1970; from TimeInstant or `t`, else the time of arrival. */
  readonly observedAt: number;
}

/** A device event other than a measurement: battery status, join and the like. */
export interface DeviceEvent {
  readonly kind: 'event';
  readonly devEui: string;
  readonly server: 'things-stack' | 'chirpstack';
  readonly event: 'status' | 'join' | 'other';
  readonly receivedAt: number;
  /** 0..1; -1 when the server says that it is not known. */
  readonly batteryLevel?: number;
}

export type Incoming = LorawanUplink | PlainMeasure | DeviceEvent;

/** A transport hands over what arrived and gets a promise that resolves when it is safely in the spool. */
export type Receive = (incoming: readonly Incoming[], correlationId: string) => Promise<void>;
