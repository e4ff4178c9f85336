/** Plain JSON, as devices send and brokers take it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** The network servers whose messages are understood. */
export type LorawanServer = 'things-stack' | 'chirpstack' | 'loriot' | 'actility' | 'netmore' | 'helium';

/** A place in degrees, WGS 84, and metres. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude?: number;
}

/** The way back to a device, as its network server tells it with a message. A secret: neither logged nor shown. */
export interface DownlinkAccess {
  /** The URL that adds a downlink to the device's queue, and the one that replaces the queue. */
  readonly push?: string;
  readonly replace?: string;
  readonly apikey?: string;
  /** Levels before the server's own MQTT topics, such as `eu868/`. */
  readonly topicPrefix?: string;
}

/** What each message of a network server says about the device, and about the way back to it. */
export interface LorawanOrigin {
  /** Sixteen upper-case hexadecimal digits. */
  readonly devEui: string;
  readonly server: LorawanServer;
  /** The network server's own name of the device. */
  readonly deviceId?: string;
  /** Its application there; with the tenant (`app@tenant`) where a topic of The Things Stack said so. */
  readonly applicationId?: string;
  /** Microseconds since 1970: when the network server received it. */
  readonly receivedAt: number;
  readonly downlink?: DownlinkAccess;
  /** The connection (`/iot/connections`) that it came by; absent for the one of the settings and for webhooks. */
  readonly connection?: string;
}

/** What a LoRaWAN network server delivers, whatever its envelope: one uplink of one device. */
export interface LorawanUplink extends LorawanOrigin {
  readonly kind: 'lorawan';
  /** Absent on a MAC-only uplink; 0 when the envelope leaves a zero out. */
  readonly fPort?: number;
  readonly fCnt: number;
  /** Payload; empty when the uplink carried none. */
  readonly bytes: Uint8Array;
  /** What the network server's own codec made of it, if it has one. */
  readonly decoded?: Json;
  /** The network server's normalized measurements (The Things Stack), if it has them. */
  readonly normalized?: Json;
  /** Of the best gateway. */
  readonly rssi?: number;
  readonly snr?: number;
  /** De-duplication: the server's own id of this uplink where it has one. */
  readonly deduplicationId?: string;
  /** Location that the network server knows for the device (not the gateway's). */
  readonly location?: Place;
  /** What the server knows of the kind of device: ChirpStack's device profile, `brand/model` of The Things Stack, a sensor type. */
  readonly profile?: string;
  readonly tags?: { readonly [name: string]: string };
  /** 0..1, when the server adds what the device last told it. */
  readonly batteryLevel?: number;
  /** Somebody made it up in the server's console: no device sent it. */
  readonly simulated?: true;
}

/** A measure of a plain device (FIWARE's IoT-Agent-JSON and UltraLight, free-form MQTT): names and values as the device sent them. */
export interface PlainMeasure {
  readonly kind: 'plain';
  readonly apikey: string;
  readonly deviceId: string;
  /** Device keys (object_id) to values. */
  readonly values: { readonly [name: string]: Json };
  /** Microseconds since 1970; from TimeInstant or `t`, else the time of arrival. */
  readonly observedAt: number;
  /** That time was written without an offset and read as UTC: it is meant in the device's time zone. */
  readonly isLocal?: true;
  /** A payload that the codec or the model of the device decodes, in the place of `values`. */
  readonly bytes?: Uint8Array;
  /** The port that the codec or model gets to see. */
  readonly fPort?: number;
  /** The connection (`/iot/connections`) that it came by; absent for the one of the settings and for HTTP. */
  readonly connection?: string;
  /** It came by HTTP: a device that nothing else is said of asks for its commands. */
  readonly byHttp?: true;
}

/** What a plain device answers to commands, by their names. */
export interface CommandResults {
  readonly kind: 'command-results';
  readonly apikey: string;
  readonly deviceId: string;
  readonly results: { readonly [command: string]: Json };
  /** Microseconds since 1970. */
  readonly receivedAt: number;
  /** As of a measure. */
  readonly connection?: string;
}

/** A device event other than a measurement. */
export type DeviceEvent = LorawanOrigin & { readonly kind: 'event' } & (
    | {
        readonly event: 'status';
        /** 0..1; -1 when the server says that it is not known. */
        readonly batteryLevel?: number;
      }
    | { readonly event: 'join' }
    | { readonly event: 'location'; readonly location: Place }
    | {
        /** An entry of the server's own log about the device, such as a frame with a wrong signature. */
        readonly event: 'log';
        readonly level: 'info' | 'warning' | 'error';
        readonly code: string;
        readonly description: string;
      }
    | {
        /** How far a downlink has come. */
        readonly event: 'downlink';
        readonly stage: 'queued' | 'sent' | 'acknowledged' | 'not-acknowledged' | 'failed';
        /** The id under which it was handed over: `queueItemId`, or the correlation id of ours. */
        readonly downlinkId?: string;
        /** Why it failed, in the server's words; `error.name` first where there is one. */
        readonly reason?: string;
      }
  );

export type Incoming = LorawanUplink | PlainMeasure | CommandResults | DeviceEvent;

/** A transport hands over what arrived and gets a promise that resolves when it is safely in the spool. */
export type Receive = (incoming: readonly Incoming[], correlationId: string) => Promise<void>;
