import { resolve } from 'node:path';
import type { Options } from './options.ts';

/** The settings by which the broker is held against the suite; docs/conformance.md says what each is for. */
export const profile = {
  NOTIFICATION_MAX_ATTEMPTS: '1',
  TEMPORAL_PAGE_SIZE: '30',
  TEMPORAL_RANGE_UNIT: 'date-time',
} as const satisfies Readonly<Record<string, string>>;

/** All variables of the broker's environment. */
export function brokerEnvironment({
  store,
  contexts,
}: Pick<Options, 'store' | 'contexts'>): Readonly<Record<string, string>> {
  return {
    ...profile,
    STORE_URL: store,
    LOG_LEVEL: 'error',
    ...(contexts !== undefined && { CONTEXTS_DIRECTORY: resolve(contexts) }),
  };
}

/** Ports where the suite waits for what the broker sends or asks. */
export interface SuitePorts {
  readonly notifications: number;
  readonly contextSource: number;
  readonly contexts: number;
  readonly mqtt: number;
}

const host = '127.0.0.1';

/**
 * What resources/variables.py of the suite sets, for this machine, as Robot Framework takes it on its command line
 * (`name: type:value` where it is no text): there it goes before the file.
 */
export function suiteVariables(origin: string, ports: SuitePorts): readonly string[] {
  return [
    `url:${origin}/ngsi-ld/v1`,
    `temporal_api_url:${origin}/ngsi-ld/v1`,
    `notification_server_host:${host}`,
    `notification_server_port: int:${ports.notifications}`,
    `context_source_host:${host}`,
    `context_source_port: int:${ports.contextSource}`,
    `context_server_host:${host}`,
    `context_server_port: int:${ports.contexts}`,
    `mqtt_broker_host:${host}`,
    `mqtt_broker_non_default_port: int:${ports.mqtt}`,
    'core_context:https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld',
  ];
}
