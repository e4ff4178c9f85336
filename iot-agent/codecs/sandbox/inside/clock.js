// @ts-check
/** The clock of the sandbox: it stands at the time of reception, so that decoding twice gives the same twice. */

const SystemDate = Date;
const { UTC, parse } = SystemDate;
let now = 0;
let isRead = false;

function read() {
  isRead = true;
  return now;
}

/** Date whose current time is that of the clock; all else is as it was. @this {any} @param {any[]} parts */
function ClockDate(...parts) {
  if (new.target === undefined) return new SystemDate(read()).toString();
  return Reflect.construct(SystemDate, parts.length === 0 ? [read()] : parts, new.target);
}
ClockDate.prototype = SystemDate.prototype;
Object.defineProperties(ClockDate, {
  name: { value: 'Date' },
  length: { value: 7 },
  now: { value: read, writable: true, configurable: true },
  UTC: { value: UTC, writable: true, configurable: true },
  parse: { value: parse, writable: true, configurable: true },
});
Object.defineProperty(SystemDate.prototype, 'constructor', { value: ClockDate });
Object.defineProperty(globalThis, 'Date', { value: ClockDate });

/** Sets the clock. @param {number} milliseconds since 1970 */
export function setClock(milliseconds) {
  now = milliseconds;
  isRead = false;
}

/** Whether anybody has looked at the clock since it was set. */
export function isClockRead() {
  return isRead;
}
