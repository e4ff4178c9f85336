import { formatDateTime } from '../date-time.ts';
import type { Json } from '../measurement.ts';
import type { OutgoingEntity } from '../registry/device.ts';
import type { Command } from './command.ts';

/** Under which names statuses stand on the Entity: `lampStatus`, FIWARE's `lamp_status` and `lamp_info`, or both. */
export type StatusNames = 'both' | 'camel' | 'fiware';

/** The Attributes that tell of commands, all of one Entity, each the newest of its name. */
export function statusEntity(commands: readonly [Command, ...Command[]], names: StatusNames): OutgoingEntity {
  const [{ entityId: id, entityType: type }] = commands;
  return { id, type, ...Object.fromEntries(commands.flatMap((command) => statusAttributes(command, names))) };
}

function statusAttributes(command: Command, names: StatusNames): [name: string, attribute: Json][] {
  const { name, state, info } = command;
  const about = {
    observedAt: formatDateTime(command.changed),
    commandId: { type: 'Property', value: command.id },
  };
  const reason = info === undefined || info === null ? {} : { info: { type: 'Property', value: info } };
  const camel: [string, Json] = [`${name}Status`, { type: 'Property', value: state, ...about, ...reason }];
  const fiware: [string, Json][] = [
    [`${name}_status`, { type: 'Property', value: state, ...about }],
    // What an earlier command left there must not be taken for this one's.
    [`${name}_info`, { type: 'Property', value: info ?? state, ...about }],
  ];
  return [...(names === 'fiware' ? [] : [camel]), ...(names === 'camel' ? [] : fiware)];
}
