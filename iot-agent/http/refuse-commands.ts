import { parseDuration } from '../commands/duration.ts';
import { compileExpression, ExpressionError } from '../mapping/expressions/compile-expression.ts';
import type { CommandSettings } from '../registry/settings.ts';
import { Refusal } from './refusal.ts';

/** @throws Refusal for commands that could never be given, by name; `about`: `device pm-04`. */
export function refuseBadCommands(commands: readonly CommandSettings[] | undefined, about: string): void {
  const names = new Set<string>();
  for (const command of commands ?? []) {
    const { name, ttl, expression } = command;
    if (names.has(name)) throw refusal(about, name, 'is there twice: leave one of them out');
    names.add(name);
    if (!/^[^\s<>"'=;(){}|\\^`]+$/.test(name))
      throw refusal(
        about,
        name,
        'must be a name that an Attribute can have, without blanks and < > " \' = ; ( )',
      );
    if (ttl !== undefined && parseDuration(ttl) === undefined)
      throw refusal(
        about,
        name,
        'has a ttl that is no time: write seconds, or an ISO 8601 duration such as PT10M',
      );
    if (expression !== undefined) refuseBadExpression(expression, name, about);
  }
}

function refuseBadExpression(expression: string, name: string, about: string): void {
  try {
    compileExpression(expression);
  } catch (error) {
    if (error instanceof ExpressionError)
      throw refusal(about, name, `has an expression that ${error.message}`);
    throw error;
  }
}

function refusal(about: string, name: string, rule: string): Refusal {
  return new Refusal('WRONG_SYNTAX', `command ${JSON.stringify(name.slice(0, 80))} of ${about} ${rule}`);
}
