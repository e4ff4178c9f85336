import { RE2JS } from 're2js';
import { badRequest } from '../errors.ts';

/** A regular expression from outside (IEEE 1003.2), checked. Run only by RE2, whose time grows linearly. */
export interface Pattern {
  readonly pattern: string;
}

const longestPattern = 1024;

/**
 * Checks a regular expression and makes it data.
 * @param name what it is, for the message: `idPattern`, `q`
 * @throws NgsiLdError BadRequestData when it is not a regular expression, or longer than 1024 characters.
 */
export function parsePattern(pattern: string, name: string): Pattern {
  if (pattern.length > longestPattern) {
    throw badRequest(
      `The pattern of ${name} has ${pattern.length} characters; at most ${longestPattern} are allowed`,
    );
  }
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badRequest(
      `The pattern of ${name} is not a regular expression without look-around or back-references: ${reason}`,
    );
  }
  return { pattern };
}

/**
 * The pattern as a test that is true when it is found anywhere in the text; `^` and `$` anchor it to the ends of the
 * text, and `.` is any character, also the end of a line (IEEE 1003.2).
 */
export function compilePattern({ pattern }: Pattern): (text: string) => boolean {
  // A compiled one takes 10 KB, and most patterns of many Subscriptions are never asked.
  let expression: RE2JS | undefined;
  return (text) => {
    expression ??= RE2JS.compile(pattern, RE2JS.DOTALL);
    return expression.test(text);
  };
}
