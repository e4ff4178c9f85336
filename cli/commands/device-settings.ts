import { type Given, numberOf, type Option, optionOf, UsageError } from '../command.ts';

/** Options that say something about a device, by the columns of an import. */
const columns: Readonly<Record<string, string>> = {
  id: 'device_id',
  'dev-eui': 'devEui',
  model: 'model',
  codec: 'codec',
  name: 'name',
  type: 'entity_type',
  apikey: 'apikey',
};

/** Options of commands that register devices. */
export const deviceOptions = {
  'dev-eui': { value: 'DEVEUI', about: '16 hexadecimal digits, as on the label' },
  model: { value: 'VENDOR/MODEL', about: 'of the catalogue: carillon model list' },
  codec: { value: 'NAME', about: "an uploaded codec, in the model's place" },
  lat: { value: 'DEGREES', about: 'latitude of where it hangs' },
  lon: { value: 'DEGREES', about: 'longitude' },
  name: { value: 'TEXT', about: 'what its entity is called' },
  id: { value: 'ID', about: 'its device id; the DevEUI, or the name, when absent' },
  type: { value: 'TYPE', about: 'type of its entity; the first that the model feeds when absent' },
  apikey: { value: 'KEY', about: 'apikey of its group, for devices that speak MQTT or HTTP themselves' },
  set: { value: 'JSON', about: 'further settings, such as \'{"timezone": "Europe/Brussels"}\'' },
} as const satisfies Readonly<Record<string, Option>>;

/** The device that the options describe, as a row of an import. @throws UsageError */
export function rowOf(given: Given): Readonly<Record<string, unknown>> {
  const own = Object.entries(columns).flatMap(([option, column]) => {
    const value = optionOf(given, option);
    return value === undefined ? [] : [[column, value] as const];
  });
  return { ...Object.fromEntries(own), ...placeOf(given), ...furtherOf(given) };
}

function placeOf(given: Given): { readonly lat?: number; readonly lon?: number } {
  const [lat, lon] = [numberOf(given, 'lat'), numberOf(given, 'lon')];
  if (lat === undefined && lon === undefined) return {};
  if (lat === undefined || lon === undefined)
    throw new UsageError('--lat and --lon make a place together: give both');
  return { lat, lon };
}

function furtherOf(given: Given): { readonly settings?: unknown } {
  const text = optionOf(given, 'set');
  if (text === undefined) return {};
  try {
    return { settings: JSON.parse(text) };
  } catch (error) {
    throw new UsageError(`--set must be JSON: ${(error as Error).message}`);
  }
}
