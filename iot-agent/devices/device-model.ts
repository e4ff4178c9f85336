import type { Json } from '../measurement.ts';

/** What a decoder gets: payload bytes and the LoRaWAN port. */
export interface DecoderInput {
  readonly bytes: Uint8Array;
  readonly fPort: number;
  /** The device's own settings (`internal_attributes`): what its model names in `settings`. */
  readonly settings?: Json;
}

/** A setting of a single device that its decoder needs: a constant of its calibration or its mounting. */
export interface ModelSetting {
  /** Its key in `internal_attributes`. */
  readonly name: string;
  /** What it is, and its unit. */
  readonly description: string;
  /** The documented value, for devices that are told no other. */
  readonly nominal: number;
  /** Whether zero and less mean nothing. */
  readonly positive?: true;
}

/**
 * What was measured, by quantity name (a name that `mapping/quantities.ts` knows), in the unit that the quantity table says.
 * A value that the device does not know is left out, never null or NaN.
 */
export type Measurements = { readonly [quantity: string]: Json };

/** One worked example from the vendor's manual or its published decoder; a test runs every one of them. */
export interface DeviceModelExample {
  /** Hexadecimal, blanks allowed. */
  readonly bytes: string;
  readonly fPort: number;
  readonly measurements: Measurements;
  /** Where the example comes from. */
  readonly source: string;
}

/** A command of a device model: what it is called, and what its value means. */
export interface ModelCommand {
  /** Name of the command attribute on the Entity: `on`, `dim`, `reportInterval`; never that of a measurement. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the value. */
  readonly value: { readonly [keyword: string]: Json };
}

/** What is to be sent to a LoRaWAN device. */
export interface Downlink {
  readonly bytes: Uint8Array;
  readonly fPort: number;
  /** Whether the device has to acknowledge it; the command's settings, when they say so, come first. */
  readonly confirmed?: boolean;
}

/** One worked example of a command; a test runs every one of them. */
export interface CommandExample {
  readonly command: string;
  readonly value: Json;
  /** Hexadecimal, blanks allowed. */
  readonly bytes: string;
  readonly fPort: number;
  readonly source: string;
}

/** One device model: one file under `devices/<vendor>/<model>.ts`, found by the catalogue. */
export interface DeviceModel {
  /** Lower-case; `vendor/model` is the name under which devices are registered. */
  readonly vendor: string;
  readonly model: string;
  readonly description: string;
  /** Where the payload is described. */
  readonly documentation: string;
  /** The Smart Data Models types that its measurements feed; the first is the default entity_type of a device. */
  readonly feeds: readonly string[];
  /** Smart Data Models `controlledProperty` values of the Device entity. */
  readonly controlledProperty: readonly string[];
  /** Smart Data Models `category` of the Device entity. */
  readonly category: readonly string[];
  /**
   * Bytes to measurements.
   * @throws Error that says what is wrong with a payload that this model never sends (length, version, port).
   */
  decode(input: DecoderInput): Measurements;
  readonly examples: readonly DeviceModelExample[];
  /** What a device may be told about itself; absent when the payload says all. */
  readonly settings?: readonly ModelSetting[];
  /** What it can be told to do; absent for devices that only measure. */
  readonly commands?: readonly ModelCommand[];
  /**
   * A command to bytes. Present when `commands` is; the value fits the command's schema. `settings` as `decode` gets them.
   * @throws Error that says what is wrong with a value that the device cannot be told.
   */
  encode?(command: string, value: Json, settings?: Json): Downlink;
  /** At least one for each command. */
  readonly commandExamples?: readonly CommandExample[];
}
