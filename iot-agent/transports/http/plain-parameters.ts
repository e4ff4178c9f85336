import type { Request } from 'express';
import { parseMeasuredAt } from '../parse-time.ts';
import type { MeasureOrigin } from '../plain/measure-origin.ts';
import { Problem } from './problem.ts';

const meanings = { k: 'the apikey', i: 'the device id', d: 'the measures' } as const;

/** A parameter of the URL of a plain device. @throws Problem when it is not there once. */
export function plainParameter(request: Request, name: keyof typeof meanings): string {
  const value = request.query[name];
  if (typeof value !== 'string' || value === '')
    throw new Problem(400, `The parameter ${name} must be given once: it is ${meanings[name]}.`);
  return value;
}

/** Who sends, by `k` and `i`, and of when it is, by `t` or the arrival. @throws Problem */
export function plainOrigin(request: Request, arrivedAt: number): MeasureOrigin {
  const apikey = plainParameter(request, 'k');
  const deviceId = plainParameter(request, 'i');
  const { t } = request.query;
  if (t === undefined || t === '') return { apikey, deviceId, observedAt: arrivedAt };
  const time = typeof t === 'string' ? parseMeasuredAt(t) : undefined;
  if (time === undefined)
    throw new Problem(400, 'The parameter t must be one ISO 8601 time such as 2026-11-24T08:00:00Z.');
  return { apikey, deviceId, ...time };
}

/** Whether the device asks for the commands that wait for it: `getCmd=1`. */
export function asksForCommands({ query }: Request): boolean {
  return query['getCmd'] === '1';
}
