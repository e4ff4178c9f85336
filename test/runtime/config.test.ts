import { describe, expect, it } from '@jest/globals';
import { ConfigError, helpText, readSettings } from '../../runtime/config.ts';
import { integer, list, optionalText, port, text, url } from '../../runtime/setting-parsers.ts';

const table = {
  brokerPort: { variable: 'BROKER_PORT', default: '1026', parse: port, meaning: 'where the API is' },
  storeUrl: { variable: 'STORE_URL', parse: url('sqlite', 'mongodb'), secret: true, meaning: 'the store' },
  origins: { variable: 'ORIGINS', parse: list(text), meaning: 'who may call' },
  note: { variable: 'NOTE', parse: optionalText, meaning: 'anything' },
  workers: { variable: 'WORKERS', default: '1', parse: integer({ min: 1, max: 64 }), meaning: 'processes' },
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(table, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
  }
  return [];
}

describe('readSettings', () => {
  it('gives typed, frozen values with defaults for what is unset or empty', () => {
    const settings = readSettings(table, { STORE_URL: 'sqlite:x.db', BROKER_PORT: '', ORIGINS: 'a, b' });
    expect(settings).toEqual({
      brokerPort: 1026,
      storeUrl: 'sqlite:x.db',
      origins: ['a', 'b'],
      note: undefined,
      workers: 1,
    });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('names every wrong variable at once, with what was found and what is allowed', () => {
    const problems = problemsOf({ STORE_URL: 'sqlite:x', BROKER_PORT: 'high', WORKERS: '65' });
    expect(problems).toEqual([
      'BROKER_PORT is "high": it must be a whole number from 0 to 65535',
      'WORKERS is "65": it must be a whole number from 1 to 64',
    ]);
  });

  it('says when a variable without a default is not set', () => {
    expect(problemsOf({})).toEqual([
      'STORE_URL is not set: it must be a URL that starts with sqlite: or mongodb:',
    ]);
  });

  it('never shows the value of a secret', () => {
    const [problem = ''] = problemsOf({ STORE_URL: 'postgres://u:hunter2@h' });
    expect(problem).toContain('STORE_URL is (hidden)');
    expect(problem).not.toContain('hunter2');
  });
});

describe('helpText', () => {
  it('lists each variable with its meaning and default', () => {
    const help = helpText('broker', table);
    expect(help).toContain('BROKER_PORT  where the API is (default: 1026)');
    expect(help).toContain('STORE_URL    the store (no default)');
  });
});
