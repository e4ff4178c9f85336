import { parseDateTime } from '../../../date-time.ts';
import type { Json } from '../../../measurement.ts';
import { ExpressionFault, type Value } from '../operand.ts';
import { described, of, type Transforms, taking } from './transform.ts';

/** Milliseconds since 1970, or a text; without an offset it is UTC. @throws ExpressionFault for what is no time. */
function dateOf(value: Value): Date {
  const micros = typeof value === 'string' ? parseDateTime(value) : undefined;
  if (micros !== undefined) return new Date(Math.floor(micros / 1000));
  const date = new Date(value as string | number);
  if (Number.isNaN(date.getTime())) throw new ExpressionFault(`${described(value)} is no time`);
  return date;
}

/** A language such as `nl-BE`; that of the machine when none is said. */
function localeOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function optionsOf(value: Json | undefined): object | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}

/** Steps: to prepare a language and its options takes some 300 µs. */
const localeWork = (): number => 200;

/** Transforms of times, and how times and numbers are written in a language. */
export const TIME_TRANSFORMS: Transforms = {
  toisodate: of((value) => dateOf(value).toISOString()),
  toisostring: of((value) => dateOf(value).toISOString()),
  gettime: of((value) => dateOf(value).getTime()),
  timeoffset: of((value) => dateOf(value).getTimezoneOffset()),
  localestring: taking(
    localeWork,
    of((value, locale, options) => dateOf(value).toLocaleString(localeOf(locale), optionsOf(options))),
  ),
  localestringnumber: taking(
    localeWork,
    of((value, locale, options) => Number(value).toLocaleString(localeOf(locale), optionsOf(options))),
  ),
  now: { takesMissing: true, apply: (_value, _args, now) => now },
};
