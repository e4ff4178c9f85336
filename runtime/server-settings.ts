import { parseApiKey } from './api-keys.ts';
import type { SettingsTable } from './config.ts';
import { logLevels } from './logger.ts';
import { boolean, bytes, list, oneOf, text } from './setting-parsers.ts';

/** The settings that every program of ours has: where it listens, who may call it, what it logs. */
export const serverSettings = {
  host: { variable: 'HOST', default: '127.0.0.1', parse: text, meaning: 'address to listen on' },
  apiKeys: {
    variable: 'API_KEYS',
    parse: list(parseApiKey),
    secret: true,
    meaning: 'keys of clients, name:sha256 separated by commas ("npm run hash-key"); empty lets everyone in',
  },
  allowOpen: {
    variable: 'ALLOW_OPEN',
    default: '0',
    parse: boolean,
    meaning: 'serve other machines although there are no API_KEYS',
  },
  corsOrigins: {
    variable: 'CORS_ORIGINS',
    parse: list(text),
    meaning: 'origins whose pages may call this program, separated by commas, or *',
  },
  maxBodySize: {
    variable: 'MAX_BODY_SIZE',
    default: '20MB',
    parse: bytes,
    meaning: 'largest request body',
  },
  egressPrivate: {
    variable: 'EGRESS_PRIVATE',
    default: 'allow',
    parse: oneOf('allow', 'deny'),
    meaning: 'whether URLs that clients give may lead to private and loopback addresses',
  },
  logLevel: {
    variable: 'LOG_LEVEL',
    default: 'info',
    parse: oneOf(...logLevels),
    meaning: `one of ${logLevels.join(', ')}`,
  },
} as const satisfies SettingsTable;
