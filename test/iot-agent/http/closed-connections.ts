import { type Connections, openConnections } from '../../../iot-agent/connections/connections.ts';
import { secretBox } from '../../../iot-agent/connections/secret-box.ts';
import type { Registry } from '../../../iot-agent/registry/registry.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { createLogger, type Logger } from '../../../runtime/logger.ts';

/** Connections that are kept, sealed, and never opened. */
export function closedConnections(
  registry: Registry,
  log: Logger = createLogger({ name: 'test', level: 'silent' }),
): Connections {
  const box = secretBox('a secret key of more than 32 characters');
  return openConnections({ registry, box, agentId: 'test', now: systemClock().now, log });
}
