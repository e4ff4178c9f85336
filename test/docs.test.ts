import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { brokerSettings } from '../broker/config.ts';
import { agentSettings } from '../iot-agent/config.ts';
import { settingsPage } from './support/settings-page.ts';

const pages = ['README.md', 'CHANGELOG.md', ...readdirSync('docs').map((name) => join('docs', name))].filter(
  (name) => name.endsWith('.md'),
);

describe('docs/settings.md', () => {
  it('says what the programs say on --help', () => {
    const page = settingsPage([
      { title: 'Broker', command: 'npm run broker', table: brokerSettings },
      { title: 'IoT agent', command: 'npm run iot-agent', table: agentSettings },
    ]);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync('docs/settings.md', page);
    expect(readFileSync('docs/settings.md', 'utf8')).toBe(page);
  });
});

describe.each(pages)('%s', (page) => {
  const text = readFileSync(page, 'utf8');

  it('links only to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(join(dirname(page), path)))).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...text.matchAll(/npm run (?:--silent )?([\w-]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});
