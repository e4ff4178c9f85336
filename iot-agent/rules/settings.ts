import type { SettingsTable } from '../../runtime/config.ts';
import { milliseconds } from '../../runtime/setting-parsers.ts';

/** The settings of rules. */
export const ruleSettings = {
  ruleMaxAge: {
    variable: 'RULE_MAX_AGE',
    default: '2m',
    parse: milliseconds,
    meaning: 'age of an observation from which on it fires no rule any more: late and replayed ones do not',
  },
} as const satisfies SettingsTable;
