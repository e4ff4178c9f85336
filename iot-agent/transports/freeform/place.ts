import type { Json } from '../../measurement.ts';
import { TemplateError } from '../../registry/topic-template.ts';
import { compileJsonPath, type JsonPath } from './json-path.ts';

/** What a message says where something is looked for. */
export interface PlaceScope {
  /** What the levels of the topic were. */
  readonly captures: ReadonlyMap<string, string>;
  /** JSON and CBOR: the measure, and the whole message, in which each path is followed once. */
  readonly document?: Json;
  readonly root?: Json;
  readonly inRoot?: Map<JsonPath, Json | undefined>;
  /** CSV: cells by column. */
  readonly cells?: ReadonlyMap<string, Json>;
}

/** Where something stands in a message; finds the first, undefined when it is not there. */
export type Place = (scope: PlaceScope) => Json | undefined;

/** What places of a template may name. */
export interface PlaceNames {
  readonly captures: readonly string[];
  /** The payload is JSON or something like it. */
  readonly hasDocument: boolean;
  readonly columns: readonly string[];
}

const capture = /^\{([^{}]+)\}$/;

/**
 * A place by its text: a JSONPath, a capture `{name}`, or a column; undefined for another text. `member` says where it stands.
 * @throws TemplateError for one that can never find anything.
 */
export function compilePlace(text: string, member: string, names: PlaceNames): Place | undefined {
  const [, captured] = capture.exec(text) ?? [];
  if (captured !== undefined) {
    if (!names.captures.includes(captured))
      throw new TemplateError(
        `${member} is ${text}, and the template captures ${listed(names.captures)}: name one of these`,
      );
    return ({ captures }) => captures.get(captured);
  }
  if (text.startsWith('$')) {
    if (!names.hasDocument)
      throw new TemplateError(`${member} is ${text}: JSONPaths are for the formats json and cbor`);
    const find = compileJsonPath(text, member);
    return (scope) => {
      const { document = null, root = null } = scope;
      return find(document)[0] ?? (document === root ? undefined : firstInRoot(scope, find));
    };
  }
  if (names.columns.includes(text)) return ({ cells }) => cells?.get(text);
  return undefined;
}

function firstInRoot({ root = null, inRoot }: PlaceScope, find: JsonPath): Json | undefined {
  if (inRoot?.has(find)) return inRoot.get(find);
  const [first] = find(root);
  inRoot?.set(find, first);
  return first;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.map((name) => `{${name}}`).join(', ');
}
