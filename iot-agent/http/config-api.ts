import type { RequestHandler } from 'express';
import type { Clock } from '../../runtime/clock.ts';
import type { CorsPolicy } from '../../runtime/cors.ts';
import type { Health } from '../../runtime/health.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import type { CodecRunner } from '../codecs/codec-runner.ts';
import type { Commands } from '../commands/commands.ts';
import type { Connections } from '../connections/connections.ts';
import type { Catalogue } from '../devices/catalogue.ts';
import type { Registry } from '../registry/registry.ts';
import type { Rules } from '../rules/rules.ts';
import type { CauseName } from '../spool/causes.ts';
import type { DeviceLog } from '../spool/device-log.ts';
import type { RawRing } from '../spool/raw-ring.ts';
import type { Spool } from '../spool/spool.ts';

/** What the configuration API works with. */
export interface ConfigApi {
  readonly registry: Registry;
  readonly catalogue: Catalogue;
  readonly codecs: CodecRunner;
  readonly spool: Pick<Spool, 'problems' | 'problemsOf' | 'forget' | 'quarantine' | 'replays'>;
  readonly ring: Pick<RawRing, 'list'>;
  readonly deviceLog: Pick<DeviceLog, 'list'>;
  readonly connections: Pick<Connections, 'apiOf' | 'refresh' | 'seal' | 'statusOf' | 'test'>;
  readonly commands: Pick<
    Commands,
    'accept' | 'configuration' | 'cancel' | 'get' | 'list' | 'registrationFault'
  >;
  readonly rules: Pick<Rules, 'accept' | 'find' | 'list' | 'report' | 'test'>;
  /** To be called after every change of the registry: what waits and fits is tried again. */
  readonly changed: (fits: (key: string, cause: CauseName) => boolean) => void;
  /** To be called after devices were removed, with their keys, and after `changed`. */
  readonly forgetDevices: (keys: readonly string[]) => Promise<void>;
}

/** What serving it needs besides. */
export interface ConfigServer extends ConfigApi {
  readonly health: Health;
  readonly metrics: Metrics;
  /** Whether that is the secret with which brokers tell of a tenant's commands. */
  readonly isNotifySecret: (given: string, tenant: string) => boolean;
  readonly clock: Clock;
  readonly requireKey: RequestHandler;
  readonly corsPolicy: CorsPolicy;
  /** Bytes. */
  readonly maxBodySize: number;
  /** Microseconds that the time of a measure may be ahead. */
  readonly maxAhead: number;
  /** Most devices that wait for approval or were rejected. */
  readonly pendingLimit: number;
  readonly log: Logger;
}
