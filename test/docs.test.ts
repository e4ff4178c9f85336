import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { brokerSettings } from '../broker/config.ts';
import { unfinishedRows } from '../broker/http/routes/unfinished.ts';
import { agentSettings } from '../iot-agent/config.ts';
import { loadCatalogue } from '../iot-agent/devices/catalogue.ts';
import { operations } from '../iot-agent/http/openapi/operations.ts';
import { agentApiPage } from './support/agent-api-page.ts';
import { deviceModelsPage } from './support/device-models-page.ts';
import { settingsPage } from './support/settings-page.ts';
import { unfinishedPage } from './support/unfinished-page.ts';

const pages = ['README.md', 'CHANGELOG.md', ...readdirSync('docs').map((name) => join('docs', name))].filter(
  (name) => name.endsWith('.md'),
);

/** What the file holds; with UPDATE_DOCS=1 it is written first. */
function kept(file: string, page: string): string {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, page);
  return readFileSync(file, 'utf8');
}

/** What headings are linked by: letters, digits, `-` and `_` of them in lower case, blanks as `-`. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe('docs/settings.md', () => {
  it('says what the programs say on --help', () => {
    const page = settingsPage([
      { title: 'Broker', command: 'npm run broker', table: brokerSettings },
      { title: 'IoT agent', command: 'npm run iot-agent', table: agentSettings },
    ]);
    expect(kept('docs/settings.md', page)).toBe(page);
  });
});

describe('docs/agent-api.md', () => {
  it('lists every request that the agent takes', () => {
    const page = agentApiPage(operations);
    expect(kept('docs/agent-api.md', page)).toBe(page);
  });
});

describe('docs/device-models.md', () => {
  it('lists every device model', async () => {
    const page = deviceModelsPage((await loadCatalogue()).list());
    expect(kept('docs/device-models.md', page)).toBe(page);
  });
});

describe('docs/unfinished.md', () => {
  it('lists the routes that answer 501', () => {
    const page = unfinishedPage(unfinishedRows);
    expect(kept('docs/unfinished.md', page)).toBe(page);
  });
});

describe.each(pages)('%s', (page) => {
  const text = readFileSync(page, 'utf8');

  it('links only to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(join(dirname(page), path)))).toEqual([]);
  });

  it('links only to headings that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)#]*)#([^)]+)\)/g)];
    const lost = links.filter(([, path = '', anchor = '']) => {
      const target = path === '' ? text : readFileSync(join(dirname(page), path), 'utf8');
      return !anchorsOf(target).has(anchor);
    });
    expect(lost.map(([link]) => link)).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...text.matchAll(/npm run (?:--silent )?([\w-]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});
