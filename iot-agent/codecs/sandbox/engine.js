// @ts-check
import { readFileSync } from 'node:fs';
import { newQuickJSWASMModule, newVariant, RELEASE_SYNC } from 'quickjs-emscripten';
import { ownTimes, Share } from './cpu-time.js';
import { layoutOf, restore, restoreClean, takeSnapshot } from './snapshots.js';

/**
 * @import { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten'
 * @import { Fault, Reply, Task } from './protocol.ts'
 * @import { Memory, Snapshot } from './snapshots.js'
 */

/** Limits of a run: loading and calling together. */
const runMs = 100;
/**
 * In which it must turn out that a run which is late had a processor. One that had none goes on, until it had one for as long again,
 * up to `longestMs`.
 */
const proofMs = 20;
const longestMs = 10_000;
const memoryBytes = 16 * 1024 * 1024;
const stackBytes = 256 * 1024;
/** Characters of JSON. */
const mostOutput = 64 * 1024;
/** What the engine itself may grow to, with its own stack and the garbage of a run. */
const pages = { initial: 256, maximum: 400 };
/** Bytes of loaded scripts that are kept ready. */
const mostKept = 64 * 1024 * 1024;

/**
 * @typedef {object} Loaded
 * @property {Snapshot} [snapshot] absent when the script has looked at the clock: it is loaded again for every run
 * @property {string} script
 * @property {readonly string[]} functions
 */

/**
 * An engine for scripts: each task runs in a context of its own, fresh but for the loaded script.
 * @typedef {object} Engine
 * @property {(revision: string, script: string | undefined, task: Task) => Reply} run the script may be left out when it was
 *   run before, unless it was forgotten since. Throws when the state of the engine is not known any more: it is of no more use
 */

/** Starts an engine. @returns {Promise<Engine>} */
export async function startEngine() {
  // @ts-expect-error: the type of WebAssembly belongs to browsers' libraries
  const memory = new WebAssembly.Memory(pages);
  const quickjs = await newQuickJSWASMModule(newVariant(RELEASE_SYNC, { wasmMemory: memory }));
  const engine = new MemoryEngine(quickjs.newRuntime(), memory);
  // What is slow the first time is done before anybody waits for it.
  engine.run('warm-up', 'function Decoder(bytes) { return { bytes: bytes }; }', {
    ...{ kind: 'decode', bytes: [1], fPort: 1, now: 0, variables: {} },
  });
  return engine;
}

/** @implements {Engine} */
class MemoryEngine {
  /** @type {Map<string, Loaded>} */
  #ready = new Map();
  #deadline = Number.POSITIVE_INFINITY;
  #started = 0;
  #isLate = false;
  /** @type {Share | undefined} what it had since it was asked last */
  #share;
  /** @type {Share | undefined} what it had since it is late */
  #extra;
  #times = ownTimes();
  #memory;
  #context;
  #inside;
  #layout;
  #base;

  /** @param {QuickJSRuntime} runtime @param {Memory} memory */
  constructor(runtime, memory) {
    runtime.setMaxStackSize(stackBytes);
    runtime.setMemoryLimit(memoryBytes);
    runtime.setInterruptHandler(() => performance.now() > this.#deadline && this.#isOver());
    this.#memory = memory;
    this.#context = runtime.newContext();
    this.#inside = loadInside(runtime, this.#context);
    this.#layout = layoutOf(memory);
    this.#base = takeSnapshot(memory, this.#layout);
  }

  /** @param {string} revision @param {string | undefined} given @param {Task} task @returns {Reply} */
  run(revision, given, task) {
    const script = given ?? this.#ready.get(revision)?.script;
    if (script === undefined) return { kind: 'script-needed' };
    this.#isLate = false;
    this.#share = undefined;
    this.#extra = undefined;
    this.#started = performance.now();
    this.#deadline = this.#started + runMs;
    const loaded = this.#prepare(revision, script, task.kind === 'inspect' ? 0 : task.now);
    if ('message' in loaded) return { kind: 'faulty', fault: loaded };
    if (task.kind === 'inspect') return { kind: 'output', text: JSON.stringify(loaded.functions) };
    return this.#call(task);
  }

  /** Called when the deadline is over. */
  #isOver() {
    const now = performance.now();
    const hadShare = this.#share !== undefined && !this.#share.isStarved();
    const hadTwice = this.#extra !== undefined && this.#extra.spentMs() > runMs;
    this.#isLate = hadShare || hadTwice || now - this.#started > longestMs;
    this.#share = new Share(this.#times);
    this.#extra ??= this.#share;
    this.#deadline = now + proofMs;
    return this.#isLate;
  }

  /** The memory with the script loaded. @param {string} revision @param {string} script @param {number} now @returns {Loaded | Fault} */
  #prepare(revision, script, now) {
    const kept = this.#ready.get(revision);
    if (kept?.snapshot !== undefined) {
      restore(this.#memory, kept.snapshot);
      return kept;
    }
    const loaded = this.#load(script, now);
    if ('functions' in loaded) keep(this.#ready, revision, loaded);
    return loaded;
  }

  /** @param {string} script @param {number} now @returns {Loaded | Fault} */
  #load(script, now) {
    const context = this.#context;
    restoreClean(this.#memory, this.#base);
    context.unwrapResult(
      context.callFunction(this.#inside.setClock, context.undefined, context.newNumber(now)),
    );
    const declared = evaluate(context, script, this.#inside.names);
    if (this.#isLate) return { message: 'it takes longer than 100 ms to load' };
    if ('fault' in declared) return declared.fault;
    const adopted = context.callFunction(this.#inside.adopt, context.undefined, declared.handle);
    if (adopted.error) return faultOf(context, adopted.error);
    const { functions, isClockRead } = JSON.parse(context.getString(adopted.value));
    if (functions.length === 0)
      return { message: `it has none of the functions ${this.#inside.names.join(', ')}` };
    // A script that has looked at the clock is loaded again for every run.
    return isClockRead
      ? { script, functions }
      : { script, functions, snapshot: takeSnapshot(this.#memory, this.#layout) };
  }

  /** @param {Task} task @returns {Reply} */
  #call(task) {
    const context = this.#context;
    const text = context.newString(JSON.stringify(task));
    const result = context.callFunction(this.#inside.run, context.undefined, text);
    if (this.#isLate) return { kind: 'stopped', reason: 'it takes longer than 100 ms' };
    if (result.error) return { kind: 'stopped', reason: faultOf(context, result.error).message };
    return outputOf(context, result.value);
  }
}

/** The functions of the sandbox's own side, by name. @param {QuickJSRuntime} runtime @param {QuickJSContext} context */
function loadInside(runtime, context) {
  runtime.setModuleLoader((name) => readFileSync(new URL(`./inside/${name}`, import.meta.url), 'utf8'));
  const source = "export * from './run.js'";
  const handle = context.unwrapResult(context.evalCode(source, 'inside.js', { type: 'module' }));
  runtime.removeModuleLoader();
  const get = (/** @type {string} */ name) => context.getProp(handle, name);
  const names = /** @type {string[]} */ (context.dump(get('names')));
  return { names, setClock: get('setClock'), adopt: get('adopt'), run: get('run') };
}

/** What a script declares, after it was evaluated. @param {QuickJSContext} context @param {string} script @param {readonly string[]} names @returns {{ handle: QuickJSHandle } | { fault: Fault }} */
function evaluate(context, script, names) {
  const evaluated = context.evalCode(script, 'codec.js', { type: 'global' });
  if (evaluated.error) return evaluateAsModule(context, script, faultOf(context, evaluated.error));
  // By name, for `const` and `class` of a script are no properties of the global object.
  const members = names.map((name) => `${name}: typeof ${name} === 'function' ? ${name} : undefined`);
  const declared = context.evalCode(`({${members.join()}})`, 'declared.js', { type: 'global' });
  return declared.error ? { fault: faultOf(context, declared.error) } : { handle: declared.value };
}

/** What a script that cannot be parsed as one exports, if it is a module; of the two faults the one that was met later. @param {QuickJSContext} context @param {string} script @param {Fault} fault @returns {{ handle: QuickJSHandle } | { fault: Fault }} */
function evaluateAsModule(context, script, fault) {
  if (!fault.message.startsWith('SyntaxError') || !/\b(?:im|ex)port\b/.test(script)) return { fault };
  const evaluated = context.evalCode(script, 'codec.js', { type: 'module' });
  if (evaluated.error === undefined) return { handle: evaluated.value };
  const ofModule = faultOf(context, evaluated.error);
  return { fault: isBefore(ofModule, fault) ? fault : ofModule };
}

/** @param {Fault} one @param {Fault} other */
function isBefore({ line = Infinity, column = 0 }, { line: otherLine = 0, column: otherColumn = 0 }) {
  return line === otherLine ? column < otherColumn : line < otherLine;
}

/** Keeps a script ready; the one that was loaded longest ago goes when there are too many. @param {Map<string, Loaded>} ready @param {string} revision @param {Loaded} loaded */
function keep(ready, revision, loaded) {
  ready.set(revision, loaded);
  const sizeOf = (/** @type {Loaded} */ { snapshot, script }) => (snapshot?.size ?? 0) + 2 * script.length;
  let size = [...ready.values()].reduce((sum, one) => sum + sizeOf(one), 0);
  for (const [oldest, one] of ready) {
    if (size <= mostKept) return;
    ready.delete(oldest);
    size -= sizeOf(one);
  }
}

/** @param {QuickJSContext} context @param {QuickJSHandle} result @returns {Reply} */
function outputOf(context, result) {
  if (context.typeof(result) !== 'string') return { kind: 'stopped', reason: 'its result is no JSON' };
  // A text's own length: nothing of it is copied out of the sandbox before it is known to be short.
  const length = context.getNumber(context.getProp(result, 'length'));
  if (length > mostOutput)
    return {
      kind: 'stopped',
      reason: `its result has ${length} characters of JSON: at most ${mostOutput} are taken`,
    };
  return { kind: 'output', text: context.getString(result) };
}

/** @param {QuickJSContext} context @param {QuickJSHandle} error @returns {Fault} */
function faultOf(context, error) {
  const name = shortText(context, error, 'name');
  const said = shortText(context, error, 'message') || 'it throws something that is no Error';
  const message = said === 'out of memory' ? 'it needs more than 16 MB of memory' : said;
  const place = /codec\.js:(\d+):(\d+)/.exec(shortText(context, error, 'stack'));
  const at = place === null ? {} : { line: Number(place[1]), column: Number(place[2]) };
  return { message: name === '' || message !== said ? message : `${name}: ${message}`, ...at };
}

/** A member that is a text of reasonable length; else an empty one. @param {QuickJSContext} context @param {QuickJSHandle} handle @param {string} member */
function shortText(context, handle, member) {
  const type = context.typeof(handle);
  if (type !== 'object' && type !== 'function') return '';
  const value = context.getProp(handle, member);
  if (context.typeof(value) !== 'string') return '';
  const length = context.getNumber(context.getProp(value, 'length'));
  return length > 100_000 ? '' : context.getString(value).slice(0, 500);
}
