import { createHash } from 'node:crypto';
import { formatDateTime } from '../date-time.ts';
import type { Json } from '../measurement.ts';
import type { OutgoingEntity } from '../registry/device.ts';
import type { PlannedCommand } from '../registry/rule-book.ts';

/**
 * The command Attributes of one Entity. They say when the command was due, and have an id that follows from it: whoever writes the same one
 * again, after a crash or as another agent, changes nothing.
 */
export function commandEntity(commands: readonly [PlannedCommand, ...PlannedCommand[]]): OutgoingEntity {
  const [{ entityId: id, entityType: type }] = commands;
  return { id, type, ...Object.fromEntries(commands.map((one) => [one.command, attributeOf(one)])) };
}

function attributeOf(command: PlannedCommand): Json {
  const { value, due, ttl } = command;
  return {
    type: 'Property',
    value,
    observedAt: formatDateTime(due),
    commandId: { type: 'Property', value: idOf(command) },
    ...(ttl === undefined ? {} : { ttl: { type: 'Property', value: ttl } }),
  };
}

function idOf({ tenant, rule, phase, entityId, command, due }: PlannedCommand): string {
  const hash = createHash('sha256').update(JSON.stringify([tenant, rule, phase, entityId, command, due]));
  return `${rule.replace(/\s+/g, '-')}-${hash.digest('hex').slice(0, 24)}`;
}
