import { compileExpression, type Expression } from '../mapping/expressions/compile-expression.ts';
import type { Json } from '../measurement.ts';
import type { CommandSettings } from '../registry/settings.ts';
import type { Command } from './command.ts';
import type { CommandDevice } from './command-devices.ts';
import { CommandError } from './command-error.ts';

/** What expressions of a command are evaluated with. */
export type CommandScope = Parameters<Expression['evaluate']>[0];

/** The value under the command's name, the device's fixed attributes, and who it is. `now`: microseconds since 1970. */
export function scopeOf(
  { name, value, entityId, entityType, tenant }: Command,
  { device, record, group }: CommandDevice,
  now: number,
): CommandScope {
  const { servicePath, settings } = record;
  const variables = new Map<string, Json>([
    ...device.staticAttributes.map((one) => [one.name, one.value] as const),
    ['id', settings.device_id],
    ['type', entityType],
    ['service', tenant],
    ['subservice', servicePath],
    ['entity_name', entityId],
    ['apikey', settings.apikey ?? group?.settings.apikey ?? ''],
    [name, value],
    ['value', value],
  ]);
  return { variables, now: Math.floor(now / 1000) };
}

/** What is sent in the place of the value. @throws CommandError when the expression makes nothing of it. */
export function sentValue(command: Command, { expression }: CommandSettings, scope: CommandScope): Json {
  if (expression === undefined) return command.value;
  const result = evaluate(expression, scope);
  if (result !== undefined) return result;
  throw new CommandError(
    `the expression ${expression.slice(0, 200)} makes nothing of this value: send another one, or correct the command's expression`,
  );
}

/** A text that may be an expression; itself where it is none, or makes no text with these values. */
export function textOrExpression(text: string, scope: CommandScope): string {
  try {
    const result = compiled(text).evaluate(scope);
    return typeof result === 'string' ? result : text;
  } catch {
    return text;
  }
}

function evaluate(expression: string, scope: CommandScope): Json | undefined {
  try {
    return compiled(expression).evaluate(scope);
  } catch (error) {
    throw new CommandError(`the expression ${expression.slice(0, 200)} ${(error as Error).message}`);
  }
}

/** Expressions come from configurations: there are few, and compiling is what costs. */
const mostKept = 1000;
const kept = new Map<string, Expression>();

function compiled(text: string): Expression {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const expression = compileExpression(text);
  if (kept.size >= mostKept) kept.clear();
  kept.set(text, expression);
  return expression;
}
