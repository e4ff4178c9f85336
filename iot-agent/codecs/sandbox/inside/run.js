// @ts-check
import { Buffer } from './buffer.js';
import { isClockRead, setClock } from './clock.js';
import { callBest, names } from './functions.js';
import './random.js';
import { describeThrown, messagesOf, toJson } from './results.js';

/** What the engine calls inside the sandbox. It is loaded once, before any codec, and each run begins with it untouched. */

const { parse } = JSON;
const { keys } = Object;
const ignore = () => {};
/** @type {Record<string, (...parts: any[]) => any>} */
const functions = {};

/** @param {string} name @param {unknown} value */
function provide(name, value) {
  // Configurable, so that scripts may declare names of their own over it.
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}

provide('Buffer', Buffer);
provide('console', { log: ignore, info: ignore, warn: ignore, error: ignore, debug: ignore, trace: ignore });
const script = { exports: {} };
provide('module', script);
provide('exports', script.exports);

export { names, setClock };

/**
 * Takes the functions of a script that was just evaluated: what it declared, else what it exported.
 * @param {any} declared by name
 * @returns {string} JSON: the names found, and whether the script has looked at the clock
 */
export function adopt(declared) {
  const { exports: exported } = script;
  const places = [declared, declared.default, exported, /** @type {any} */ (exported)?.default];
  for (const name of names) {
    const place = places.find((one) => typeof one?.[name] === 'function');
    if (place === undefined) continue;
    // What is exported together may call each other by `this`.
    functions[name] = place === declared ? place[name] : place[name].bind(place);
  }
  return toJson({ functions: keys(functions), isClockRead: isClockRead() });
}

/**
 * Runs the codec once.
 * @param {string} text JSON of a task
 * @returns {string} JSON of what came of it: the members of the result, and `errors` and `warnings` as lists of texts
 */
export function run(text) {
  const task = parse(text);
  setClock(task.now);
  try {
    const { name, result } = callBest(task.kind, functions, inputOf(task));
    return toJson(outcomeOf(task, name, result));
  } catch (error) {
    return toJson({ errors: [describeThrown(error)], warnings: [] });
  }
}

/** @param {any} task */
function inputOf({ kind, bytes, fPort, now, variables = {}, data }) {
  return kind === 'encode'
    ? { data, fPort, variables }
    : { bytes, fPort, recvTime: new Date(now), variables };
}

/** @param {any} task @param {string} name @param {any} result */
function outcomeOf(task, name, result) {
  if (typeof result !== 'object' || result === null)
    return failure(`${name} returned ${String(result)}: it must return an object`);
  if (typeof result.then === 'function')
    return failure(`${name} returned a promise: it must return its result`);
  const errors = messagesOf(result.errors);
  const warnings = messagesOf(result.warnings);
  if (errors.length > 0) return { errors, warnings };
  if (task.kind === 'encode') {
    const { bytes, fPort, confirmed } = result;
    return { bytes, fPort, confirmed, errors, warnings };
  }
  if (result.data === undefined && warnings.length === 0) return failure(`${name} returned no data`);
  return { data: result.data, ...normalized(task, result), errors, warnings };
}

/** @param {string} error */
function failure(error) {
  return { errors: [error], warnings: [] };
}

/** What `normalizeUplink` makes of the result; its faults do no harm to what was decoded. @param {any} task @param {any} result */
function normalized({ kind }, { data, warnings = [] }) {
  const normalize = functions['normalizeUplink'];
  if (kind !== 'decode' || normalize === undefined || data === undefined) return {};
  try {
    const result = normalize({ data, warnings });
    const errors = messagesOf(result?.errors);
    return errors.length > 0 ? { normalizeErrors: errors } : { normalized: result?.data };
  } catch (error) {
    return { normalizeErrors: [describeThrown(error)] };
  }
}
