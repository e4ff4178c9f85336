import type { Json } from '../measurement.ts';
import type { Codec } from './codec.ts';

/** What is said about an attribute besides its value: as it is, or by a JEXL expression over each measure. */
export interface Metadata {
  readonly [name: string]: { readonly type?: string; readonly value?: Json; readonly expression?: string };
}

/** A fixed attribute of every Entity of a device or group (FIWARE `static_attributes`). */
export interface StaticAttribute {
  readonly name: string;
  /** NGSI-LD kind or a FIWARE type: `Relationship`, `geo:json`, `geo:point`, `Text`, `Number`, `DateTime`… */
  readonly type: string;
  readonly value: Json;
  readonly metadata?: Metadata;
  /** Which measured attributes the Entity that the value names gets too; `name` leads back to the device's Entity. */
  readonly link?: { readonly attributes: readonly string[]; readonly name: string; readonly type: string };
}

/** A FIWARE active attribute: which device key becomes which Attribute. */
export interface ActiveAttribute {
  /** The key in the measure; the name itself when absent. */
  readonly object_id?: string;
  readonly name: string;
  readonly type: string;
  readonly metadata?: Metadata;
  /** JEXL over the measure, in the place of the key's own value. */
  readonly expression?: string;
  /** The result of the expression that means that there is nothing to say; null by default. */
  readonly skipValue?: Json;
  /** Another Entity that the attribute belongs to: a name, or a JEXL expression for one. */
  readonly entity_name?: string;
  /** The type of that Entity; the device's own when absent. */
  readonly entity_type?: string;
  /** A name of the quantity table, which then says unit, range and the Attribute of the Entity type. */
  readonly quantity?: string;
  /** The unit in which the device delivers the quantity; that of the table when absent. */
  readonly unit?: string;
}

/** Which attributes may go on: all, the configured ones, the listed ones, or what a JEXL expression says of these. */
export type ExplicitAttributes = boolean | string | readonly (string | { readonly object_id: string })[];

/** What becomes of what a device sends and nobody has configured. */
export type Unmapped = 'drop' | 'keep' | 'quarantine';

/** An air-quality index that the agent computes: of the European Environment Agency, or of Belgium. */
export type AirQualityIndexName = 'EAQI' | 'BelAQI';

/** What plain devices send: names and values, or an Entity in one of NGSI's forms. */
export type PayloadType = 'iotagent' | 'ngsiv2' | 'ngsild';

/** A registered device, its group's settings already laid under its own. */
export interface Device {
  readonly tenant: string;
  readonly deviceId: string;
  /** Sixteen upper-case hexadecimal digits; set for LoRaWAN devices. */
  readonly devEui?: string;
  readonly apikey?: string;
  /** `vendor/model` of the device model catalogue. */
  readonly model?: string;
  /** Decodes its payloads, and encodes its commands, in the place of the model. */
  readonly codec?: Codec;
  readonly entityType: string;
  /** URI of the Entity that its measurements go to. */
  readonly entityName: string;
  /** FIWARE's sub-service; kept for expressions alone. */
  readonly servicePath?: string;
  readonly explicitAttrs?: ExplicitAttributes;
  /** Comes before `explicitAttrs`, which decides when it is absent. */
  readonly unmapped?: Unmapped;
  /** JEXL for the name of the Entity, in the place of `entityName`. */
  readonly entityNameExp?: string;
  /** IANA zone of the times that the device sends without an offset; UTC when absent. */
  readonly timezone?: string;
  /** `iotagent` when absent. */
  readonly payloadType?: PayloadType;
  /** Which index its Entities are to have; none when absent. */
  readonly airQualityIndex?: AirQualityIndexName;
  /** Attributes whose changes are commands, besides those of its model; none when absent. */
  readonly commandNames?: ReadonlySet<string>;
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
  /** At least one, each with another id. `warnings`: what was left out, and why. */
  | {
      readonly kind: 'entities';
      readonly entities: readonly MappedEntity[];
      readonly warnings?: readonly string[];
    }
  /** The type's schema demands something that the device does not have yet: the uplink waits. `part`: what there is of the Entity. */
  | {
      readonly kind: 'incomplete';
      readonly missing: readonly string[];
      readonly reason: string;
      readonly part?: MappedEntity;
    }
  /** Nothing that was measured belongs into the Entity (a battery report, say): there is nothing to send. */
  | { readonly kind: 'nothing'; readonly reason: string; readonly warnings?: readonly string[] }
  /** The Entity does not validate: never sent. `value`: the Attribute as it would have been, where there is one. */
  | { readonly kind: 'invalid'; readonly attribute: string; readonly rule: string; readonly value?: Json };
