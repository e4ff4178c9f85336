import { StartError } from '../start-error.ts';

const LONGEST_NAME = 63;
/** What MongoDB refuses in names of databases on one platform or another. */
const refused = /[/\\. "$*<>:|?\0]/;

/** The database that `mongodb://hosts/name?options` names, else the default. @throws StartError naming the rule. */
export function databaseNameOf(url: string, defaultName: string): string {
  const parts = /^mongodb(?:\+srv)?:\/\/[^/?]+(?:\/([^?]*))?/.exec(url);
  if (parts === null) {
    throw new StartError(
      `The store URL ${withoutPassword(url)} is not understood: write mongodb://<host>:<port>/<database> or mongodb+srv://…`,
    );
  }
  const name = decode(parts[1] ?? '') || defaultName;
  if (refused.test(name) || Buffer.byteLength(name) > LONGEST_NAME) {
    throw new StartError(
      `The database name "${name}" in the store URL is refused by MongoDB: at most ${LONGEST_NAME} bytes, none of / \\ . " $ * < > : | ? and no blank.`,
    );
  }
  return name;
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The URL fit for logs and messages. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/?]*@/, '//…@');
}
