const longestName = 256;

/**
 * `compute` with a memory of at most `limit` answers beside those of `seeds`, which are never forgotten. Names repeat in
 * every request, so a known one costs one look-up; unusually long ones are computed each time.
 */
export function memoise<Answer extends string | null>(
  compute: (name: string) => Answer,
  seeds: Iterable<string>,
  limit = 2_000,
): (name: string) => Answer {
  const seeded = new Map<string, Answer>();
  for (const seed of seeds) seeded.set(seed, compute(seed));
  const bound = seeded.size + limit;
  let known = new Map(seeded);
  return (name) => {
    const answer = known.get(name);
    if (answer !== undefined) return answer;
    const computed = compute(name);
    if (known.size >= bound) known = new Map(seeded);
    if (name.length <= longestName) known.set(name, computed);
    return computed;
  };
}
