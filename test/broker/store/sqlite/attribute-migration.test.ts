import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Attribute, AttributeKind, Attributes } from '../../../../broker/domain/entity.ts';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { openSqliteStore } from '../../../../broker/store/sqlite/open.ts';
import { brokerSchema } from '../../../../broker/store/sqlite/schema.ts';
import type { TenantStore } from '../../../../broker/store/store.ts';
import { migrate } from '../../../../runtime/sqlite/migrate.ts';
import { openDatabase } from '../../../../runtime/sqlite/open.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { BIN, createMany, deleting, LAMP, LEVEL, property } from '../contract/entities.ts';

const START = 1_800_000_000_000_000;
const ODD = 'urn:odd.name/"%$[0]';
const kinds: readonly AttributeKind[] = [
  ...(['Property', 'GeoProperty', 'LanguageProperty', 'VocabProperty', 'JsonProperty'] as const),
  ...(['ListProperty', 'Relationship', 'ListRelationship'] as const),
];

describe('a file from before there were counters of Attributes', () => {
  const folder = tempFolder();
  let time = START;
  const open = (name: string) =>
    openSqliteStore({
      path: join(folder, name),
      now: () => time,
      cellsOf: () => [],
      coreContextVersion: 'v1.9',
      historyOf: toHistory,
    });
  const instance = (kind: AttributeKind, members: Partial<Attribute> = {}): Attribute => ({
    ...property('urn:a:b', START, members),
    kind,
  });
  const attributesOf = (index: number): Attributes => ({
    [`urn:kind:${index % 8}`]: [instance(kinds[index % 8] ?? 'Property')],
    [LEVEL]: [
      instance('Property'),
      instance('Property', { datasetId: 'urn:d:1', expiresAt: START + 1000 * index }),
    ],
    ...(index % 2 === 0 && { [ODD]: [instance('Property')] }),
  });

  /** A file of the schema before, with what the file of another name holds. */
  function makeOld(name: string, from: string): void {
    const counted = brokerSchema.migrations.findIndex((migration) => migration.includes('attribute_count'));
    const database = openDatabase(`sqlite:${join(folder, name)}`);
    migrate(database, { ...brokerSchema, migrations: brokerSchema.migrations.slice(0, counted) });
    database.exec(`ATTACH '${join(folder, from)}' AS source; DELETE FROM tenant`);
    for (const table of ['tenant', 'entity', 'token', 'type_count'])
      database.exec(`INSERT INTO ${table} SELECT * FROM source.${table}`);
    database.exec(`INSERT INTO name SELECT * FROM source.name WHERE iri IN ('${LAMP}', '${BIN}')`);
    database.close();
  }

  async function seen(tenant: TenantStore): Promise<unknown> {
    const counts = [LEVEL, ODD, 'urn:kind:0', 'urn:kind:7'].map((name) => tenant.attributeCount(name));
    return [await tenant.census(), await Promise.all(counts)];
  }

  it('has them afterwards, as if they had always been there', async () => {
    const before = open('counted.db');
    await createMany(before.of(''), 24, (index) => ({
      types: index % 3 === 0 ? [BIN, LAMP] : [LAMP],
      attributes: attributesOf(index),
    }));
    const ids = await createMany(before.of('city'), 3, () => ({ attributes: attributesOf(4) }));
    time = START + 12_000;
    const wanted = [await seen(before.of('')), await seen(before.of('city'))];
    await before.close();
    makeOld('old.db', 'counted.db');
    const after = open('old.db');
    expect([await seen(after.of('')), await seen(after.of('city'))]).toEqual(wanted);
    for (const id of ids) await after.of('city').change(id, deleting());
    expect(await seen(after.of('city'))).toEqual([new Map(), [0, 0, 0, 0]]);
    await after.close();
  });
});
