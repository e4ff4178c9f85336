import type { Json } from '../measurement.ts';

/**
 * How far a command has come, in this order: accepted, taken by the network server, sent to the device, got by the device. The
 * last three are ends: done, failed, too late.
 */
export const commandStates = ['PENDING', 'QUEUED', 'SENT', 'DELIVERED', 'OK', 'ERROR', 'EXPIRED'] as const;

/** The name of a state, as it stands on the Entity. */
export type CommandState = (typeof commandStates)[number];

/** The device of a command. */
export interface CommandOwner {
  readonly tenant: string;
  readonly deviceId: string;
}

/** A change of a command attribute, on its way to the device. */
export interface Command {
  /** Place in the order in which commands were accepted. */
  readonly seq: number;
  /** UUID; also the id under which it is handed to a network server. */
  readonly id: string;
  /** Empty for the default tenant. */
  readonly tenant: string;
  readonly deviceId: string;
  readonly entityId: string;
  readonly entityType: string;
  /** Name of the command attribute. */
  readonly name: string;
  /** The device's own name of it. */
  readonly deviceName: string;
  readonly value: Json;
  /** The device has to acknowledge it. */
  readonly isConfirmed: boolean;
  /** It took, or takes, the place of older ones of its name that are not sent yet. */
  readonly replaces: boolean;
  readonly state: CommandState;
  /** Microseconds since 1970; `expires`: after that it is not sent any more. */
  readonly created: number;
  readonly changed: number;
  readonly expires: number;
  /** The network server's own id of it, where that is another one. */
  readonly downlinkId?: string;
  /** How often sending was tried. */
  readonly attempts: number;
  /** The device's answer, or why the command ended as it did. */
  readonly info?: Json;
}

/** What a command is made of. */
export interface NewCommand
  extends Omit<Command, 'seq' | 'state' | 'created' | 'changed' | 'downlinkId' | 'attempts' | 'info'> {
  /** What makes the change itself: the same one, told twice, is one command. */
  readonly source: string;
}

/** Something that moves a command on. */
export interface Progress {
  readonly state: CommandState;
  readonly info?: Json;
  readonly downlinkId?: string;
  /** The device has to acknowledge it, although that was not known when it was accepted. */
  readonly isConfirmed?: boolean;
}

const ends: ReadonlySet<CommandState> = new Set(['OK', 'ERROR', 'EXPIRED']);

/** True for states that nothing follows. */
function isEnd(state: CommandState): boolean {
  return ends.has(state);
}

/**
 * Whether a command in the one state may go on to the other: never back, because events of a network server can overtake each
 * other, and never out of an end, except that an answer of the device shows that it was not too late.
 */
export function mayBecome(from: CommandState, to: CommandState): boolean {
  if (from === 'EXPIRED') return to === 'OK' || to === 'ERROR';
  if (isEnd(from)) return false;
  return isEnd(to) || commandStates.indexOf(to) > commandStates.indexOf(from);
}

/** The states from which a command may go on to this one. */
export function statesBefore(to: CommandState): readonly CommandState[] {
  return commandStates.filter((from) => mayBecome(from, to));
}

/** What devices and their network servers have not got yet: a newer value can take its place. */
export const unsentStates = ['PENDING', 'QUEUED'] as const satisfies readonly CommandState[];

/** Whether something is still to become of it, for all that is known: what need not be acknowledged has arrived when it is sent. */
export function isOpen({ state, isConfirmed }: Pick<Command, 'state' | 'isConfirmed'>): boolean {
  return state === 'PENDING' || state === 'QUEUED' || (state === 'SENT' && isConfirmed);
}

/** The states in which a command may be open. */
export const openStates = [...unsentStates, 'SENT'] as const satisfies readonly CommandState[];

/** How what is open ends when its device is removed. */
export const deviceRemoved: Progress = { state: 'ERROR', info: 'the device was removed' };
