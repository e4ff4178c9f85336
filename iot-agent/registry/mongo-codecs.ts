import type { Db } from 'mongodb';
import type { CodecRecord, CodecSummary } from './codec.ts';
import { reachable } from './mongo-away.ts';
import type { Codecs } from './sqlite-codecs.ts';

/** A codec as it is stored. */
interface CodecDocument extends CodecRecord {
  /** Tenant and name. */
  readonly _id: string;
}

/** Codecs in MongoDB: one document each. */
export async function mongoCodecs(database: Db, changed: () => Promise<void>): Promise<Codecs> {
  const codecs = database.collection<CodecDocument>('agent_codecs');
  await codecs.createIndexes([{ key: { tenant: 1, name: 1 } }]);
  return {
    putCodec: async (record) => {
      const _id = idOf(record.tenant, record.name);
      const put = codecs.replaceOne({ _id }, record, { upsert: true });
      const { matchedCount } = await reachable(put);
      await changed();
      return matchedCount === 0;
    },
    codec: async (tenant, name) => {
      const found = await reachable(codecs.findOne({ _id: idOf(tenant, name) }));
      return found === null ? undefined : { ...summaryOf(found), script: found.script };
    },
    codecs: async (tenant, { limit, offset }) => {
      const page = codecs.find({ tenant }, { projection: { script: 0 } }).sort({ name: 1 });
      const [count, found] = await reachable(
        Promise.all([codecs.countDocuments({ tenant }), page.skip(offset).limit(limit).toArray()]),
      );
      return { count, records: found.map(summaryOf) };
    },
    removeCodec: async (tenant, name) => {
      const { deletedCount } = await reachable(codecs.deleteOne({ _id: idOf(tenant, name) }));
      await changed();
      return deletedCount > 0;
    },
  };
}

/** No tenant's name holds a line end. */
function idOf(tenant: string, name: string): string {
  return `${tenant}\n${name}`;
}

function summaryOf({
  tenant,
  name,
  description,
  revision,
  functions,
  size,
  updatedAt,
}: CodecSummary): CodecSummary {
  return {
    ...{ tenant, name, revision, functions, size, updatedAt },
    ...(description === undefined ? {} : { description }),
  };
}
