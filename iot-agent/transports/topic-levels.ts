/** The levels that the `+` of a topic filter stand for in the topic; undefined when the filter does not match. */
export function matchLevels(
  pattern: readonly string[],
  levels: readonly string[],
): readonly string[] | undefined {
  if (pattern.length !== levels.length) return undefined;
  const wild: string[] = [];
  for (const [index, level] of levels.entries()) {
    if (pattern[index] === '+') wild.push(level);
    else if (pattern[index] !== level) return undefined;
  }
  return wild;
}

/** Whether the filter, in which `#` may be the last level, matches the topic. */
export function matchFilter(filter: readonly string[], levels: readonly string[]): boolean {
  const isOpen = filter.at(-1) === '#';
  const fixed = isOpen ? filter.length - 1 : filter.length;
  if (isOpen ? levels.length < fixed : levels.length !== fixed) return false;
  for (let index = 0; index < fixed; index++)
    if (filter[index] !== '+' && filter[index] !== levels[index]) return false;
  return true;
}

/** True when some topic matches both filters, in which `+` is one level and `#`, at the end, any number of them. */
export function filtersMeet(one: string, other: string): boolean {
  const [left, right] = [one.split('/'), other.split('/')];
  for (let index = 0; ; index++) {
    const [a, b] = [left[index], right[index]];
    if (a === '#' || b === '#' || (a === undefined && b === undefined)) return true;
    if (a === undefined || b === undefined) return false;
    if (a !== b && a !== '+' && b !== '+') return false;
  }
}

/** True when every topic that fits the second filter fits the first as well. */
export function filterCovers(general: string, special: string): boolean {
  const [wide, narrow] = [general.split('/'), special.split('/')];
  const isOpen = wide.at(-1) === '#';
  if (!isOpen && (narrow.at(-1) === '#' || wide.length !== narrow.length)) return false;
  const fixed = isOpen ? wide.slice(0, -1) : wide;
  return fixed.every((level, index) => {
    const other = narrow[index];
    return other !== undefined && other !== '#' && (level === '+' || level === other);
  });
}
