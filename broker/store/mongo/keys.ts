const SEPARATOR = '|';
/** The character after the separator: what starts with `x|` lies in [`x|`, `x}`). */
const AFTER_SEPARATOR = '}';

/**
 * A key of several parts, whatever characters they hold: different parts make different keys, and all keys that start
 * with the same parts lie next to each other. The last part stands as it is, so that keys can be read.
 */
export function keyOf(...parts: readonly string[]): string {
  return parts.map((part, index) => (index < parts.length - 1 ? escaped(part) : part)).join(SEPARATOR);
}

/** The parts that `keyOf` made the key of; `count` is how many there were. */
export function partsOf(key: string, count: number): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  while (parts.length < count - 1) {
    const end = key.indexOf(SEPARATOR, from);
    parts.push(unescaped(key.slice(from, end)));
    from = end + 1;
  }
  parts.push(key.slice(from));
  return parts;
}

/** What all keys have in common that start with these parts. */
export function prefixOf(...parts: readonly string[]): string {
  return keyOf(...parts, '');
}

/** The keys that start with these parts, as MongoDB compares strings: byte by byte. */
export function rangeOf(...parts: readonly string[]): { readonly $gte: string; readonly $lt: string } {
  return { $gte: prefixOf(...parts), $lt: behind(...parts) };
}

/** The least text behind all keys that start with these parts. */
export function behind(...parts: readonly string[]): string {
  return prefixOf(...parts).slice(0, -1) + AFTER_SEPARATOR;
}

function escaped(part: string): string {
  return /[%|]/.test(part) ? part.replaceAll('%', '%25').replaceAll(SEPARATOR, '%7C') : part;
}

function unescaped(part: string): string {
  return part.replaceAll('%7C', SEPARATOR).replaceAll('%25', '%');
}
