import type { Measurements } from '../../devices/device-model.ts';
import type { Device } from '../../registry/device.ts';
import { numericSetting } from '../device-settings.ts';
import { type DerivedAttribute, nothingMissing } from './derived-attribute.ts';

const CHANNEL = /^(?:relay|lampOn)[1-9]\d?$/;

/** Whether the lamp is lit: what says so itself, the channel that it hangs on, or whether it is dimmed to nothing. */
function isLit(measurements: Measurements, device: Device): boolean | undefined {
  const { lampOn, dimLevel } = measurements;
  if (typeof lampOn === 'boolean') return lampOn;
  const channel = numericSetting(device, 'relay') ?? 1;
  const switched = measurements[`lampOn${channel}`] ?? measurements[`relay${channel}`];
  if (typeof switched === 'boolean') return switched;
  return typeof dimLevel === 'number' ? dimLevel > 0 : undefined;
}

/** A lamp hangs on relay or channel 1, or on the one that the setting `relay` names. */
export const powerState: DerivedAttribute = {
  attribute: 'powerState',
  uses: ['lampOn', 'relay1', 'relay2', 'dimLevel'],
  appliesTo: (measurements) =>
    typeof measurements['lampOn'] === 'boolean' ||
    typeof measurements['dimLevel'] === 'number' ||
    Object.keys(measurements).some((name) => CHANNEL.test(name)),
  missingSettings: nothingMissing,
  derive(measurements, device) {
    const lit = isLit(measurements, device);
    if (lit === undefined) return undefined;
    return lit ? 'on' : 'off';
  },
};
