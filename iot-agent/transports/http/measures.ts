import { type Request, Router, raw } from 'express';
import type { Json, PlainMeasure } from '../../measurement.ts';
import { jsonOf, parseJson } from '../envelope.ts';
import { type MeasureOrigin, parseMeasures, parseSingleValue } from '../iot-agent-json.ts';
import { parseTime } from '../parse-time.ts';
import type { TransportParts } from '../take.ts';
import { answerWhenSafe, bodyOf, type DevicePath, textOfBody } from './answer.ts';
import { Problem } from './problem.ts';

const source = 'iot-agent-json';

/** FIWARE's agent answers a measure with the commands that wait for the device. */
const answer = {};

const group: DevicePath = {
  source,
  via: '/iot/json',
  answer,
  reader: (request, arrivedAt) => {
    const origin = originOf(request, arrivedAt);
    return () => ({ kind: 'incoming', incoming: parseMeasures(parseJson(textOfBody(request)), origin) });
  },
};

/** For devices that can do nothing but GET: the measures are in the parameter d. */
const groupInUrl: DevicePath = {
  ...group,
  payload: (request) => Buffer.from(parameter(request, 'd')),
  reader: (request, arrivedAt) => {
    const origin = originOf(request, arrivedAt);
    const text = parameter(request, 'd');
    return () => ({ kind: 'incoming', incoming: parseMeasures(parseJson(text), origin) });
  },
};

const single: DevicePath = {
  source,
  via: '/iot/json/attrs',
  answer,
  reader: (request, arrivedAt) => {
    const origin = originOf(request, arrivedAt);
    const name = String(request.params['name']);
    return () => {
      const values = Object.fromEntries([[name, singleValue(request)]]);
      return { kind: 'incoming', incoming: [{ kind: 'plain', ...origin, values } satisfies PlainMeasure] };
    };
  },
};

/**
 * Measures of FIWARE's IoT-Agent-JSON by HTTP: `/iot/json?k=<apikey>&i=<device id>[&t=<time>]` with POST, or with GET
 * and the measures in `d`; `POST /iot/json/attrs/<name>` with one value. 200 once they are in the spool.
 */
export function measures(parts: TransportParts): Router {
  const router = Router();
  const body = raw({ type: () => true, limit: parts.maxMessageSize });
  router.post('/iot/json', requireText, body, answerWhenSafe(parts, group));
  router.get('/iot/json', answerWhenSafe(parts, groupInUrl));
  router.post('/iot/json/attrs/:name', body, answerWhenSafe(parts, single));
  return router;
}

/** Devices are sloppy about the type of JSON; what cannot be a text at all is refused. */
function requireText(request: Request, _response: unknown, next: () => void): void {
  const type = request.get('Content-Type') ?? 'application/json';
  if (!/^(?:application\/(?:[\w.-]+\+)?json|text\/plain)\b/i.test(type))
    throw new Problem(415, `The Content-Type is ${type.slice(0, 80)}: measures are application/json.`);
  next();
}

function originOf(request: Request, arrivedAt: number): MeasureOrigin {
  const apikey = parameter(request, 'k');
  const deviceId = parameter(request, 'i');
  const { t } = request.query;
  if (t === undefined || t === '') return { apikey, deviceId, observedAt: arrivedAt };
  const observedAt = typeof t === 'string' ? parseTime(t) : undefined;
  if (observedAt === undefined)
    throw new Problem(400, 'The parameter t must be one ISO 8601 time such as 2026-11-24T08:00:00Z.');
  return { apikey, deviceId, observedAt };
}

const meanings = { k: 'the apikey', i: 'the device id', d: 'the measures, as JSON' } as const;

function parameter(request: Request, name: keyof typeof meanings): string {
  const value = request.query[name];
  if (typeof value !== 'string' || value === '')
    throw new Problem(400, `The parameter ${name} must be given once: it is ${meanings[name]}.`);
  return value;
}

const textTypes = ['text/*', 'application/xml', '+xml'];

/** As FIWARE's agent has it, by Content-Type: bytes become hexadecimal digits, a text stays one where it is no JSON. */
function singleValue(request: Request): Json {
  const bytes = bodyOf(request);
  if (request.is('application/octet-stream')) return Buffer.from(bytes).toString('hex');
  return request.is(textTypes) ? textValue(textOfBody(request)) : parseSingleValue(bytes);
}

function textValue(text: string): Json {
  try {
    return jsonOf(JSON.parse(text)) ?? text;
  } catch {
    return text;
  }
}
