import { type Request, type RequestHandler, Router, raw } from 'express';
import type { LorawanServer } from '../../measurement.ts';
import { parseJson } from '../envelope.ts';
import { isActilityToken } from '../lorawan/actility-token.ts';
import { networkServers, parseLorawan } from '../lorawan/network-servers.ts';
import { withConnection } from '../mqtt-intake.ts';
import { secretCheck } from '../secret-check.ts';
import type { TransportParts } from '../take.ts';
import { answerWhenSafe, type DevicePath, textOfBody } from './answer.ts';
import { Problem } from './problem.ts';
import { connectionIn, parameterOf, webhookArrival } from './webhook-arrival.ts';

/** What network servers prove themselves with; without, webhooks are open. */
export interface WebhookSecrets {
  readonly webhookSecret: string | undefined;
  /** ThingPark signs with it. */
  readonly actilityTunnelKey: string | undefined;
}

const byServer = Object.entries(networkServers).map(
  ([server, { parse }]): DevicePath => ({
    source: server,
    via: pathOf(server),
    reader: (request, arrivedAt) => {
      const arrival = webhookArrival(request, arrivedAt);
      const connection = connectionIn(request);
      return () => withConnection(parse(parseJson(textOfBody(request)), arrival), connection);
    },
  }),
);

/** For whom it is easier to have one URL for everything. */
const byShape: DevicePath = {
  source: 'lorawan',
  via: '/webhooks/lorawan',
  reader: (request, arrivedAt) => {
    const arrival = webhookArrival(request, arrivedAt);
    const connection = connectionIn(request);
    return () => withConnection(parseLorawan(parseJson(textOfBody(request)), arrival), connection);
  },
};

const paths: readonly DevicePath[] = [...byServer, byShape];

/** Where network servers post to. */
export const webhookPaths: readonly string[] = paths.map(({ via }) => via);

function pathOf(server: string): string {
  return `/webhooks/${server}`;
}

/**
 * `POST /webhooks/<network server>` for each of them, and `/webhooks/lorawan`, which tells the server by the shape of its
 * messages: 204 once the message is in the spool.
 */
export function webhooks(
  { webhookSecret, actilityTunnelKey }: WebhookSecrets,
  parts: TransportParts,
): Router {
  const router = Router();
  const body = raw({ type: () => true, limit: parts.maxMessageSize });
  for (const path of paths) {
    const isSigned =
      actilityTunnelKey !== undefined && path.via === pathOf('actility' satisfies LorawanServer);
    const gate = gateOf(path.via, parts.log);
    // The secret first: a stranger's body is not even read. A signature is one of the body.
    const guards = isSigned
      ? [requireJson, body, requireToken(actilityTunnelKey, gate)]
      : [...(webhookSecret === undefined ? [] : [requireSecret(webhookSecret, gate)]), requireJson, body];
    router.post(path.via, ...guards, answerWhenSafe(parts, path));
  }
  return router;
}

/** Notes whether those who come prove themselves, and lets in who does. @throws Problem for who does not */
type Gate = (isRight: boolean, refusal: Problem) => void;

/** Network servers tell nobody that they are refused: the log does, once until one is taken again. */
function gateOf(via: string, log: TransportParts['log']): Gate {
  let isRefusing = false;
  return (isRight, refusal) => {
    const wasRefusing = isRefusing;
    isRefusing = !isRight;
    if (isRight) return;
    log[wasRefusing ? 'debug' : 'warn']({ via, reason: refusal.message }, 'a webhook was refused');
    throw refusal;
  };
}

const secretRefused = new Problem(
  401,
  'Webhooks need the secret of WEBHOOK_SECRET: have the network server send the header "Authorization: Bearer <secret>" or "X-Webhook-Secret: <secret>".',
  { 'WWW-Authenticate': 'Bearer' },
);

function requireSecret(secret: string, gate: Gate): RequestHandler {
  const isSecret = secretCheck(secret);
  return (request, _response, next) => {
    gate(isSecret(givenSecret(request)), secretRefused);
    next();
  };
}

function givenSecret(request: Request): string | undefined {
  const own = request.get('X-Webhook-Secret');
  if (own !== undefined) return own;
  const [, token] = /^bearer +(\S+) *$/i.exec(request.get('Authorization') ?? '') ?? [];
  return token;
}

const tokenRefused = new Problem(
  401,
  'The parameter Token is absent, or not the signature of this message with ACTILITY_TUNNEL_KEY: set that to the tunnel interface authentication key of the application at ThingPark.',
);

function requireToken(key: string, gate: Gate): RequestHandler {
  return (request, _response, next) => {
    const isSigned = isActilityToken(jsonIn(request), (name) => parameterOf(request, name), key);
    gate(isSigned, tokenRefused);
    next();
  };
}

/** What is no JSON has no signature. */
function jsonIn(request: Request): unknown {
  try {
    return JSON.parse(textOfBody(request));
  } catch {
    return undefined;
  }
}

function requireJson(request: Request, _response: unknown, next: () => void): void {
  const type = request.get('Content-Type') ?? '';
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type))
    throw new Problem(
      415,
      `The Content-Type is ${type === '' ? 'absent' : type.slice(0, 80)}: webhooks take application/json; set the integration of the network server to JSON.`,
    );
  next();
}
