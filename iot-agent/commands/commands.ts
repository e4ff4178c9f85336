import type { Dispatcher } from 'undici';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import type { BrokerClient } from '../broker-client.ts';
import type { Worker } from '../delivery/worker.ts';
import type { Catalogue } from '../devices/catalogue.ts';
import type { Registry } from '../registry/registry.ts';
import type { DeviceLog } from '../spool/device-log.ts';
import type { Publisher } from '../transports/publisher.ts';
import { acceptCommands } from './accept.ts';
import type { BrokerResource, NotifyAddress } from './broker-resources.ts';
import type { Command, CommandOwner } from './command.ts';
import { type CommandDevices, commandDevices } from './command-devices.ts';
import type { CommandMetrics } from './command-metrics.ts';
import type { CommandStore, OpenCommandStore } from './command-store.ts';
import { type DeviceConfiguration, deviceConfiguration } from './configuration/device-configuration.ts';
import type { ConfigurationSubscriptions } from './configuration/subscriptions.ts';
import { type Dispatching, startDispatching } from './dispatch.ts';
import type { EncodeByCodec } from './encode-downlink.ts';
import { startExpiring } from './expire.ts';
import { type SubscriptionKeeping, startSubscriptions } from './keep-subscriptions.ts';
import type { ParsedNotification } from './parse-notification.ts';
import { type PolledCommand, pollCommands } from './poll.ts';
import type { Heard, Recorded } from './record-progress.ts';
import { registrationFault } from './registration-fault.ts';
import type { StatusNames } from './status-entity.ts';
import { httpWay } from './ways/http.ts';
import { canFlush, flushQueue, lorawanWay, type ServerApis } from './ways/lorawan.ts';
import { mqttWay } from './ways/mqtt.ts';
import { startStatuses } from './write-statuses.ts';

/** What commands are made of. */
export interface CommandParts {
  /** Remembers what this agent made at the broker: has the tables of `commandSchema`. */
  readonly db: Database;
  readonly group: GroupCommit;
  readonly openStore: OpenCommandStore;
  readonly subscriptions: ConfigurationSubscriptions;
  readonly registry: Registry;
  readonly catalogue: Pick<Catalogue, 'findModel'>;
  readonly broker: BrokerClient;
  readonly metrics: CommandMetrics;
  readonly deviceLog: Pick<DeviceLog, 'save'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly statusNames: StatusNames;
  readonly batchSize: number;
  /** Milliseconds: of a command's life, of its memory, between two looks at the subscriptions. */
  readonly ttl: number;
  readonly keep: number;
  readonly checkInterval: number;
  readonly apis: ServerApis;
  readonly encodeByCodec: EncodeByCodec;
  /** What else is to be kept at the broker, and is told whatever it does not take. */
  readonly guests: SubscriptionGuests;
}

/** Who has subscriptions kept beside those to commands. */
export interface SubscriptionGuests {
  resources(address: NotifyAddress): Promise<readonly BrokerResource[]>;
  refused(resource: BrokerResource, reason: string): Promise<void>;
}

/** What they need to leave the agent. */
export interface CommandOutlets {
  readonly publisher: Publisher;
  /** For URLs that clients give. */
  readonly deviceHttp: Dispatcher;
  /** For network servers, which the operator chose. */
  readonly serverHttp: Dispatcher;
  readonly address: NotifyAddress;
}

/** What the rest of the agent has to do with commands. */
export interface Commands extends Pick<CommandStore, 'get' | 'list' | 'counts'> {
  /** Takes what a broker tells of Entities; resolves to the number of commands in it when they are on disk. Rejects with RegistryAway. */
  accept(tenant: string, notification: ParsedNotification): Promise<{ readonly commands: number }>;
  /** Records what devices said, inside a transaction of the caller; what it returns is to be called after that. */
  record(heard: readonly Heard[]): () => void;
  /** Hands the commands that wait for a device to the device, which asks for them; they count as delivered. */
  poll(apikey: string, deviceId: string): Promise<readonly PolledCommand[]>;
  /** Values of Entities that devices ask for. */
  readonly configuration: Pick<DeviceConfiguration, 'answer' | 'tell'>;
  /** Ends one that is not sent yet. */
  cancel(tenant: string, id: string): Promise<Cancellation>;
  /** Why the broker keeps no registrations of the tenant; undefined when it does, or does not answer. */
  registrationFault(tenant: string): Promise<string | undefined>;
  /** Ends what is open of a device that was removed, and drops what is kept of it. Rejects with RegistryAway. */
  forget(owner: CommandOwner): Promise<void>;
  /** To be called after every change of the registry. */
  changed(): void;
  /** Starts to send, once there is something to send by. */
  start(outlets: CommandOutlets): void;
  /** Finishes what is under way. */
  stop(): Promise<void>;
}

/** How cancelling ended. */
export type Cancellation = 'cancelled' | 'unknown' | { readonly tooLate: Command };

interface Running {
  readonly outlets: CommandOutlets;
  readonly dispatching: Dispatching;
  readonly subscriptions: SubscriptionKeeping;
  stopExpiring(): void;
}

/** Opens the commands: they are kept and shown at once, statuses are written, and sending begins with `start`. */
export function openCommands(parts: CommandParts): Commands {
  const { clock, deviceLog, log } = parts;
  let running: Running | undefined;
  const wake = (owner: CommandOwner): void => running?.dispatching.wake(owner);
  const recorded = ({ changed: moved, reachable }: Recorded): void => {
    changed(moved);
    for (const owner of reachable) wake(owner);
  };
  const store = parts.openStore({ deviceLog, log, recorded, canFlush: (route) => canFlush(parts, route) });
  const statuses: Worker = startStatuses({ ...parts, store, names: parts.statusNames });
  const changed = reporter(parts, { wake, writeStatuses: statuses.wake });
  const devices = commandDevices({ ...parts, store });
  const configuration = openConfiguration(parts, devices, () => running);
  const base = { ...parts, store, devices, configuration, changed };
  return {
    ...{ configuration, get: store.get, list: store.list, counts: store.counts },
    accept: async (tenant, notification) => {
      const options = { ...base, defaultTtl: parts.ttl * 1000, memory: parts.keep * 1000 };
      const accepted = await acceptCommands(options, tenant, notification);
      changed(accepted.changed);
      // Also what is known: it may have been told again because nobody could be told that it was kept.
      for (const owner of accepted.owners) wake(owner);
      return { commands: accepted.owners.length };
    },
    record: (heard) => store.record(heard, clock.now()),
    poll: async (apikey, deviceId) => {
      const { polled, commands } = await pollCommands(base, apikey, deviceId);
      changed(commands);
      return polled;
    },
    cancel: (tenant, id) => cancel(base, tenant, id),
    changed: () => {
      running?.subscriptions.changed();
      running?.dispatching.wakeAll();
    },
    forget: async (owner) => changed(await store.forget(owner, clock.now())),
    registrationFault: (tenant) => registrationFault(parts.broker, tenant),
    start: (outlets) => {
      running = run(parts, base, outlets);
    },
    stop: async () => {
      running?.stopExpiring();
      await Promise.all([running?.dispatching.stop(), running?.subscriptions.stop(), statuses.stop()]);
      await store.stop();
    },
  };
}

function openConfiguration(
  parts: CommandParts,
  devices: CommandDevices,
  running: () => Running | undefined,
): DeviceConfiguration {
  return deviceConfiguration({
    ...parts,
    devices,
    outlets: () => running()?.outlets,
    changed: () => running()?.subscriptions.changed(),
  });
}

/** Tells of commands that have changed, has their statuses written, and has sent what is to be sent. */
function reporter(
  { metrics, log }: CommandParts,
  next: { readonly wake: (owner: CommandOwner) => void; readonly writeStatuses: () => void },
): Base['changed'] {
  return (commands) => {
    for (const command of commands) {
      metrics.command(command);
      const { id, tenant, deviceId, name, state, info } = command;
      log[state === 'ERROR' ? 'warn' : 'info'](
        { command: id, tenant, device: deviceId, name, info },
        `command ${state}`,
      );
      // One that ended may be in a queue that is to be emptied.
      if (state === 'EXPIRED') next.wake({ tenant, deviceId });
    }
    if (commands.length > 0) next.writeStatuses();
  };
}

type Base = CommandParts & {
  readonly store: CommandStore;
  readonly devices: CommandDevices;
  readonly configuration: DeviceConfiguration;
  readonly changed: (commands: readonly Command[]) => void;
};

function run(parts: CommandParts, base: Base, outlets: CommandOutlets): Running {
  const { publisher, serverHttp, deviceHttp, address } = outlets;
  const lorawan = { ...parts, publisher, http: serverHttp, namedHttp: deviceHttp, now: parts.clock.now };
  return {
    dispatching: startDispatching({
      ...base,
      flush: (route) => flushQueue(lorawan, route),
      ways: {
        lorawan: lorawanWay(lorawan),
        mqtt: mqttWay(publisher, parts.clock.now),
        http: httpWay(deviceHttp, parts.clock.now),
      },
    }),
    subscriptions: startSubscriptions({
      ...parts,
      address,
      others: async () => {
        const own = await base.configuration.resources(address);
        return [...own, ...(await parts.guests.resources(address))];
      },
      refused: parts.guests.refused,
    }),
    outlets,
    stopExpiring: startExpiring({ ...base, keep: parts.keep * 1000 }),
  };
}

async function cancel(
  { store, clock, changed, apis }: Base,
  tenant: string,
  id: string,
): Promise<Cancellation> {
  const command = await store.get(id);
  if (command === undefined || command.tenant !== tenant) return 'unknown';
  const { route } = await store.place(command);
  const isFlushable = command.state === 'QUEUED' && route !== undefined && canFlush({ apis }, route);
  if (command.state !== 'PENDING' && !isFlushable) return { tooLate: command };
  const ended = await store.advance(id, { state: 'EXPIRED', info: 'cancelled' }, clock.now());
  if (ended === undefined) return { tooLate: (await store.get(id)) ?? command };
  changed([ended]);
  return 'cancelled';
}
