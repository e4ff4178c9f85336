/** What a regular expression is made of: escapes, classes, repetitions, single characters. */
const TOKENS = /\\.|\[\^?\]?(?:\\.|[^\]])*\]|\{(?<least>\d+)(?:,(?<most>\d*))?\}|./gsu;

/** How many things a regular expression looks for with its `{n}` written out, which is what it is compiled to: 8 in `(ab{3}){2}`. */
export function expandedLength(pattern: string): number {
  const open: number[] = [];
  let sum = 0;
  let last = 0;
  for (const [token, least, most] of pattern.matchAll(TOKENS)) {
    if (token === '(') {
      open.push(sum);
      sum = 0;
    } else if (token === ')') {
      last = sum;
      sum += open.pop() ?? 0;
    } else {
      const { before, after } = lengthsAround(last, least, most);
      sum += after - before;
      last = after;
    }
  }
  return sum + open.reduce((all, before) => all + before, 0);
}

/** A repetition stands in the place of what is before it; all else is one thing more. */
function lengthsAround(last: number, least: string | undefined, most = '') {
  if (least === undefined) return { before: 0, after: 1 };
  return { before: last, after: last * Math.max(Number(least), Number(most)) };
}
