import type { Json } from '../measurement.ts';
import type { ActiveAttribute, StaticAttribute } from './device.ts';

/** What devices and groups may both set, in the form of FIWARE's configuration API. */
interface CommonSettings {
  readonly entity_type?: string;
  readonly timezone?: string;
  readonly explicitAttrs?: Json;
  readonly attributes?: readonly ActiveAttribute[];
  readonly static_attributes?: readonly StaticAttribute[];
  readonly internal_attributes?: Json;
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
}

/** A service group as it is configured; members that are not used yet are kept as they came. */
export interface GroupSettings extends CommonSettings {
  readonly apikey: string;
  /** HTTP path of its devices in FIWARE's agents; it distinguishes nothing here. */
  readonly resource?: string;
  /** Whether a measure of an unknown device of the group registers it; it does by default. */
  readonly autoprovision?: boolean;
}
