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
  for (const name of names) refuseStatusName(name, names, about);
}

/** Telling how far the one has come would be the other. */
function refuseStatusName(name: string, names: ReadonlySet<string>, about: string): void {
  const told = /^(.+?)(?:Status|_status|_info)$/.exec(name)?.[1];
  if (told === undefined || !names.has(told)) return;
  throw refusal(
    about,
    name,
    `is where the agent tells of the command ${told}: give one of them another name`,
  );
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
