import type { DeviceSettings, GroupSettings } from './settings.ts';

/** The protocols of plain devices that FIWARE has agents for. */
export type DeviceProtocol = 'iot-agent-json' | 'ultralight';

/** The paths of FIWARE's agents, of which a group names one as its `resource`. */
const resources: ReadonlyMap<string | undefined, DeviceProtocol> = new Map([
  ['/iot/d', 'ultralight'],
  ['/iot/json', 'iot-agent-json'],
]);

/**
 * What the settings say about the protocol: the device's or the group's `protocol`, else the group's `resource`. Undefined
 * where they say nothing.
 */
export function protocolOf(
  device: Pick<DeviceSettings, 'protocol'> | undefined,
  group: Pick<GroupSettings, 'protocol' | 'resource'> | undefined,
): DeviceProtocol | undefined {
  const said = [device?.protocol, ...[group?.protocol ?? []].flat()].map(protocolNamed);
  return said.find((protocol) => protocol !== undefined) ?? resources.get(group?.resource);
}

/** FIWARE's names have many forms: `PDI-IoTA-UltraLight`, `IoTA-UL`, `UL20`, `PDI-IoTA-JSON`. */
function protocolNamed(name: string | undefined): DeviceProtocol | undefined {
  const letters = (name ?? '').replaceAll(/[\s_-]/g, '');
  if (/ul(?:tralight|20)?$/i.test(letters)) return 'ultralight';
  return /json$/i.test(letters) ? 'iot-agent-json' : undefined;
}
