import { badRequest, type NgsiLdError } from '../errors.ts';

/** A place in the text of one of the query languages: what all their parsers share. */
export interface Scanner {
  readonly text: string;
  /** What the text is called in messages: `q`, `scopeQ`, `type`. */
  readonly name: string;
  at: number;
}

export function scannerOf(text: string, name: string): Scanner {
  return { text, name, at: 0 };
}

/** Steps over blanks. */
export function skipBlanks(scanner: Scanner): void {
  while (scanner.text[scanner.at] === ' ') scanner.at += 1;
}

/** Steps over blanks and over `symbol` when it comes next; tells whether it did. */
export function accept(scanner: Scanner, symbol: string): boolean {
  skipBlanks(scanner);
  if (!scanner.text.startsWith(symbol, scanner.at)) return false;
  scanner.at += symbol.length;
  return true;
}

/** As `accept`, but the symbol has to be there. */
export function expect(scanner: Scanner, symbol: string): void {
  if (!accept(scanner, symbol)) throw refusal(scanner, `'${symbol}' is expected`);
}

export function atEnd(scanner: Scanner): boolean {
  skipBlanks(scanner);
  return scanner.at >= scanner.text.length;
}

/** Takes characters up to the first one that is in `delimiters`, or to the end; without the blanks around them. */
export function takeUntil(scanner: Scanner, delimiters: string): string {
  const start = scanner.at;
  while (scanner.at < scanner.text.length && !delimiters.includes(scanner.text.charAt(scanner.at))) {
    scanner.at += 1;
  }
  return scanner.text.slice(start, scanner.at).trim();
}

/** BadRequestData that names the text, the position in it and the remedy. */
export function refusal(scanner: Scanner, remedy: string, at = scanner.at): NgsiLdError {
  const found = at < scanner.text.length ? `'${excerpt(scanner.text, at)}'` : 'the end';
  return badRequest(`${scanner.name} is not understood at character ${at + 1}, before ${found}: ${remedy}`);
}

function excerpt(text: string, at: number): string {
  const longest = 20;
  return text.length - at > longest ? `${text.slice(at, at + longest)}…` : text.slice(at);
}
