type Parse<T> = (text: string) => T;

const wholeNumber = /^-?\d{1,15}$/;

/** Refuses a value; the message completes "must be ...". */
function mustBe(rule: string): never {
  throw new Error(rule);
}

/** A whole number between the limits, both included. */
export function integer({
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
}: {
  readonly min?: number;
  readonly max?: number;
} = {}): Parse<number> {
  return (text) => {
    const value = wholeNumber.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : mustBe(`a whole number ${rangeOf(min, max)}`);
  };
}

function rangeOf(min: number, max: number): string {
  return max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
}

/** A TCP port; 0 lets the system choose one. */
export const port: Parse<number> = integer({ min: 0, max: 65_535 });

const timeUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const timePattern = /^(\d{1,12})(ms|s|m|h|d)?$/;

/** A duration such as `500ms`, `30s`, `5m`, `1h`, `7d`; a bare number is milliseconds. In milliseconds. */
export const milliseconds: Parse<number> = (text) => {
  const [, count, unit = 'ms'] = timePattern.exec(text) ?? [];
  return count === undefined
    ? mustBe('a duration such as 500ms, 30s, 5m, 1h or 7d')
    : Number(count) * (timeUnits[unit] ?? 1);
};

const sizeUnits: Readonly<Record<string, number>> = { '': 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
const sizePattern = /^(\d{1,9}) ?(KB|MB|GB)?B?$/i;

/** A size such as `20MB`, `512KB`, `1GB` or a number of bytes; 1 KB is 1024 bytes. In bytes. */
export const bytes: Parse<number> = (text) => {
  const [, count, unit = ''] = sizePattern.exec(text) ?? [];
  return count === undefined
    ? mustBe('a size such as 20MB, 512KB or a number of bytes')
    : Number(count) * (sizeUnits[unit.toUpperCase()] ?? 1);
};

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['yes', true],
  ['on', true],
  ['0', false],
  ['false', false],
  ['no', false],
  ['off', false],
]);

/** `1`, `true`, `yes`, `on` or `0`, `false`, `no`, `off`. */
export const boolean: Parse<boolean> = (text) =>
  booleans.get(text.toLowerCase()) ?? mustBe('1, true, yes, on or 0, false, no, off');

/** Any text but the empty one. */
export const text: Parse<string> = (value) => (value === '' ? mustBe('a text that is not empty') : value);

/** Any text; `undefined` when it is not set. */
export const optionalText: Parse<string | undefined> = (value) => (value === '' ? undefined : value);

/** An absolute URL of one of the protocols (without the colon), as it was given. */
export function url(...protocols: readonly string[]): Parse<string> {
  return (value) => {
    const protocol = URL.canParse(value) ? new URL(value).protocol.slice(0, -1) : '';
    return protocols.includes(protocol)
      ? value
      : mustBe(`a URL that starts with ${protocols.join(': or ')}:`);
  };
}

/** As the parser, and `undefined` when the variable is not set. */
export function optional<T>(parse: Parse<T>): Parse<T | undefined> {
  return (value) => (value === '' ? undefined : parse(value));
}

/** Items separated by commas, blanks around them dropped; empty when it is not set. */
export function list<T>(parse: Parse<T>): Parse<readonly T[]> {
  return (value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
      .map((item) => parse(item));
}

/** One word of a closed set. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Parse<Word> {
  return (value) => words.find((word) => word === value) ?? mustBe(`one of ${words.join(', ')}`);
}
