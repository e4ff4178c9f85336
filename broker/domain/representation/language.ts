import type { JsonObject } from '../entity.ts';
import { badRequest } from '../errors.ts';
import { shown } from '../names.ts';

/** Languages in the order in which a client wants them, in lower case; `*` stands for any (clause 4.15). */
export type LanguagePreferences = readonly string[];

const RANGE =
  /^(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/;

/**
 * The `lang` parameter: tags of RFC 5646, perhaps several with weights, such as `fr-CH,fr;q=0.9,*;q=0.5`.
 * @throws NgsiLdError BadRequestData.
 */
export function parseLanguagePreferences(text: string): LanguagePreferences {
  const ranges = text.split(',').map((part) => {
    const match = RANGE.exec(part.trim());
    if (match === null) {
      throw badRequest(
        `lang ${shown(text)} is not a list of language tags: write en, or fr-CH,fr;q=0.9,*;q=0.5`,
      );
    }
    return { tag: (match[1] as string).toLowerCase(), weight: Number(match[2] ?? 1) };
  });
  return ranges
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}

/**
 * The key of a languageMap that serves the preferences best: for each in turn the tag itself, a shorter one that
 * contains it (`fr` for `fr-CH`), a longer one that it contains. Without a match any: `@none`, English, the first.
 */
export function chooseLanguage(languageMap: JsonObject, preferences: LanguagePreferences): string {
  const tags = Object.keys(languageMap);
  for (const wanted of preferences) {
    const tag = wanted === '*' ? fallback(tags) : lookup(tags, wanted);
    if (tag !== undefined) return tag;
  }
  return fallback(tags) as string;
}

function lookup(tags: readonly string[], wanted: string): string | undefined {
  for (let range = wanted; range !== ''; range = range.slice(0, Math.max(range.lastIndexOf('-'), 0))) {
    const tag = tags.find((candidate) => candidate.toLowerCase() === range);
    if (tag !== undefined) return tag;
  }
  return tags.find((candidate) => candidate.toLowerCase().startsWith(`${wanted}-`));
}

function fallback(tags: readonly string[]): string | undefined {
  return tags.find((tag) => tag === '@none') ?? lookup(tags, 'en') ?? tags[0];
}
