/** What a template may name. */
export interface NamingValues {
  readonly type: string;
  readonly devEui?: string;
  /** The network server's own name of the device; its device_id where there is none. */
  readonly deviceId: string;
}

const placeholder = /\{(\w*)\}/g;
const names: readonly string[] = ['type', 'devEui', 'deviceId'];

/** What is wrong with a template of entity names, such as `urn:ngsi-ld:{type}:{devEui}`; undefined when nothing is. */
export function namingFault(template: string): string | undefined {
  const used = [...template.matchAll(placeholder)].map(([, name = '']) => name);
  const unknown = used.find((name) => !names.includes(name));
  if (unknown !== undefined) return `has {${unknown}}: known are {type}, {devEui} and {deviceId}`;
  if (!used.includes('devEui') && !used.includes('deviceId'))
    return 'must have {devEui} or {deviceId}, or all devices write to one Entity';
  return undefined;
}

/** The name by a template, with what it names escaped for URIs. */
export function nameBy(template: string, { type, devEui, deviceId }: NamingValues): string {
  const values = new Map([
    ['type', type],
    ['devEui', devEui?.toLowerCase() ?? deviceId],
    ['deviceId', deviceId],
  ]);
  return template.replace(placeholder, (whole, name: string) => {
    const value = values.get(name);
    return value === undefined ? whole : encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\uFFFD'));
  });
}
