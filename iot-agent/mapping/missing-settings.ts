import type { Measurements } from '../devices/device-model.ts';
import type { Device } from '../registry/device.ts';
import type { DerivedAttribute } from './derived/derived-attribute.ts';
import { DERIVED } from './derived-attributes.ts';
import { modelOfMeasures } from './smart-data-models.ts';
import { staticAttributes } from './static-attributes.ts';

/** What the agent says of every Entity by itself. */
const SAID_BY_AGENT = ['id', 'type', 'dateObserved', 'dateObservedFrom', 'dateObservedTo'];

/**
 * What a registered device still lacks before its uplinks can become Entities: for the warning at registration.
 * A location may still come with an uplink; what is listed here makes it wait only until then.
 * @param samples what devices of its model measure; none for a device without a model.
 */
export function missingFromDevice(device: Device, samples: readonly Measurements[]): readonly string[] {
  const presets = device.attributes.flatMap(({ quantity }) => quantity ?? []);
  const derived = (DERIVED.get(device.entityType) ?? []).filter(
    (entry) => samples.some(entry.appliesTo) || presets.some((quantity) => entry.uses.includes(quantity)),
  );
  const missing = missingAttributes(device, derived);
  return [
    // Only what a device of the catalogue measures is known beforehand.
    ...(samples.length === 0 ? missing.filter((name) => name === 'location') : missing),
    ...new Set(derived.flatMap((entry) => entry.missingSettings(device))),
  ];
}

function missingAttributes(device: Device, derived: readonly DerivedAttribute[]): readonly string[] {
  const model = modelOfMeasures(device.entityType);
  const statics = staticAttributes(device);
  const said = new Set([
    ...SAID_BY_AGENT,
    ...Object.keys(model?.defaults ?? {}),
    ...(statics.kind === 'attributes' ? statics.attributes.keys() : []),
    ...derived.map(({ attribute }) => attribute),
  ]);
  return (model?.schema.required ?? []).filter((name) => !said.has(name));
}
