import type { SettingsTable } from '../../runtime/config.ts';
import { boolean, integer } from '../../runtime/setting-parsers.ts';
import { atLeast } from './duration-setting.ts';

/** The settings of live streams: rows of the broker's table. */
export const streamSettings = {
  streamLimit: {
    variable: 'STREAM_LIMIT',
    default: '1000',
    parse: integer({ min: 0, max: 100_000 }),
    meaning: 'live streams (/streams/...) that one process serves at a time; 0 for none',
  },
  streamHeartbeat: {
    variable: 'STREAM_HEARTBEAT',
    default: '15s',
    parse: atLeast('100ms'),
    meaning: 'silence after which a live stream gets a comment, so that nothing on the way takes it for dead',
  },
  streamPatience: {
    variable: 'STREAM_PATIENCE',
    default: '1m',
    parse: atLeast('100ms'),
    meaning: 'how long the reader of a live stream may take nothing before it is cut off; it can resume',
  },
  streamKept: {
    variable: 'STREAM_KEPT',
    default: '5m',
    parse: atLeast('1s'),
    meaning:
      'how long delivered notifications are kept, and so how far back a live stream can resume; on MongoDB at least an hour',
  },
  streamKeyInUrl: {
    variable: 'STREAM_KEY_IN_URL',
    default: '0',
    parse: boolean,
    meaning: 'whether live streams take an API key as the URL parameter key, which proxies may write to logs',
  },
} as const satisfies SettingsTable;
