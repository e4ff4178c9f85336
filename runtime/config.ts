/** One row of a settings table: an environment variable, how it is read and what it means. */
export interface Setting<T> {
  readonly variable: string;
  /** What an unset or empty variable stands for; without it, the empty text goes to `parse`. */
  readonly default?: string;
  /** Throws an Error whose message completes "must be ...". See setting-parsers.ts. */
  readonly parse: (text: string) => T;
  /** One line for `--help`. */
  readonly meaning: string;
  /** The value never appears in messages. */
  readonly secret?: boolean;
}

/** A program's settings by the names that its code uses. */
export type SettingsTable = Readonly<Record<string, Setting<unknown>>>;

/** The typed values of a table. */
export type SettingsOf<Table extends SettingsTable> = {
  readonly [Name in keyof Table]: ReturnType<Table[Name]['parse']>;
};

/** Where variables come from: `process.env`, or a literal in tests. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Start is refused: the message lists every wrong variable, one a line, fit for the screen. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads every setting of the table into one frozen object, or throws a ConfigError that names all wrong ones. */
export function readSettings<Table extends SettingsTable>(table: Table, env: Environment): SettingsOf<Table> {
  const values: [string, unknown][] = [];
  const problems: string[] = [];
  for (const [name, setting] of Object.entries(table)) {
    try {
      values.push([name, setting.parse(textOf(setting, env))]);
    } catch (error) {
      problems.push(describeProblem(setting, env, error));
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(Object.fromEntries(values)) as SettingsOf<Table>;
}

function textOf(setting: Setting<unknown>, env: Environment): string {
  const found = env[setting.variable]?.trim();
  return found ? found : (setting.default ?? '');
}

function describeProblem(setting: Setting<unknown>, env: Environment, error: unknown): string {
  const text = textOf(setting, env);
  const found = setting.secret && text !== '' ? '(hidden)' : JSON.stringify(text);
  const rule = error instanceof Error ? error.message : String(error);
  return text === ''
    ? `${setting.variable} is not set: it must be ${rule}`
    : `${setting.variable} is ${found}: it must be ${rule}`;
}

/** The text of `--help`: every variable with its default and meaning. */
export function helpText(program: string, table: SettingsTable): string {
  const settings = Object.values(table);
  const width = Math.max(0, ...settings.map(({ variable }) => variable.length));
  const rows = settings.map(
    (setting) =>
      `  ${setting.variable.padEnd(width)}  ${setting.meaning} (${
        setting.default ? `default: ${setting.default}` : 'no default'
      })`,
  );
  return [`${program} is set up by environment variables:`, '', ...rows, ''].join('\n');
}
