import { createServer } from 'node:http';
import { expressConstructors } from '../../../runtime/express-constructors.ts';
import { type Listening, listen } from '../../../runtime/listen.ts';
import { isLoopback } from '../../../runtime/refuse-open.ts';
import { StartError } from '../../../runtime/start-error.ts';
import type { TransportParts } from '../take.ts';
import type { Transport } from '../transport.ts';
import { deviceApp } from './device-app.ts';
import type { WebhookSecrets } from './webhooks.ts';

/** Where devices and webhooks are listened to. */
export interface HttpSettings extends WebhookSecrets {
  readonly host: string;
  /** 0 lets the system choose one. */
  readonly port: number;
  /** Serve other machines without a secret. */
  readonly allowOpen: boolean;
}

/** The ways in by HTTP. */
export interface HttpTransport extends Transport {
  /** The port in use, while it is ready. */
  port(): number | undefined;
}

/** Webhooks of network servers and measures of devices by HTTP, on a port of their own. */
export function httpTransport(settings: HttpSettings, parts: TransportParts): HttpTransport {
  let listening: Listening | undefined;
  return {
    name: 'http',
    start: async () => {
      refuseOpenWebhooks(settings);
      const app = deviceApp(settings, parts);
      const server = createServer(expressConstructors(app), app);
      listening = await listen(server, { ...settings, variable: 'AGENT_DEVICE_PORT' });
      parts.log.info({ port: listening.port }, 'devices and webhooks are listened to');
    },
    isReady: () => listening !== undefined,
    port: () => listening?.port,
    stop: async () => {
      const open = listening;
      listening = undefined;
      await open?.close();
    },
  };
}

function refuseOpenWebhooks({ host, webhookSecret, allowOpen }: HttpSettings): void {
  if (webhookSecret !== undefined || allowOpen || isLoopback(host)) return;
  throw new StartError(
    `HOST is ${host}, so other machines can reach the webhooks, and nothing protects them: set WEBHOOK_SECRET, keep HOST at 127.0.0.1, or set ALLOW_OPEN=1.`,
  );
}
