import type { AttributeSettings, CommandSettings } from '../registry/settings.ts';
import type { Warning } from './warnings.ts';

/** What is said about the commands of a device or group. */
interface Commanded {
  readonly commands?: readonly CommandSettings[];
  readonly attributes?: readonly AttributeSettings[];
  readonly static_attributes?: readonly { readonly name: string }[];
}

/** Warnings about commands that have an Attribute's name, and about settings of commands that have no effect. */
export function commandWarnings(
  about: string,
  { commands = [], attributes = [], static_attributes: statics = [] }: Commanded,
): Warning[] {
  const written = new Set([
    ...attributes.map(({ name, quantity }) => name ?? quantity),
    ...statics.map(({ name }) => name),
  ]);
  return commands.flatMap((command): Warning[] => [
    ...(written.has(command.name) ? [clash(about, command)] : []),
    ...(command.class === undefined ? [] : [withoutEffect(about, command)]),
  ]);
}

function clash(about: string, { name }: CommandSettings): Warning {
  const message = `${name} is a command and an attribute: the attribute is not written, because that would be the command. Give one of them another name`;
  return { about, message };
}

function withoutEffect(about: string, { name }: CommandSettings): Warning {
  const message = `class of command ${name} has no effect: the network server knows the class of its devices`;
  return { about, message };
}
