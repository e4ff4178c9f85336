import { Agent } from 'undici';
import { egressAgent, egressPolicy } from '../runtime/egress.ts';
import type { NotifyAddress } from './commands/broker-resources.ts';
import type { CommandOutlets } from './commands/commands.ts';
import type { AgentSettings } from './config.ts';
import type { Publisher } from './transports/publisher.ts';

/** Milliseconds for a device or network server to answer. */
const answerLimit = 10_000;

/**
 * The ways by which commands leave the agent, and how brokers tell of them, at the port of the configuration API. Closing waits so many
 * milliseconds for requests under way.
 */
export function commandOutlets(
  settings: Pick<AgentSettings, 'egressPrivate' | 'host' | 'notifyUrl'>,
  publisher: Publisher,
  { port, secret }: { readonly port: number; readonly secret: string },
): CommandOutlets & { close(graceMs: number): Promise<void> } {
  const address: NotifyAddress = { baseUrl: notifyBaseUrl(settings, port), secret };
  const policy = egressPolicy({ schemes: ['http', 'https'], privateAddresses: settings.egressPrivate });
  const limits = { headersTimeout: answerLimit, bodyTimeout: answerLimit };
  const deviceHttp = egressAgent(policy, limits);
  const serverHttp = new Agent({ ...limits, connect: { timeout: answerLimit } });
  return {
    ...{ publisher, address, deviceHttp, serverHttp },
    close: async (graceMs) => {
      const agents = [deviceHttp, serverHttp];
      // One that hangs must not keep the program from ending.
      const limit = setTimeout(() => agents.map((agent) => agent.destroy()), graceMs);
      await Promise.all(agents.map((agent) => agent.close())).catch(() => {});
      clearTimeout(limit);
    },
  };
}

const everyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '::', '']);

/** Where the broker finds the configuration API that listens on the port. */
function notifyBaseUrl({ notifyUrl, host }: Pick<AgentSettings, 'notifyUrl' | 'host'>, port: number): string {
  if (notifyUrl !== undefined) return notifyUrl.replace(/\/+$/, '');
  const name = everyAddress.has(host) ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
