import { Agent } from 'undici';
import { type ConnectionRecord, connectionKey } from '../registry/connection.ts';
import type { Registry } from '../registry/registry.ts';
import { RegistryAway } from '../registry/registry-away.ts';
import type { PublishOptions } from '../transports/publisher.ts';
import type { TransportParts } from '../transports/take.ts';
import { sealConnection } from './connection-secrets.ts';
import {
  type ConnectionStatus,
  closeConnection,
  followConnections,
  type OpenedConnection,
  type OpeningParts,
} from './opened-connection.ts';
import { type Trial, tryConnection } from './try-connection.ts';

/** What connections are made of. */
export interface ConnectionParts extends OpeningParts {
  readonly registry: Pick<Registry, 'everyConnection'>;
}

/** The connections of the registry, opened, and closed when they are there no more. */
export interface Connections {
  /** Begins to open them. Never rejects: while the registry is away, it is tried again. */
  start(parts: TransportParts): Promise<void>;
  /** To be called after every change of the registry; resolves when what has changed is opened or closed. */
  refresh(): Promise<void>;
  /** Undefined for one that is not there (any more). */
  statusOf(tenant: string, name: string): ConnectionStatus | undefined;
  statuses(): readonly (readonly [key: string, status: ConnectionStatus])[];
  /** The HTTP interface of the network server of a connection. */
  apiOf(key: string): { readonly url: string; readonly key: string | undefined } | undefined;
  /** As the registry is to keep it. */
  seal(record: ConnectionRecord): ConnectionRecord;
  /** Tries a connection, beside the one that is open. Never rejects. */
  test(record: ConnectionRecord): Promise<Trial>;
  /** See `Publisher.publish`. */
  publish(key: string, topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;
  stop(): Promise<void>;
}

/** Milliseconds until the registry is asked again, and what could not be opened is tried again. */
const retryMs = 30_000;
const retryWhileAwayMs = 1000;
/** Milliseconds for a network server to answer. */
const answerLimit = 10_000;

/** Opens nothing before `start`. */
export function openConnections(parts: ConnectionParts): Connections {
  const opened = new Map<string, OpenedConnection>();
  const http = new Agent({ headersTimeout: answerLimit, bodyTimeout: answerLimit });
  let transports: TransportParts | undefined;
  const following = follower(parts, opened, () => transports);
  return {
    refresh: following.refresh,
    start: (given) => {
      transports = given;
      return following.refresh();
    },
    statusOf: (tenant, name) => opened.get(connectionKey(tenant, name))?.status(),
    statuses: () => [...opened].map(([key, { status }]) => [key, status()] as const),
    apiOf: (key) => {
      const api = opened.get(key)?.api;
      return api && { url: api.url, key: api.key };
    },
    seal: (record) => sealConnection(parts.box, record),
    test: (record) => tryConnection({ ...parts, http }, record),
    publish: async (key, topic, payload, options) => {
      const publish = opened.get(key)?.transport?.publish;
      if (publish === undefined) throw new Error(`there is no connection ${key} to publish by`);
      await publish(topic, payload, options);
    },
    stop: async () => {
      await following.stop();
      await Promise.all([...opened].map(([key, one]) => closeConnection(parts, key, one)));
      opened.clear();
      await http.destroy();
    },
  };
}

interface Follower {
  /** Never rejects: what fails is tried again. */
  refresh(): Promise<void>;
  /** Ends after what is under way. */
  stop(): Promise<void>;
}

/** Makes what is open follow the registry. */
function follower(
  parts: ConnectionParts,
  opened: Map<string, OpenedConnection>,
  transports: () => TransportParts | undefined,
): Follower {
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();
  let isStopped = false;
  const again = (ms: number): void => {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(() => void refresh(), ms).unref();
  };
  const update = async (): Promise<void> => {
    const by = transports();
    if (by === undefined || isStopped) return;
    try {
      await followConnections(parts, opened, await parts.registry.everyConnection(), by);
      const isWhole = [...opened.values()].every(({ status }) => status().state !== 'failed');
      if (!isWhole) again(retryMs);
    } catch (error) {
      if (!(error instanceof RegistryAway)) parts.log.error({ err: error }, 'opening connections failed');
      again(retryWhileAwayMs);
    }
  };
  // One after the other: each begins with what the one before left.
  const refresh = (): Promise<void> => {
    turn = turn.then(update);
    return turn;
  };
  return {
    refresh,
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await turn;
    },
  };
}
