import type { JsonObject } from '../../../broker/domain/entity.ts';
import type { Context } from '../../../broker/jsonld/context.ts';
import { defaultCoreVersion } from '../../../broker/jsonld/core-versions.ts';
import { processContext } from '../../../broker/jsonld/process-context.ts';
import { tableContext } from '../../../broker/jsonld/table-context.ts';
import { termTable } from '../../../broker/jsonld/term-table.ts';

/** A Context of context objects, without any downloading. */
export async function contextOf(...objects: readonly (JsonObject | null)[]): Promise<Context> {
  return tableContext(termTable(defaultCoreVersion, await processContext(objects)), { reference: [] });
}
