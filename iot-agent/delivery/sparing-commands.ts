import type { Catalogue } from '../devices/catalogue.ts';
import type { Device, Mapped, MappedEntity } from '../registry/device.ts';
import type { Remark } from '../spool/device-log.ts';
import type { Interpret } from './interpret.ts';

/**
 * Interprets as `interpret` does, and leaves out Attributes that are commands of the device: written as measured, they would come
 * back as commands. The log of the device says so.
 */
export function sparingCommands(interpret: Interpret, catalogue: Pick<Catalogue, 'findModel'>): Interpret {
  return async (device, incoming) => {
    const interpretation = await interpret(device, incoming);
    const { mapped, remarks = [] } = interpretation;
    const names = commandNames(device, catalogue);
    if (names.size === 0 || mapped.kind !== 'entities') return interpretation;
    const spared = new Set<string>();
    const entities = mapped.entities.map((one) => sparedOf(one, names, spared));
    if (spared.size === 0) return interpretation;
    const changed: Mapped = { ...mapped, entities };
    return { ...interpretation, mapped: changed, remarks: [...remarks, ...[...spared].map(remarkOf)] };
  };
}

function commandNames(device: Device, { findModel }: Pick<Catalogue, 'findModel'>): ReadonlySet<string> {
  const model = device.model === undefined ? undefined : findModel(device.model);
  if (model?.commands === undefined) return device.commandNames ?? none;
  return new Set([...model.commands.map(({ name }) => name), ...(device.commandNames ?? none)]);
}

const none: ReadonlySet<string> = new Set();

function sparedOf(mapped: MappedEntity, names: ReadonlySet<string>, spared: Set<string>): MappedEntity {
  const clashes = Object.keys(mapped.entity).filter((name) => names.has(name));
  if (clashes.length === 0) return mapped;
  const { id, type, ...attributes } = mapped.entity;
  const left = Object.entries(attributes).filter(([name]) => !names.has(name));
  for (const name of clashes) spared.add(name);
  return { ...mapped, entity: { id, type, ...Object.fromEntries(left) } };
}

function remarkOf(name: string): Remark {
  const message = `${name} is a command of the device, and so what it measures by that name is not written: give one of them another name`;
  return { level: 'warning', source: 'mapping', message };
}
