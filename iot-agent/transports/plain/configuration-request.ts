import type { Json } from '../../measurement.ts';
import { EnvelopeError, isObject, parseJson } from '../envelope.ts';
import type { MeasureOrigin } from './measure-origin.ts';
import type { Protocol } from './protocol.ts';

/** A device asks for values of its Entity (FIWARE's configuration commands). */
export interface ConfigurationRequest {
  readonly apikey: string;
  readonly deviceId: string;
  /** `subscription`: now, and again whenever one of them changes. */
  readonly type: 'configuration' | 'subscription';
  /** Names of Attributes, at least one. */
  readonly fields: readonly string[];
  readonly protocol: Protocol;
  /** The connection that it came by, as of a measure. */
  readonly connection?: string;
}

const mostFields = 100;
const mostCharacters = 256;

/**
 * Reads `{"type": "configuration", "fields": ["sleepTime"]}`, or in UltraLight `configuration|sleepTime|warningLevel`.
 * @throws EnvelopeError that says how it must look.
 */
export function parseConfigurationRequest(
  text: string,
  { apikey, deviceId }: Pick<MeasureOrigin, 'apikey' | 'deviceId'>,
  protocol: Protocol,
): ConfigurationRequest {
  const { type, fields } = protocol === 'ultralight' ? inUltraLight(text) : inJson(text);
  if (type !== 'configuration' && type !== 'subscription')
    throw new EnvelopeError('the type of a configuration command must be configuration or subscription');
  return { apikey, deviceId, type, fields: fieldNames(fields), protocol };
}

interface Raw {
  readonly type: unknown;
  readonly fields: unknown;
}

function inJson(text: string): Raw {
  const body = parseJson(text);
  if (!isObject(body))
    throw new EnvelopeError(
      'a configuration command must be a JSON object such as {"type": "configuration", "fields": ["sleepTime"]}',
    );
  return { type: body['type'], fields: body['fields'] };
}

function inUltraLight(text: string): Raw {
  const [type, ...fields] = text.trim().split('|');
  return { type, fields };
}

function fieldNames(fields: unknown): readonly string[] {
  const names = Array.isArray(fields) ? fields : [];
  const areNames = names.every(
    (name) => typeof name === 'string' && name !== '' && name.length <= mostCharacters,
  );
  if (!areNames || names.length === 0 || names.length > mostFields)
    throw new EnvelopeError(
      `fields must be 1 to ${mostFields} names of attributes, each of at most ${mostCharacters} characters`,
    );
  return [...new Set(names as string[])];
}

/**
 * The values as the device gets them, with the time `dt`: `{"sleepTime": "200", "dt": "20160125T092703Z"}`, or in UltraLight
 * `dev@configuration|sleepTime=200|dt=20160125T092703Z`. `now` in microseconds.
 */
export function configurationText(
  { deviceId, protocol }: Pick<ConfigurationRequest, 'deviceId' | 'protocol'>,
  values: { readonly [name: string]: Json },
  now: number,
): string {
  const dt = new Date(now / 1000)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  if (protocol === 'iot-agent-json') return JSON.stringify({ ...values, dt });
  const parts = Object.entries({ ...values, dt }).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${deviceId}@configuration|${parts.join('|')}`;
}
