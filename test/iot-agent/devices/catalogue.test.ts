import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { catalogueOf, loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import { ldds75 } from '../../../iot-agent/devices/dragino/ldds75.ts';

const catalogue = await loadCatalogue();

describe('catalogue', () => {
  it('finds every device model of its folder, in the order of their names', () => {
    const files = readdirSync('iot-agent/devices', { recursive: true, encoding: 'utf8' });
    const models = files.filter((file) => file.includes('/')).map((file) => file.replace(/\.ts$/, ''));
    const listed = catalogue.list().map(({ vendor, model }) => `${vendor}/${model}`);
    expect(listed).toEqual(models.sort());
    expect(listed.length).toBeGreaterThanOrEqual(60);
  });

  it('finds a model by its name in any case, and none by a name that objects inherit', () => {
    expect(catalogue.findModel('Decentlab/DL-PM')?.model).toBe('dl-pm');
    expect(catalogue.findModel('constructor')).toBeUndefined();
  });

  it('suggests close names, with or without the vendor', () => {
    expect(catalogue.suggest('decentlab/dlpm')[0]).toBe('decentlab/dl-pm');
    expect(catalogue.suggest('em300th')[0]).toBe('milesight/em300-th');
    expect(catalogue.suggest('dishwasher')).toEqual([]);
  });

  it('refuses a model that is defined twice', () => {
    const module = { path: 'dragino/ldds75', exports: { ldds75 } };
    expect(() => catalogueOf([module, module])).toThrow('dragino/ldds75 is defined twice');
  });

  it('refuses a model in the file of another', () => {
    expect(() => catalogueOf([{ path: 'dragino/other', exports: { ldds75 } }])).toThrow(
      'dragino/ldds75 stands in the file dragino/other',
    );
  });

  it.each([
    ['exports nothing', {}],
    ['exports more than a model', { ldds75, more: 1 }],
    ['has no examples', { ldds75: { ...ldds75, examples: [] } }],
    ['has no decoder', { ldds75: { ...ldds75, decode: undefined } }],
    ['exports null', { ldds75: null }],
  ])('refuses a file that %s', (_, exports) => {
    expect(() => catalogueOf([{ path: 'dragino/ldds75', exports }])).toThrow('must export one DeviceModel');
  });

  it('reads a folder of built files and names a malformed one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
    try {
      await mkdir(join(folder, 'acme'));
      await writeFile(join(folder, 'acme', 'm1.js.map'), '{}');
      await writeFile(join(folder, 'acme', 'm1.js'), 'export const wrong = 1;');
      await writeFile(join(folder, 'package.json'), '{"type":"module"}');
      await expect(loadCatalogue(pathToFileURL(`${folder}/`))).rejects.toThrow('device model acme/m1');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
