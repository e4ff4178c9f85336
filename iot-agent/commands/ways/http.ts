import type { Dispatcher } from 'undici';
import type { Json } from '../../measurement.ts';
import type { Progress } from '../command.ts';
import { CommandError, NotNow } from '../command-error.ts';
import { type CommandScope, scopeOf, textOrExpression } from '../command-value.ts';
import { deviceNameOf } from '../definitions.ts';
import { payloadOf } from './mqtt.ts';
import { type HttpAnswer, request } from './request.ts';
import { type Dispatch, endpointOf, type Way } from './way.ts';

/** Posts to the endpoint of the device; what it answers is its result. */
export function httpWay(agent: Dispatcher, now: () => number): Way {
  return async (dispatch) => {
    const { command, definition, target } = dispatch;
    const scope = scopeOf(command, target, now());
    const url = urlOf(dispatch, scope);
    const { bytes, contentType } = payloadOf(dispatch, now());
    const headers: Record<string, string> = { 'content-type': contentType };
    for (const [name, value] of Object.entries(definition.headers ?? {}))
      headers[name.toLowerCase()] = textOrExpression(value, scope);
    const answer = await request(agent, { method: 'POST', url, headers, body: bytes });
    return progressOf(dispatch, answer);
  };
}

function urlOf({ target }: Dispatch, scope: CommandScope): string {
  const endpoint = endpointOf(target) ?? '';
  const url = /^https?:\/\//i.test(endpoint) ? endpoint : textOrExpression(endpoint, scope);
  if (URL.canParse(url)) return url;
  throw new CommandError(
    `the endpoint ${endpoint.slice(0, 200)} makes no URL: set endpoint to http://… or to an expression that gives one`,
  );
}

/** Too slow, too much, or something between that is away; any other failure is the device's own answer. */
const passing: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

function progressOf({ definition }: Dispatch, { status, text }: HttpAnswer): Progress {
  if (passing.has(status)) throw new NotNow(`the device answers ${status}`);
  if (status >= 300) throw new CommandError(`the device answers ${status}: ${text.slice(0, 200)}`);
  if (text.trim() === '') return { state: 'DELIVERED' };
  return { state: 'OK', info: resultIn(text, deviceNameOf(definition)) };
}

/** The member of the command's name in JSON, what follows the name in UltraLight, else the whole answer. */
function resultIn(text: string, name: string): Json {
  const ultraLight = /^[^@|]*@([^|]+)\|(.*)$/s.exec(text.trim());
  if (ultraLight?.[1] === name) return ultraLight[2] ?? '';
  try {
    const answer = JSON.parse(text) as Json;
    const isMap = typeof answer === 'object' && answer !== null && !Array.isArray(answer);
    return isMap && Object.hasOwn(answer, name)
      ? ((answer as { [name: string]: Json })[name] ?? null)
      : answer;
  } catch {
    return text.slice(0, 2000);
  }
}
