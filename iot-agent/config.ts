import type { SettingsOf, SettingsTable } from '../runtime/config.ts';
import { serverSettings } from '../runtime/server-settings.ts';
import { integer, milliseconds, optional, optionalText, port, url } from '../runtime/setting-parsers.ts';
import { type StoreUrl, storeUrl } from '../runtime/store-url.ts';
import { commandSettings } from './commands/settings.ts';
import { ruleSettings } from './rules/settings.ts';
import { transportSettings } from './transports/settings.ts';

/** Every setting of the IoT agent. Printed by `--help`. */
export const agentSettings = {
  port: { variable: 'AGENT_PORT', default: '4041', parse: port, meaning: 'port of the configuration API' },
  storeUrl: {
    variable: 'AGENT_STORE_URL',
    default: 'sqlite:data/agent.db',
    parse: storeUrl,
    secret: true,
    meaning:
      'where devices and groups are kept: sqlite:<file>, sqlite::memory:, or mongodb://... (mongodb+srv://...), which several agents may share',
  },
  spoolUrl: {
    variable: 'AGENT_SPOOL_URL',
    parse: optional(localFile),
    meaning:
      'file of what devices sent until the broker has it, sqlite:<file>; unset: that of AGENT_STORE_URL, with MongoDB sqlite:data/agent-spool.db',
  },
  brokerStoreUrl: {
    variable: 'STORE_URL',
    default: 'sqlite:data/carillon.db',
    parse: storeUrl,
    secret: true,
    meaning: "the context broker's store, only read to refuse one that both would write to",
  },
  brokerUrl: {
    variable: 'BROKER_URL',
    default: 'http://127.0.0.1:1026',
    parse: url('http', 'https'),
    meaning: 'the NGSI-LD broker that Entities go to, with or without /ngsi-ld/v1',
  },
  brokerApiKey: {
    variable: 'BROKER_API_KEY',
    parse: optionalText,
    secret: true,
    meaning: 'sent to the broker as X-API-Key and as a bearer token',
  },
  brokerTimeout: {
    variable: 'BROKER_TIMEOUT',
    default: '10s',
    parse: milliseconds,
    meaning: 'time for the broker to answer; then it counts as away, and everything waits',
  },
  brokerConnections: {
    variable: 'BROKER_CONNECTIONS',
    default: '4',
    parse: integer({ min: 1, max: 100 }),
    meaning: 'most connections to the broker',
  },
  batchSize: {
    variable: 'AGENT_BATCH_SIZE',
    default: '100',
    parse: integer({ min: 1, max: 1000 }),
    meaning: 'most Entities in one batch upsert',
  },
  window: {
    variable: 'AGENT_WINDOW',
    default: '1000',
    parse: integer({ min: 1, max: 100_000 }),
    meaning: 'most uplinks that are worked on at once',
  },
  retryInterval: {
    variable: 'AGENT_RETRY_INTERVAL',
    default: '30s',
    parse: milliseconds,
    meaning: 'time until an Entity on which the broker failed is tried again',
  },
  spoolLimit: {
    variable: 'AGENT_SPOOL_LIMIT',
    default: '1000000',
    parse: integer({ min: 1 }),
    meaning: 'most uplinks that wait for the broker; more are refused, for their senders to keep',
  },
  asideLimit: {
    variable: 'AGENT_ASIDE_LIMIT',
    default: '1000',
    parse: integer({ min: 1 }),
    meaning: 'most uplinks of one device that are put aside for one cause; then the oldest are dropped',
  },
  asideTotal: {
    variable: 'AGENT_ASIDE_TOTAL',
    default: '100000',
    parse: integer({ min: 1 }),
    meaning: 'most uplinks of all devices that are put aside for one cause; then the oldest are dropped',
  },
  pendingLimit: {
    variable: 'PENDING_LIMIT',
    default: '10000',
    parse: integer({ min: 0, max: 1_000_000 }),
    meaning:
      'most devices that wait for approval or were rejected; others that nobody has registered stay unknown',
  },
  deduplicationWindow: {
    variable: 'DEDUPLICATION_WINDOW',
    default: '10m',
    parse: milliseconds,
    meaning:
      'uplinks with the same DevEUI, frame counter and payload, received within this time, are one, whatever gateways and servers they come by',
  },
  rawKeep: {
    variable: 'RAW_KEEP',
    default: '100',
    parse: integer({ min: 0, max: 100_000 }),
    meaning:
      'newest messages of each device that are kept as they arrived, to be looked at and replayed; 0 keeps none',
  },
  rawKeepAge: {
    variable: 'RAW_KEEP_AGE',
    default: '7d',
    parse: milliseconds,
    meaning: 'time after which a message that is kept as it arrived is dropped',
  },
  codecWorkers: {
    variable: 'CODEC_WORKERS',
    default: '1',
    parse: integer({ min: 1, max: 16 }),
    meaning: "how many of vendors' codecs run at once, each in a thread of its own",
  },
  secretKey: {
    variable: 'AGENT_SECRET_KEY',
    parse: optional(secretKey),
    secret: true,
    meaning:
      'seals the secrets of connections in AGENT_STORE_URL, at least 32 random characters, the same for all agents that share it; unset: they are kept as they are',
  },
  deviceInterval: {
    variable: 'DEVICE_INTERVAL',
    default: '1m',
    parse: milliseconds,
    meaning: 'shortest time between two writings of the same Device entity',
  },
  ...commandSettings,
  ...ruleSettings,
  maxAhead: {
    variable: 'AGENT_MAX_AHEAD',
    default: '1h',
    parse: milliseconds,
    meaning:
      'how far the time of a measure may be in the future; more is a clock that is wrong, and goes to quarantine',
  },
  ...transportSettings,
  ...serverSettings,
} as const satisfies SettingsTable;

/** The agent's settings, read. */
export type AgentSettings = SettingsOf<typeof agentSettings>;

function secretKey(text: string): string {
  if (text.length >= 32) return text;
  throw new Error('at least 32 random characters, such as "openssl rand -base64 32" prints');
}

function localFile(text: string): Extract<StoreUrl, { readonly kind: 'sqlite' }> {
  const place = text.startsWith('sqlite:') ? storeUrl(text) : undefined;
  if (place?.kind === 'sqlite') return place;
  throw new Error('sqlite:<file> or sqlite::memory:; it must be there although other machines are away');
}
