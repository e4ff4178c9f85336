/** Stands for all values beyond the limit. */
const others = 'other';

/** A label whose values come from outside: the first `most` are kept, so that nobody makes the metrics grow without end. */
export function boundedLabel(most: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= most) return others;
    known.add(value);
    return value;
  };
}
