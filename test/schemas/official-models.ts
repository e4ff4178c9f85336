import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder } from '../support/describe-with.ts';

/** A JSON Schema, as far as these tests look into it. */
export interface OfficialSchema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  readonly items?: OfficialSchema;
  readonly properties?: { readonly [name: string]: OfficialSchema };
  readonly allOf?: readonly OfficialSchema[];
  readonly definitions?: { readonly [name: string]: OfficialSchema };
  readonly required?: readonly string[];
}

const folder = join(sharedFolder, 'smart-data-models');

/** Whether the published schema of a type lies beside the project. */
export function isPublished(domain: string, type: string): boolean {
  return existsSync(join(folder, `dataModel.${domain}`, type, 'schema.json'));
}

/** The published schema of a type: its own properties and those that it refers to, references resolved. */
export function officialModel(
  domain: string,
  type: string,
): Required<Pick<OfficialSchema, 'properties' | 'required'>> {
  const file = join(`dataModel.${domain}`, type, 'schema.json');
  const schema = load(file);
  const parts = (schema.allOf ?? []).map((part) => resolve(part, file));
  const properties = parts.flatMap(({ schema: part, file: base }) =>
    Object.entries(part.properties ?? {}).map(([name, property]) => [name, resolve(property, base).schema]),
  );
  return { properties: Object.fromEntries(properties), required: schema.required ?? [] };
}

function load(file: string): OfficialSchema {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as OfficialSchema;
}

interface Resolved {
  readonly schema: OfficialSchema;
  /** Where it was found: references without a URL stay there. */
  readonly file: string;
}

const published =
  /^https:\/\/(?:smart-data-models\.github\.io|raw\.githubusercontent\.com\/smart-data-models)\//;

function resolve(schema: OfficialSchema, file: string): Resolved {
  const { $ref: reference, ...rest } = schema;
  if (reference === undefined) return { schema, file };
  const [url = '', pointer = ''] = reference.split('#');
  const target = url === '' ? file : url.replace(published, '').replace('/master/', '/');
  let found: unknown = load(target);
  for (const step of pointer.split('/').filter((part) => part !== ''))
    found = (found as Record<string, unknown>)[step];
  return resolve({ ...(found as OfficialSchema), ...rest }, target);
}
