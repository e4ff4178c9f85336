import { readFileSync } from 'node:fs';
import type { DeviceSettings, GroupSettings } from '../../../iot-agent/registry/settings.ts';

/** A worked example of docs/rules.md: bodies for `/iot/groups` and `/iot/devices`. */
export interface RuleExample {
  readonly groups: { readonly groups: readonly GroupSettings[] };
  readonly devices: { readonly devices: readonly DeviceSettings[] };
}

/** The example whose blocks are marked with that name. */
export function ruleExample(name: 'the court' | 'the cycle path'): RuleExample {
  const page = readFileSync('docs/rules.md', 'utf8');
  const block = (mark: string): unknown => {
    const text = page.split(`<!-- ${mark} -->\n\`\`\`json\n`)[1]?.split('```')[0];
    if (text === undefined) throw new Error(`docs/rules.md has no block after <!-- ${mark} -->`);
    return JSON.parse(text);
  };
  return {
    groups: block(name) as RuleExample['groups'],
    devices: block(`${name}'s devices`) as RuleExample['devices'],
  };
}
