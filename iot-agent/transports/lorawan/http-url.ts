/** Longer ones are none of a network server. */
const mostCharacters = 2000;

/** An absolute URL of HTTP; `undefined` for anything else. */
export function httpUrlOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > mostCharacters || !URL.canParse(value)) return undefined;
  const { protocol } = new URL(value);
  return protocol === 'http:' || protocol === 'https:' ? value : undefined;
}
