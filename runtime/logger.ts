import { type DestinationStream, type Logger as PinoLogger, pino, stdSerializers } from 'pino';
import { maskUrl } from './mask-url.ts';

/** Structured JSON log lines; a child carries fields such as `correlationId` on every line. */
export type Logger = PinoLogger;

/** The levels of LOG_LEVEL, least talkative first. */
export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** One word of LOG_LEVEL. */
export type LogLevel = (typeof logLevels)[number];

const secretNames = [
  'authorization',
  'Authorization',
  'x-api-key',
  'X-API-Key',
  'cookie',
  'password',
  'passwd',
  'apikey',
  'apiKey',
  'token',
  'secret',
];
const secretPaths = secretNames.flatMap((name) => {
  const member = name.includes('-') ? `["${name}"]` : name;
  const below = name.includes('-') ? `*${member}` : `*.${member}`;
  return [member, below, name.includes('-') ? `*.*${member}` : `*.*.${member}`];
});

function maskText(value: unknown): unknown {
  return typeof value === 'string' ? maskUrl(value) : value;
}

function maskError(error: Error): unknown {
  const shown = stdSerializers.err(error);
  return { ...shown, message: maskUrl(shown.message), stack: maskUrl(shown.stack) };
}

/** A logger that writes JSON lines to standard output (or `destination`) and never a secret that it can recognise. */
export function createLogger({
  name,
  level = 'info',
  destination,
}: {
  readonly name: string;
  readonly level?: LogLevel;
  readonly destination?: DestinationStream;
}): Logger {
  const options = {
    name,
    level,
    base: { name },
    redact: { paths: secretPaths, censor: '***' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: maskError, error: maskError, url: maskText, endpoint: maskText, uri: maskText },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** A logger whose every line carries the correlation id. */
export function correlated(log: Logger, correlationId: string): Logger {
  return log.child({ correlationId });
}
