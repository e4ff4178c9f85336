const MAX_SUGGESTIONS = 3;
const MAX_LENGTH = 64;

/** The names nearest to a misspelt one, nearest first: at most three, and none that shares little with it. */
export function closeNames(name: string, names: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase().slice(0, MAX_LENGTH);
  return names
    .map((candidate) => ({ candidate, distance: distanceToName(wanted, candidate) }))
    .filter(({ candidate, distance }) => distance <= candidate.length / 3)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ candidate }) => candidate);
}

/** A model without its vendor is as good a hint as the whole name. */
function distanceToName(wanted: string, candidate: string): number {
  const model = candidate.slice(candidate.indexOf('/') + 1);
  return Math.min(editDistance(wanted, candidate), editDistance(wanted, model));
}

/** Levenshtein distance: the fewest insertions, deletions and replacements that turn one text into the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
