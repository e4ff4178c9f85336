/** How the payload of free-form messages is read. */
export type PayloadFormat = 'json' | 'csv' | 'text' | 'bytes' | 'ultralight' | 'cbor';

/** How times are written: ISO 8601, or seconds, milliseconds or microseconds since 1970. */
export type TimeFormat = 'iso' | 's' | 'ms' | 'µs';

/**
 * How messages of devices that have topics and payloads of their own become measures. A place is a JSONPath (`$.data.t`), a capture
 * of the topic (`{site}`), or in CSV the name of a column.
 */
export interface TopicTemplate {
  /** The topic, in which a level `{name}` is captured, `+` is any level and `#` at the end any number of them. */
  readonly template: string;
  readonly format: PayloadFormat;
  /** JSON and CBOR: names of what is measured, to places; all members when absent. Other formats: captures that are values too. */
  readonly values?: { readonly [name: string]: string };
  /** CSV: names of the columns; null for one that means nothing. */
  readonly columns?: readonly (string | null)[];
  /** Text and bytes: the name of the one value. */
  readonly name?: string;
  /** Place of the device id, or the id itself; the capture `{deviceId}` when absent. */
  readonly deviceId?: string;
  /** Place of the time; the time of arrival when absent. */
  readonly time?: string;
  /** `iso` when absent. */
  readonly timeFormat?: TimeFormat;
  /** JSON and CBOR: JSONPath of the measures in one message. */
  readonly each?: string;
  /** Of the devices' group; a group's own templates need none, others may capture `{apikey}`. */
  readonly apikey?: string;
  /** CSV: what stands between columns; `,` when absent, `;` with decimal commas. */
  readonly separator?: string;
  /** Numbers are written `21,5`. */
  readonly decimalComma?: boolean;
  /** Bytes: the port that a codec or model gets to see. */
  readonly fPort?: number;
}

/** A template that cannot be used: the message names the member, the rule and the remedy. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
