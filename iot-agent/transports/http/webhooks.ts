import { type Request, type RequestHandler, Router, raw } from 'express';
import { parseChirpstack } from '../chirpstack.ts';
import { parseJson } from '../envelope.ts';
import { secretCheck } from '../secret-check.ts';
import type { TransportParts } from '../take.ts';
import { parseThingsStack } from '../things-stack.ts';
import { answerWhenSafe, type DevicePath, textOfBody } from './answer.ts';
import { Problem } from './problem.ts';

const thingsStack: DevicePath = {
  source: 'things-stack',
  via: '/webhooks/things-stack',
  reader: (request, arrivedAt) => () => parseThingsStack(parseJson(textOfBody(request)), arrivedAt),
};

const chirpstack: DevicePath = {
  source: 'chirpstack',
  via: '/webhooks/chirpstack',
  reader: (request, arrivedAt) => {
    const { event } = request.query;
    if (typeof event !== 'string')
      throw new Problem(
        400,
        'The parameter event must be given once; ChirpStack adds it (?event=up) to the URL of its HTTP integration.',
      );
    return () => parseChirpstack(event, parseJson(textOfBody(request)), arrivedAt);
  },
};

/** `POST /webhooks/things-stack` and `POST /webhooks/chirpstack?event=up`: 204 once the message is in the spool. */
export function webhooks(secret: string | undefined, parts: TransportParts): Router {
  const router = Router();
  // The secret first: a stranger's body is not even read.
  const guards = [...(secret === undefined ? [] : [requireSecret(secret)]), requireJson];
  const body = raw({ type: () => true, limit: parts.maxMessageSize });
  for (const path of [thingsStack, chirpstack])
    router.post(path.via, ...guards, body, answerWhenSafe(parts, path));
  return router;
}

function requireSecret(secret: string): RequestHandler {
  const isSecret = secretCheck(secret);
  return (request, _response, next) => {
    if (!isSecret(givenSecret(request)))
      throw new Problem(
        401,
        'Webhooks need the secret of WEBHOOK_SECRET: have the network server send the header "Authorization: Bearer <secret>" or "X-Webhook-Secret: <secret>".',
        { 'WWW-Authenticate': 'Bearer' },
      );
    next();
  };
}

function givenSecret(request: Request): string | undefined {
  const own = request.get('X-Webhook-Secret');
  if (own !== undefined) return own;
  const [, token] = /^bearer +(\S+) *$/i.exec(request.get('Authorization') ?? '') ?? [];
  return token;
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
