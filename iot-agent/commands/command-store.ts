import type { Logger } from '../../runtime/logger.ts';
import type { DeviceLog } from '../spool/device-log.ts';
import type { Command, CommandOwner, CommandState, NewCommand, Progress } from './command.ts';
import type { Heard, Recorded } from './record-progress.ts';
import type { DeviceRoute } from './routes.ts';

/** Which commands to list; those of all devices and states where they are not said. */
export interface CommandsPage {
  readonly tenant: string;
  readonly deviceId?: string;
  readonly state?: CommandState;
  readonly limit: number;
  readonly offset: number;
}

/** The right to send to a device, which one agent has at a time. */
export interface Turn {
  readonly owner: CommandOwner;
  /** Raised with every change of hands: what an earlier holder does comes to nothing. */
  readonly term: number;
}

/** How a device is reached. */
export interface Place {
  /** Where it was heard last. */
  readonly route: DeviceRoute | undefined;
  /** How many wishes to empty its network server's queue are open; none when 0. */
  readonly flushes: number;
}

/**
 * Commands and the ways to devices: on this agent's disk, or where all agents that share a registry find them. What a call
 * wrote is durable when it resolves. Every call may reject with RegistryAway.
 */
export interface CommandStore {
  /**
   * Adds as PENDING what was not told before, in this order, and ends what that replaces. Resolves to all that has changed.
   * The same call again after a failure is no second command.
   */
  add(commands: readonly NewCommand[], now: number): Promise<readonly Command[]>;
  /**
   * Moves it on where that is a way on; resolves to it as it is then, `undefined` where it stays as it is. One that ends while the
   * network server has it leaves the queue there, where that can be emptied.
   */
  advance(id: string, progress: Progress, now: number): Promise<Command | undefined>;
  /**
   * Records what devices said, and where they were heard, inside a transaction of the spool; what it returns is to be called after
   * that. What has changed is told by `recorded`.
   */
  record(heard: readonly Heard[], now: number): () => void;

  /** Undefined while another agent sends to the device. */
  takeTurn(owner: CommandOwner): Promise<Turn | undefined>;
  endTurn(turn: Turn): Promise<void>;
  /** Notes another try to send it: `gone` when it does not wait any more, `lost` when another agent has the turn. */
  claim(turn: Turn, id: string): Promise<'claimed' | 'gone' | 'lost'>;
  /** Puts what the network server has back among those that wait: its queue is about to be emptied. */
  requeue(owner: CommandOwner, now: number): Promise<void>;
  /** So many wishes to empty the queue are fulfilled; those that came meanwhile stay. */
  flushed(owner: CommandOwner, flushes: number): Promise<void>;
  place(owner: CommandOwner): Promise<Place>;
  /** True for the one agent that writes statuses and ends what is too late; to be asked before each piece of that. */
  leads(): Promise<boolean>;

  get(id: string): Promise<Command | undefined>;
  /** The device's oldest that waits. */
  oldest(owner: CommandOwner): Promise<Command | undefined>;
  /** All of the device in the state, oldest first. */
  ofDevice(owner: CommandOwner, state: CommandState): Promise<readonly Command[]>;
  /** Devices for which commands wait to be sent. */
  waitingDevices(): Promise<readonly CommandOwner[]>;
  /** The value of the newest command of the attribute, as JSON. */
  lastValue(owner: CommandOwner, entityId: string, name: string): Promise<string | undefined>;
  list(page: CommandsPage): Promise<{ readonly count: number; readonly commands: readonly Command[] }>;
  /** How many there are in each state. */
  counts(): Promise<ReadonlyMap<CommandState, number>>;

  /** Those whose status is still to be written, oldest first. */
  dirty(limit: number): Promise<readonly Command[]>;
  /** The newest of the attribute: it is what the Entity tells of. */
  isNewest(command: Command): Promise<boolean>;
  /** Marks statuses as written that did not change meanwhile. */
  written(commands: readonly Command[]): Promise<void>;
  /** Those that are open and too late, oldest first. */
  expired(now: number, limit: number): Promise<readonly Command[]>;
  /** Removes those that do not wait, have not changed since, and whose status is written. */
  prune(changedBefore: number): Promise<void>;
  /**
   * The device was removed: what is open ends, to which it resolves, its route is dropped, and so is every command whose status is
   * written. The others go with `prune`, or when this is called again.
   */
  forget(owner: CommandOwner, now: number): Promise<readonly Command[]>;

  /** Milliseconds after which others may have left work here; undefined when nobody else works on these commands. */
  readonly pollInterval: number | undefined;
  /** Hands over what this agent was about to do. */
  stop(): Promise<void>;
}

/** What a store of commands asks of the agent. */
export interface CommandStoreParts {
  readonly deviceLog: Pick<DeviceLog, 'save'>;
  readonly log: Logger;
  /** Whether the network server at the end of the route can be told to empty its queue. */
  readonly canFlush: (route: DeviceRoute) => boolean;
  /** What devices said is recorded; or commands that another agent left behind are this one's to send. */
  readonly recorded: (recorded: Recorded) => void;
}

/** Opens the commands. */
export type OpenCommandStore = (parts: CommandStoreParts) => CommandStore;
