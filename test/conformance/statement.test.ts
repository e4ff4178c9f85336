import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { unfinishedRows } from '../../broker/http/routes/unfinished.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { notifyingBroker } from '../broker/notifications/notifying-broker.ts';
import { operationGroups } from './operations.ts';
import { statementPage } from './statement-page.ts';

const file = 'docs/conformance-statement.md';
const unfinished = new Set(unfinishedRows.map(([method, path]) => `${method} ${path}`));

/** `METHOD path` of the rows of the route table that the standard has. */
async function standardRows(): Promise<readonly string[]> {
  const { routes } = await notifyingBroker();
  return routes
    .filter(({ clause }) => clause.startsWith('6.'))
    .map(({ method, path }) => `${method} ${path}`);
}

describe(file, () => {
  it('states of every row of the route table what operation it is, once', async () => {
    const stated = operationGroups.flatMap(({ operations }) =>
      operations.flatMap(({ bindings }) => bindings),
    );
    expect(stated.toSorted()).toEqual((await standardRows()).toSorted());
  });

  it('says what the route table serves', async () => {
    const served = new Set((await standardRows()).filter((row) => !unfinished.has(row)));
    const page = statementPage({ version: packageFile.version, served });
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, page);
    expect(readFileSync(file, 'utf8')).toBe(page);
  });
});
