import { badRequest, NgsiLdError } from '../domain/errors.ts';
import { onceForEach } from '../domain/once-for-each.ts';
import { remember } from './remember.ts';
import type { Route } from './route.ts';

const nothing: ReadonlyMap<string, string> = new Map();

/** Parameters whose values may have blanks. */
const withBlanks: ReadonlySet<string> = new Set(['q', 'csf', 'coordinates', 'orderFrom', 'lang']);

/** Dashboards ask the same again and again: what follows from these parameters can be remembered with them. */
const readersOf = onceForEach((route: Route) => remember((text) => parse(text, route), 200));

/**
 * URL query parameters by name, percent-decoded once. Most clients write a blank as `+`, so that is what it means where
 * blanks can be; elsewhere it stays a plus, for it has a meaning in scopeQ, in patterns and in URIs.
 * @throws NgsiLdError InvalidRequest for a parameter that the route does not know (clause 6.3.20) or that stands twice;
 * BadRequestData for a `local` that is neither true nor false.
 */
export function readParameters(text: string, route: Route): ReadonlyMap<string, string> {
  return text === '' ? nothing : readersOf(route)(text);
}

function parse(text: string, route: Route): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text.split('&')) {
    if (part !== '') addParameter(parameters, part, route);
  }
  return parameters;
}

function addParameter(parameters: Map<string, string>, part: string, route: Route): void {
  const equals = part.indexOf('=');
  const name = decode(equals < 0 ? part : part.slice(0, equals));
  if (!isKnown(route, name)) throw unknownParameter(name, route);
  if (parameters.has(name)) {
    throw new NgsiLdError('InvalidRequest', `The URL parameter ${name} stands twice: give it once.`);
  }
  parameters.set(name, equals < 0 ? '' : decode(valueText(name, part.slice(equals + 1))));
  // Many routes know it without asking for it, and a wrong value is wrong there too.
  if (name === 'local') booleanParameter(parameters, name);
}

function valueText(name: string, text: string): string {
  return withBlanks.has(name) ? text.replaceAll('+', ' ') : text;
}

function isKnown({ parameters }: Route, name: string): boolean {
  return parameters === 'any' || parameters.includes(name);
}

function unknownParameter(name: string, route: Route): NgsiLdError {
  const known = [...route.parameters].join(', ') || 'none';
  return new NgsiLdError(
    'InvalidRequest',
    `The URL parameter ${JSON.stringify(name)} is not known to ${route.method} ${route.path}. It knows: ${known}.`,
  );
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new NgsiLdError(
      'InvalidRequest',
      `The URL parameter ${JSON.stringify(text)} is not percent-encoded UTF-8.`,
    );
  }
}

/** A parameter that is `true` or `false`; absent means false. */
export function booleanParameter(query: ReadonlyMap<string, string>, name: string): boolean {
  const text = query.get(name);
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw badRequest(`The URL parameter ${name} is ${JSON.stringify(text)}: it must be true or false.`);
}

/** Beyond all that is counted here, and far from where numbers lose their last digits. */
const HIGHEST_INTEGER = 999_999_999_999_999;

/** A parameter that is a whole number, `fallback` when absent; more than anything comes to is `HIGHEST_INTEGER`. */
export function integerParameter(
  query: ReadonlyMap<string, string>,
  name: string,
  { minimum, fallback }: { readonly minimum: number; readonly fallback: number },
): number {
  const text = query.get(name);
  if (text === undefined) return fallback;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= minimum) return Math.min(value, HIGHEST_INTEGER);
  throw badRequest(
    `The URL parameter ${name} is ${JSON.stringify(text)}: it must be a whole number from ${minimum} on.`,
  );
}

/** The values of a comma-separated parameter; undefined when absent. An empty value is refused. */
export function listParameter(
  query: ReadonlyMap<string, string>,
  name: string,
): readonly string[] | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  const values = text.split(',');
  if (values.includes('')) {
    throw badRequest(`The URL parameter ${name} has an empty value in ${JSON.stringify(text)}.`);
  }
  return values;
}

/**
 * The values of the `options` parameter, each one of those allowed.
 * @throws NgsiLdError InvalidRequest for any other (clause 6.3.20).
 */
export function optionsParameter<Option extends string>(
  query: ReadonlyMap<string, string>,
  allowed: readonly Option[],
): ReadonlySet<Option> {
  const text = query.get('options');
  if (text === undefined || text === '') return new Set();
  const values = text.split(',');
  const wrong = values.find((value) => !(allowed as readonly string[]).includes(value));
  if (wrong !== undefined) {
    throw new NgsiLdError(
      'InvalidRequest',
      `The URL parameter options has ${JSON.stringify(wrong)}: it may have ${allowed.join(', ')}.`,
    );
  }
  return new Set(values as Option[]);
}

/** The refusal of a `format` that an operation does not have: as of an option, which says the same (clause 6.3.20). */
export function unsupportedFormat(format: string, reason: string): NgsiLdError {
  return new NgsiLdError(
    'InvalidRequest',
    `The URL parameter format has ${JSON.stringify(format)}: ${reason}.`,
  );
}
