import { type Matcher, RE2JS } from 're2js';
import { checkSize, ExpressionFault } from '../operand.ts';
import { expandedLength } from './expanded-length.ts';

/** Characters of the longest pattern. */
const MAX_PATTERN = 1024;
/** Things that a pattern looks for when its `{n}` are written out, which is what it is compiled to. */
const MAX_EXPANDED = 2000;
/** Patterns stand in configurations, mostly: few are met, again and again. */
const compiled = new Map<string, RE2JS>();
const MAX_COMPILED = 200;

/**
 * Replaces the first or all places where a pattern fits; `$1` to `$99` in the replacement stand for groups, `$&` for the place.
 * Patterns run in time that grows linearly with the text, and know no look-around and no back-references.
 * @throws ExpressionFault for what is no such pattern, or a text that grows too large.
 */
export function replacePattern(text: string, pattern: string, to: string, places: 'first' | 'all'): string {
  checkSize(text.length);
  const matcher = patternOf(pattern).matcher(text);
  const parts: string[] = [];
  let copied = 0;
  let size = text.length;
  while (matcher.find()) {
    const replacement = expand(to, matcher);
    size += replacement.length;
    checkSize(size);
    parts.push(text.slice(copied, matcher.start()), replacement);
    copied = matcher.end();
    if (places === 'first') break;
  }
  return parts.join('') + text.slice(copied);
}

/** Characters of a text, times instructions of a pattern, that are gone through in a step. */
const INSTRUCTIONS_A_STEP = 40;

/** Steps that it takes to look for a pattern all over a text. @throws ExpressionFault for what is no such pattern */
export function patternWork(text: string, pattern: string): number {
  return (text.length * patternOf(pattern).programSize()) / INSTRUCTIONS_A_STEP;
}

function patternOf(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > MAX_PATTERN)
    throw new ExpressionFault(`a pattern has at most ${MAX_PATTERN} characters, not ${pattern.length}`);
  if (expandedLength(pattern) > MAX_EXPANDED)
    throw new ExpressionFault(`a pattern repeats at most ${MAX_EXPANDED} things, written out`);
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  try {
    const expression = RE2JS.compile(pattern);
    compiled.set(pattern, expression);
    return expression;
  } catch (error) {
    throw new ExpressionFault(
      `${JSON.stringify(pattern.slice(0, 60))} is no regular expression without look-around and back-references: ${(error as Error).message}`,
    );
  }
}

const REFERENCE = /\$(?:(\$)|(&)|(\d{1,2}))/gu;

function expand(to: string, matcher: Matcher): string {
  if (!to.includes('$')) return to;
  return to.replace(REFERENCE, (reference: string, dollar?: string, whole?: string, digits?: string) => {
    if (dollar !== undefined) return '$';
    if (whole !== undefined) return matcher.group() ?? '';
    const group = Number(digits);
    return group >= 1 && group <= matcher.groupCount() ? (matcher.group(group) ?? '') : reference;
  });
}
