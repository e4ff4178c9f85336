import type { Json } from '../measurement.ts';
import type {
  ActiveAttribute,
  AirQualityIndexName,
  ExplicitAttributes,
  StaticAttribute,
  Unmapped,
} from './device.ts';
import type { RuleSettings } from './rule-settings.ts';
import type { TopicTemplate } from './topic-template.ts';

/** A command as it is configured, in FIWARE's form with members of ours beside it. */
export interface CommandSettings {
  /** Name of the Attribute whose change is the command. */
  readonly name: string;
  readonly type?: string;
  /** The device's own name of it; the name itself when absent. */
  readonly object_id?: string;
  /** JEXL over the value: what is sent in its place. */
  readonly expression?: string;
  readonly payloadType?: 'binaryfromstring' | 'binaryfromhex' | 'binaryfromjson' | 'text' | 'json';
  readonly contentType?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly mqtt?: { readonly qos?: 0 | 1 | 2; readonly retain?: boolean };
  /** Seconds, or an ISO 8601 duration, after which it is not sent any more. */
  readonly ttl?: number | string;
  readonly fPort?: number;
  readonly confirmed?: boolean;
  /** `replace`: a newer value takes the place of one that is not sent yet. */
  readonly mode?: 'push' | 'replace';
  /** LoRaWAN class of the device. */
  readonly class?: 'A' | 'B' | 'C';
}

/** An active attribute as it is configured: what has a quantity needs no name and no type. */
export type AttributeSettings = ActiveAttribute | (Partial<ActiveAttribute> & { readonly quantity: string });

/** What devices and groups may both set, in the form of FIWARE's configuration API. */
interface CommonSettings {
  readonly entity_type?: string;
  readonly timezone?: string;
  readonly explicitAttrs?: ExplicitAttributes;
  readonly unmapped?: Unmapped;
  readonly payloadType?: string;
  /** Name of the codec that decodes the payload, in the place of a model. */
  readonly codec?: string;
  /** Which index an AirQualityObserved is to have, of the hourly means of what the device measures. */
  readonly airQualityIndex?: AirQualityIndexName;
  readonly attributes?: readonly AttributeSettings[];
  readonly static_attributes?: readonly StaticAttribute[];
  readonly internal_attributes?: Json;
  readonly commands?: readonly CommandSettings[];
  /** Rules of the same kind as those of `/iot/rules`. */
  readonly rules?: readonly RuleSettings[];
  /** How commands reach the device: `HTTP` or `MQTT`. */
  readonly transport?: string;
  /** Where commands are posted to. */
  readonly endpoint?: string;
  /** `registration`: besides its subscription, the agent registers itself as the source of the commands. */
  readonly cmdMode?: 'notification' | 'advancedNotification' | 'registration' | 'legacy';
}

/** A device as it is configured; members that are not used yet are kept as they came. */
export interface DeviceSettings extends CommonSettings {
  readonly device_id: string;
  readonly apikey?: string;
  readonly entity_name?: string;
  /** Sixteen upper-case hexadecimal digits. */
  readonly devEui?: string;
  /** `vendor/model` of the catalogue. */
  readonly model?: string;
  /** FIWARE's name of the protocol, such as `PDI-IoTA-UltraLight`. */
  readonly protocol?: string;
  /** Commands wait until the device asks for them. */
  readonly polling?: boolean | string;
}

/** A service group as it is configured; members that are not used yet are kept as they came. */
export interface GroupSettings extends CommonSettings {
  readonly apikey: string;
  /** HTTP path of its devices. */
  readonly resource?: string;
  /** FIWARE's name of the protocol that its devices speak, or a list with one. */
  readonly protocol?: string | readonly string[];
  /** Free-form messages of its devices at the agent's own MQTT broker, or at that of MQTT_URL. */
  readonly topics?: readonly TopicTemplate[];
  /** Whether a measure of an unknown device of the group registers it, at once or when somebody approves; at once by default. */
  readonly autoprovision?: boolean | 'approve';
  /** JEXL for the names of its devices' Entities. */
  readonly entityNameExp?: string;
  /** What stands between type and device id in the name of an Entity that has no other. */
  readonly defaultEntityNameConjunction?: string;
}
