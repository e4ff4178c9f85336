import { badRequest } from '../errors.ts';

/** What of a collation's Unicode extension decides the order of texts (UTS 35, the keys of RFC 6067). */
const understood: ReadonlyMap<string, readonly string[]> = new Map([
  ['ka', ['noignore', 'shifted']],
  ['kc', ['true', 'false']],
  ['kf', ['upper', 'lower', 'false']],
  ['kn', ['true', 'false']],
  ['kk', ['true', 'false']],
  ['ks', ['level1', 'level2', 'level3', 'level4', 'identic']],
]);
/** Keys that decide it as well, but that the engine cannot follow. */
const beyond = ['kb', 'kh', 'kr', 'kv', 'vt'];
/** Stands for the root collation: `und` itself would mean the locale of the machine. */
const ROOT = 'en';

/**
 * The order of texts that an ICU collation names (clause 4.23.3, RFC 6067), such as `de-u-co-phonebk` or `und-u-ks-level1`;
 * the root collation where no collation is named, or one of a language without rules of its own.
 * @throws NgsiLdError BadRequestData for a tag that is malformed, or that asks for what cannot be followed.
 */
export function parseCollation(tag: string | undefined): Intl.Collator {
  if (tag === undefined) return new Intl.Collator(ROOT);
  const locale = parseTag(tag);
  const keywords = keywordsOf(locale);
  for (const [key, value] of keywords) checkKeyword(tag, key, value);
  const [own] = Intl.Collator.supportedLocalesOf([locale.toString()]);
  const root = new Intl.Locale(ROOT, {
    ...(locale.numeric && { numeric: true }),
    ...(locale.caseFirst !== undefined && { caseFirst: locale.caseFirst }),
  });
  return new Intl.Collator(own ?? root.toString(), {
    sensitivity: sensitivityOf(keywords),
    ...(keywords.get('ka') === 'shifted' && { ignorePunctuation: true }),
  });
}

function parseTag(tag: string): Intl.Locale {
  try {
    return new Intl.Locale(tag);
  } catch {
    throw badRequest(
      `collation ${JSON.stringify(tag)} is no language tag: write for example und, de-u-co-phonebk or und-u-ks-level1 (RFC 6067)`,
    );
  }
}

/** The keywords of the Unicode extension; a key without a value means true. */
function keywordsOf(locale: Intl.Locale): ReadonlyMap<string, string> {
  const extension = /-u((?:-[a-z\d]{2,8})+)/.exec(locale.toString().replace(/-x-.*$/, ''))?.[1] ?? '';
  const keywords = new Map<string, string>();
  let key: string | undefined;
  for (const part of extension.split('-').filter((text) => text !== '')) {
    if (part.length === 2) {
      key = part;
      keywords.set(key, 'true');
    } else if (key !== undefined) {
      const before = keywords.get(key);
      keywords.set(key, before === undefined || before === 'true' ? part : `${before}-${part}`);
    }
  }
  return keywords;
}

function checkKeyword(tag: string, key: string, value: string): void {
  if (key === 'co') {
    const known = [...Intl.supportedValuesOf('collation'), 'standard'];
    if (known.includes(value)) return;
    throw badRequest(
      `collation ${JSON.stringify(tag)} names the unknown kind ${value}: co is one of ${known.join(', ')}`,
    );
  }
  const values = understood.get(key);
  if (values?.includes(value)) return;
  if (values === undefined && !beyond.includes(key)) return;
  const allowed = [...understood].map(([name, all]) => `${name} (${all.join(', ')})`).join(', ');
  throw badRequest(
    `collation ${JSON.stringify(tag)} has ${key}-${value}, which cannot be followed: it may have co, ${allowed}`,
  );
}

function sensitivityOf(keywords: ReadonlyMap<string, string>): 'base' | 'accent' | 'case' | 'variant' {
  const strength = keywords.get('ks');
  if (strength === 'level2') return 'accent';
  if (strength === 'level1') return keywords.get('kc') === 'true' ? 'case' : 'base';
  return 'variant';
}
