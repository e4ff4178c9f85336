import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { coreDocument, coreTermsOf } from '../../../broker/jsonld/core-context.ts';
import { coreUrl, coreVersionOf, coreVersions } from '../../../broker/jsonld/core-versions.ts';
import { processContext } from '../../../broker/jsonld/process-context.ts';
import { termTable } from '../../../broker/jsonld/term-table.ts';
import { describeWith, sharedFolder } from '../../support/describe-with.ts';
import { published, unscoped } from './published.ts';

describe('the core @context (annex B)', () => {
  it.each(coreVersions)('v%s defines a term once', (version) => {
    const names = coreTermsOf(version).map((row) => row.term);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(coreVersions)('v%s reads in its table as JSON-LD reads its document', async (version) => {
    const processed = await processContext([unscoped(coreDocument(version)['@context'])]);
    const table = termTable(version);
    expect([...table.terms.keys()].sort()).toEqual(processed.map((term) => term.name).sort());
    for (const term of processed) expect(table.terms.get(term.name)).toEqual(term);
  });

  it('knows its URLs, with http, without a version, and the nearest older one for a version never published', () => {
    expect(coreVersionOf(coreUrl('1.6'))).toBe('1.6');
    expect(coreVersionOf(coreUrl('1.9').replace('https', 'http'))).toBe('1.9');
    expect(coreVersionOf('https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld')).toBe('1.9');
    expect(coreVersionOf('https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.2.jsonld')).toBe('1.0');
    expect(coreVersionOf('https://uri.etsi.org/ngsi-ld/v1/other.jsonld')).toBeUndefined();
  });

  describeWith('shared', () => {
    it.each(coreVersions)(
      'v%s has every term, IRI, coercion, container and protection of the published one',
      (version) => {
        const file = join(sharedFolder, 'contexts', `ngsi-ld-core-context-v${version}.jsonld`);
        const expected = published(readFileSync(file, 'utf8'));
        const actual = published(JSON.stringify(coreDocument(version)));
        expect(actual).toEqual(expected);
      },
    );
  });
});
