import type { Collection, Db } from 'mongodb';
import type { Json } from '../../measurement.ts';
import type { Command, NewCommand } from '../command.ts';

/** A command as it is stored; `value` and `info` are JSON. */
export interface CommandDocument extends Omit<Command, 'id' | 'value' | 'info'> {
  readonly _id: string;
  readonly source: string;
  readonly value: string;
  readonly info?: string;
  /** Its status is still to be written. */
  readonly isDirty: boolean;
  /** The agent that sees to it that it is sent. */
  readonly keeper: string;
  /** The note that moved it on last, so that the same note moves nothing else. */
  readonly note?: string;
}

/** The collection of commands, with its indexes. */
export async function commandCollection(database: Db): Promise<Collection<CommandDocument>> {
  const commands = database.collection<CommandDocument>('agent_commands');
  await commands.createIndexes([
    { key: { source: 1 }, unique: true },
    { key: { tenant: 1, deviceId: 1, state: 1, seq: 1 } },
    { key: { tenant: 1, entityId: 1, name: 1, seq: 1 } },
    { key: { downlinkId: 1 }, sparse: true },
    { key: { state: 1, isConfirmed: 1, expires: 1 } },
    { key: { isDirty: 1, seq: 1 } },
    { key: { changed: 1 } },
  ]);
  return commands;
}

/** A new command as it is stored. */
export function documentOf(
  { id, value, ...rest }: NewCommand,
  { seq, now, keeper }: { readonly seq: number; readonly now: number; readonly keeper: string },
): CommandDocument {
  return {
    _id: id,
    ...rest,
    ...{ seq, keeper, state: 'PENDING', created: now, changed: now, attempts: 0, isDirty: true },
    value: JSON.stringify(value),
  };
}

/** The command that is stored. */
export function commandOf(document: CommandDocument): Command {
  const { _id: id, seq, tenant, deviceId, entityId, entityType, name, deviceName } = document;
  const { isConfirmed, replaces, state, created, changed, expires, attempts, downlinkId, info } = document;
  return {
    ...{ seq, id, tenant, deviceId, entityId, entityType, name, deviceName },
    ...{ isConfirmed, replaces, state, created, changed, expires, attempts },
    value: JSON.parse(document.value) as Json,
    ...(downlinkId === undefined ? {} : { downlinkId }),
    ...(info === undefined ? {} : { info: JSON.parse(info) as Json }),
  };
}
