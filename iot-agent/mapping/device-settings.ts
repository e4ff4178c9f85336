import { findNumber, findText } from '../devices/settings.ts';
import type { Device } from '../registry/device.ts';

/** A setting of the device that must be a number, from its internal attributes; undefined when it is none, or not there. */
export function numericSetting({ internalAttributes }: Device, name: string): number | undefined {
  return findNumber(internalAttributes, name);
}

/** A setting of the device that is a word. */
export function textSetting({ internalAttributes }: Device, name: string): string | undefined {
  return findText(internalAttributes, name);
}
