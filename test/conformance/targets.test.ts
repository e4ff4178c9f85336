import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { targetsIn } from '../../conformance/targets.ts';
import { tempFolder } from '../support/temp-folder.ts';

const suite = tempFolder();
beforeAll(() => {
  for (const folder of [
    'ContextInformation/Provision',
    'ContextInformation/Consumption',
    'jsonldContext/Provision',
  ])
    mkdirSync(join(suite, 'TP/NGSI-LD', folder), { recursive: true });
  writeFileSync(join(suite, 'TP/NGSI-LD/jsonldContext/050_01.robot'), '');
});

describe('the targets of a run', () => {
  it('are all folders, ContextInformation by its own, when none is named', () => {
    expect(targetsIn(suite, [])).toEqual([
      'TP/NGSI-LD/ContextInformation/Consumption',
      'TP/NGSI-LD/ContextInformation/Provision',
      'TP/NGSI-LD/jsonldContext',
    ]);
  });

  it('are folders or files below TP/NGSI-LD, or below the root', () => {
    expect(targetsIn(suite, ['jsonldContext/050_01.robot', 'TP/NGSI-LD/ContextInformation'])).toEqual([
      'TP/NGSI-LD/jsonldContext/050_01.robot',
      'TP/NGSI-LD/ContextInformation',
    ]);
  });

  it('have to be there', () => {
    expect(() => targetsIn(suite, ['Nowhere'])).toThrow(/Nowhere is neither/);
    expect(() => targetsIn(join(suite, 'TP'), [])).toThrow(/no checkout of the suite/);
  });
});
