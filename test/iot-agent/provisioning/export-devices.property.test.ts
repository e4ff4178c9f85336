import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exportDevices } from '../../../iot-agent/provisioning/export-devices.ts';
import { csvRows } from '../../../iot-agent/provisioning/import-rows.ts';
import { laySettings } from '../../../iot-agent/provisioning/merge-patch.ts';
import type { DeviceRecord } from '../../../iot-agent/registry/registry.ts';

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    '=1+1',
    "'=x",
    "'x",
    '-3',
    '12',
    '1,5',
    'true',
    ' a',
    'a;b',
    '"',
    'a\nb',
    '[1]',
    '{',
    '\uFEFFx',
    'é',
  ),
);
const json = fc.jsonValue({ maxDepth: 2 });
const value = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), json);
const names = fc.constantFrom('floor', 'note', 'é', 'a.b', 'name', 'Lat', '__proto__', 'a b');
const statics = fc.array(
  fc.record(
    {
      name: names,
      type: fc.constantFrom('Text', 'Number', 'Boolean', 'StructuredValue'),
      value,
      metadata: json,
    },
    { requiredKeys: ['name', 'type', 'value'] },
  ),
  { maxLength: 4 },
);
const location = fc.tuple(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.double({ min: -90, max: 90, noNaN: true }),
);
const settings = fc.record(
  {
    device_id: text,
    entity_type: fc.constant('Bench'),
    entity_name: text,
    timezone: text,
    explicitAttrs: fc.oneof(fc.boolean(), text, fc.array(text, { maxLength: 2 })),
    internal_attributes: fc.oneof(fc.dictionary(names, value, { maxKeys: 4 }), json),
    static_attributes: statics,
    attributes: fc.array(json, { maxLength: 2 }),
    name: json,
    unheardOf: json,
    place: location,
  },
  { requiredKeys: ['device_id', 'entity_type', 'entity_name'] },
);

/** As the registry has it: what is a member with null cannot be told in an import, nor need it. */
function recordOf({ place, ...rest }: Record<string, unknown>): DeviceRecord {
  const point = place && {
    name: 'location',
    type: 'geo:json',
    value: { type: 'Point', coordinates: place },
  };
  const list = [...((rest['static_attributes'] as unknown[] | undefined) ?? []), ...(point ? [point] : [])];
  const all = JSON.parse(
    JSON.stringify({ ...rest, ...(point ? { static_attributes: list } : {}) }),
  ) as object;
  const told = Object.entries(all).filter(([, member]) => member !== null);
  return { tenant: '', servicePath: '/', settings: Object.fromEntries(told) } as unknown as DeviceRecord;
}

async function imported(
  devices: readonly DeviceRecord[],
  befores: readonly object[],
): Promise<readonly unknown[]> {
  async function* pages() {
    yield devices;
  }
  const file = Readable.from(exportDevices(pages), { objectMode: true });
  const bytes = file.map((part: string) => Buffer.from(part)) as AsyncIterable<Uint8Array>;
  const parts = { internalNames: new Set<string>(), warn: (message: string) => expect(message).toBe('') };
  const results: unknown[] = [];
  for await (const { content } of csvRows(bytes, parts)) {
    if ('reason' in content) throw new Error(content.reason);
    results.push(content.patches.reduce(laySettings, befores[results.length] ?? {}));
  }
  return results;
}

it('devices come back from their export as they were, and over themselves unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(settings, { minLength: 1, maxLength: 3 }), async (all) => {
      const devices = all.map(recordOf);
      const own = devices.map((device) => device.settings);
      expect(await imported(devices, own)).toEqual(own);
      const sorted = (one: unknown) => {
        const { static_attributes: list, ...rest } = one as { readonly static_attributes?: unknown };
        if (!Array.isArray(list)) return one;
        const order = (entry: unknown): string => JSON.stringify(entry);
        return { ...rest, static_attributes: list.map(order).sort() };
      };
      const fresh = await imported(devices, []);
      expect(fresh.map(sorted)).toEqual(own.map(sorted));
    }),
    { numRuns: 300 },
  );
});
