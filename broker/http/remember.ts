/** Longer texts are read anew: the memory is for what comes again and again. */
const LONGEST_TEXT = 1000;

/**
 * `read` with a memory of the texts that came lately, at most so many. What it gives for a text that came before is the
 * same object. What it throws is not remembered.
 */
export function remember<Meaning>(read: (text: string) => Meaning, most = 500): (text: string) => Meaning {
  const known = new Map<string, Meaning>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const meaning = read(text);
    if (text.length > LONGEST_TEXT) return meaning;
    if (known.size >= most) known.clear();
    known.set(text, meaning);
    return meaning;
  };
}
