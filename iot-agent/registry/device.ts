import type { Json } from '../measurement.ts';

/** A fixed attribute of every Entity of a device or group (FIWARE `static_attributes`). */
export interface StaticAttribute {
  readonly name: string;
  /** NGSI-LD kind or a FIWARE type: `Relationship`, `geo:json`, `geo:point`, `Text`, `Number`, `DateTime`… */
  readonly type: string;
  readonly value: Json;
  readonly metadata?: { readonly [name: string]: { readonly type?: string; readonly value: Json } };
}

/** A FIWARE active attribute: which device key becomes which Attribute. */
export interface ActiveAttribute {
  /** The key in the measure; the name itself when absent. */
  readonly object_id?: string;
  readonly name: string;
  readonly type: string;
  readonly metadata?: { readonly [name: string]: { readonly type?: string; readonly value: Json } };
}

/** A registered device, its group's settings already laid under its own. */
export interface Device {
  readonly tenant: string;
  readonly deviceId: string;
  /** Sixteen upper-case hexadecimal digits; set for LoRaWAN devices. */
  readonly devEui?: string;
  readonly apikey?: string;
  /** `vendor/model` of the device model catalogue. */
  readonly model?: string;
  readonly entityType: string;
  /** URI of the Entity that its measurements go to. */
  readonly entityName: string;
  readonly explicitAttrs?: boolean;
  readonly attributes: readonly ActiveAttribute[];
  readonly staticAttributes: readonly StaticAttribute[];
  /** Free form settings; a bin's geometry lives here: `emptyDistance`, `fullDistance` in millimetres. */
  readonly internalAttributes?: Json;
}

/** An NGSI-LD Entity in normalized form, as it is sent to the broker. */
export interface OutgoingEntity {
  readonly id: string;
  readonly type: string;
  readonly [attribute: string]: Json;
}

/** An Entity, and how it is to be sent. */
export interface MappedEntity {
  readonly entity: OutgoingEntity;
  /** URL of the @context in which its names are short, the Link of the request; empty for the core @context. */
  readonly context: string;
  /** Microseconds: what the order guard compares. */
  readonly observedAt: number;
}

/** What the mapping makes of a decoded measurement. */
export type Mapped =
  /** At least one, each with another id. */
  | { readonly kind: 'entities'; readonly entities: readonly MappedEntity[] }
  /** The type's schema demands something that the device does not have yet: the uplink waits. */
  | { readonly kind: 'incomplete'; readonly missing: readonly string[]; readonly reason: string }
  /** Nothing that was measured belongs into the Entity (a battery report, say): there is nothing to send. */
  | { readonly kind: 'nothing'; readonly reason: string }
  /** The Entity does not validate: never sent. */
  | { readonly kind: 'invalid'; readonly attribute: string; readonly rule: string };
