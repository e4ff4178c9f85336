/** What stands before the API's own paths where clients reach it: nothing, or the path that a proxy takes off. */
export function publicPathOf(publicUrl: string | undefined): string {
  return publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');
}

/** Headers whose values refer to this API by its paths (RFC 9110 10.2.2, RFC 8288). */
const referring = ['Location', 'Link'] as const;
/** The beginning of a path in them: of a whole Location, or of a target in a Link. */
const ownPath = /(^|<)(?=\/(?:ngsi-ld\/v1|admin)\/)/g;

/** Headers whose references can be followed by those who reach the API below `publicPath`, which is not empty. */
export function referBelow(
  publicPath: string,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const changed: Record<string, string> = { ...headers };
  for (const name of referring) {
    const value = headers[name];
    if (value !== undefined) changed[name] = value.replace(ownPath, (start) => start + publicPath);
  }
  return changed;
}
