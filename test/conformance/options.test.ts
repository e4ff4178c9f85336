import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseOptions } from '../../conformance/options.ts';

describe('the command line of npm run conformance', () => {
  it('needs the suite alone', () => {
    expect(parseOptions(['../suite'])).toEqual({
      suite: '../suite',
      targets: [],
      store: 'sqlite::memory:',
      port: 9090,
      robot: 'robot',
    });
  });

  it('takes targets and options in any order', () => {
    const line = [
      'suite',
      'jsonldContext',
      '--port',
      '1026',
      '--store',
      'mongodb://127.0.0.1/c',
      'CommonBehaviours',
    ];
    const more = ['--robot', 'venv/bin/robot', '--contexts', 'contexts', '--results', 'out'];
    expect(parseOptions([...line, ...more])).toEqual({
      suite: 'suite',
      targets: ['jsonldContext', 'CommonBehaviours'],
      store: 'mongodb://127.0.0.1/c',
      port: 1026,
      robot: resolve('venv/bin/robot'),
      contexts: 'contexts',
      results: 'out',
    });
  });

  it.each([
    [[], /SUITE is missing/],
    [['suite', '--port', '0'], /--port is 0/],
    [['suite', '--port', '80.5'], /--port is 80\.5/],
    [['suite', '--sqlite'], /--sqlite/],
  ])('refuses %j', (line, message) => {
    expect(() => parseOptions(line)).toThrow(message);
  });
});
