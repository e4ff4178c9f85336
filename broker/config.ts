import { parseApiKey } from '../runtime/api-keys.ts';
import type { SettingsOf, SettingsTable } from '../runtime/config.ts';
import { serverSettings } from '../runtime/server-settings.ts';
import {
  boolean,
  bytes,
  integer,
  list,
  milliseconds,
  oneOf,
  optional,
  optionalText,
  port,
  url,
} from '../runtime/setting-parsers.ts';
import { storeUrl } from '../runtime/store-url.ts';
import { isAlias } from './domain/context-source-alias.ts';
import { isName } from './domain/names.ts';
import { specProfiles } from './http/spec-profile.ts';
import { rangeUnits } from './http/temporal-pages.ts';
import { coreVersions, defaultCoreVersion } from './jsonld/core-versions.ts';
import { atLeast } from './notifications/duration-setting.ts';
import { notificationSettings } from './notifications/settings.ts';

/** The name of an Entity Type (clause 4.6.2), or its IRI. */
function typeName(text: string): string {
  if (isName(text)) return text;
  throw new Error(
    'names of Entity Types separated by commas, such as Lamp or https://smartdatamodels.org/dataModel.Environment/AirQualityObserved',
  );
}

/** A name that can stand in a Via header, with room for a tenant's behind it. */
function alias(text: string): string {
  if (isAlias(text)) return text;
  throw new Error("1 to 100 letters, digits or # $ % & ' * + - . ^ _ ` | ~");
}

/** Every setting of the broker. Printed by `--help`. */
export const brokerSettings = {
  port: { variable: 'BROKER_PORT', default: '1026', parse: port, meaning: 'port of the NGSI-LD API' },
  storeUrl: {
    variable: 'STORE_URL',
    default: 'sqlite:data/carillon.db',
    parse: storeUrl,
    secret: true,
    meaning: 'where Entities are kept: sqlite:<file>, sqlite::memory:, mongodb://... or mongodb+srv://...',
  },
  agentStoreUrl: {
    variable: 'AGENT_STORE_URL',
    default: 'sqlite:data/agent.db',
    parse: storeUrl,
    secret: true,
    meaning: "the IoT agent's store, only read to refuse one that both would write to",
  },
  workers: {
    variable: 'BROKER_WORKERS',
    default: '1',
    parse: integer({ min: 1, max: 64 }),
    meaning: 'processes that serve the port together; more than one needs MongoDB',
  },
  ...serverSettings,
  adminApiKeys: {
    variable: 'ADMIN_API_KEYS',
    parse: list(parseApiKey),
    secret: true,
    meaning:
      'keys of operators for /admin, written as API_KEYS, which are then not taken there; empty takes API_KEYS',
  },
  publicUrl: {
    variable: 'PUBLIC_URL',
    parse: optional(url('http', 'https')),
    meaning:
      'where clients and receivers reach this broker, for the URLs of @contexts that it serves; else by HOST and BROKER_PORT. A path in it is one that a proxy takes off',
  },
  contextSourceAlias: {
    variable: 'CONTEXT_SOURCE_ALIAS',
    parse: optional(alias),
    meaning:
      'what other brokers know this one by, to find loops; else a name made up once and kept in the store',
  },
  requireContentLength: {
    variable: 'REQUIRE_CONTENT_LENGTH',
    default: '1',
    parse: boolean,
    meaning: 'answer 411 to bodies without Content-Length, as the standard says; 0 for ingresses that stream',
  },
  maxHeaderSize: {
    variable: 'MAX_HEADER_SIZE',
    default: '64KB',
    parse: bytes,
    meaning: 'largest head of a request; long Link headers need room',
  },
  coreContextVersion: {
    variable: 'CORE_CONTEXT_VERSION',
    default: defaultCoreVersion,
    parse: oneOf(...coreVersions),
    meaning: `core @context of requests that name none: one of ${coreVersions.join(', ')}`,
  },
  contextsDirectory: {
    variable: 'CONTEXTS_DIRECTORY',
    parse: optionalText,
    meaning: 'folder with @contexts to use without network: index.json maps URLs to files',
  },
  contextTimeout: {
    variable: 'CONTEXT_TIMEOUT',
    default: '4s',
    parse: milliseconds,
    meaning: 'time to fetch an @context, then 504',
  },
  contextMaxSize: {
    variable: 'CONTEXT_MAX_SIZE',
    default: '2MB',
    parse: bytes,
    meaning: 'largest @context',
  },
  history: {
    variable: 'HISTORY',
    default: 'on',
    parse: oneOf('on', 'off'),
    meaning:
      'whether changes of Entities go into the history; switched on later, it begins with the current values',
  },
  historyTypes: {
    variable: 'HISTORY_TYPES',
    parse: list(typeName),
    meaning:
      'types of which a history is kept, in full (https://smartdatamodels.org/dataModel.Environment/AirQualityObserved), or by their names where no @context says what they mean (Lamp); empty for all',
  },
  temporalPageSize: {
    variable: 'TEMPORAL_PAGE_SIZE',
    default: '1000',
    parse: integer({ min: 1, max: 100_000 }),
    meaning:
      'most instances of Attributes in one answer of the temporal API, which has 16 MB of them at most; of a longer history it is a part, with 206 and Content-Range',
  },
  temporalRangeUnit: {
    variable: 'TEMPORAL_RANGE_UNIT',
    default: 'DateTime',
    parse: oneOf(...rangeUnits),
    meaning: 'unit in that Content-Range: DateTime as the standard says, or date-time as some clients expect',
  },
  exportLimit: {
    variable: 'EXPORT_LIMIT',
    default: '8',
    parse: integer({ min: 1, max: 1000 }),
    meaning:
      'exports of history that a process serves at the same time, a tenant no more than are left free: half of them, if it is alone; one more is answered with 503, or 429',
  },
  historyKeep: {
    variable: 'HISTORY_KEEP',
    parse: optional(atLeast('1h')),
    meaning:
      'how long instances of Attributes stay in the history where no policy of /admin/history-policies says it, such as 90d; else for ever',
  },
  specProfile: {
    variable: 'SPEC_PROFILE',
    default: '1.9',
    parse: oneOf(...specProfiles),
    meaning:
      'version of the standard to follow where they differ: 1.8 (503 in place of 504 for an @context that cannot be had), 1.9, or 104 (parts of a history are linked, without 206)',
  },
  ...notificationSettings,
} as const satisfies SettingsTable;

/** The broker's settings, read. */
export type BrokerSettings = SettingsOf<typeof brokerSettings>;
