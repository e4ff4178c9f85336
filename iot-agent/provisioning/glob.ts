/** Whether a text fits a pattern in which `*` stands for any characters and `?` for one; case does not matter. Takes linear time for each `*`. */
export function matchesGlob(pattern: string, text: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = text.toLowerCase();
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < given.length; ) {
    if (wanted[at] === '*') {
      star = at++;
      resume = index;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      // The last star takes one character more: what an earlier one took need not change.
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  return /^\**$/.test(wanted.slice(at));
}
