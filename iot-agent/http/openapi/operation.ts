import type { Json } from '../../measurement.ts';

/** JSON Schema, 2020-12. */
export type Schema = { readonly [keyword: string]: unknown };

/** The parts of the API, as its document groups them. */
export type Tag =
  | 'Devices'
  | 'Groups'
  | 'Codecs'
  | 'Dry runs'
  | 'Newcomers'
  | 'Connections'
  | 'Commands'
  | 'Rules'
  | 'Messages'
  | 'Brokers'
  | 'Operation'
  | 'Plain devices'
  | 'Network servers';

/** What an operation takes in its body. */
export interface OperationBody {
  readonly schema: Schema;
  /** `application/json` when absent. */
  readonly type?: string;
  readonly example: Json;
  /** It may be left out. */
  readonly isOptional?: true;
}

/** What it answers when all is well. */
export interface OperationAnswer {
  readonly status: 200 | 201 | 202 | 204;
  readonly about: string;
  /** Absent where there is no body. */
  readonly schema?: Schema;
  /** `application/json` when absent. */
  readonly type?: string;
}

/** A request that is possible, with an example that works. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With names in braces. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Values of the names in the path. */
  readonly names?: Readonly<Record<string, string>>;
  /** Parameters of the query by name, from parameters.ts. */
  readonly query?: readonly string[];
  /** Values of parameters in the example; those that must be there are named here. */
  readonly given?: Readonly<Record<string, string>>;
  readonly body?: OperationBody;
  readonly answer: OperationAnswer;
  /** No key is asked for. */
  readonly isPublic?: true;
  /** It is served on the port of devices. */
  readonly isOfDevices?: true;
}

/** A schema of setting-schemas.ts or answer-schemas.ts, by name. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** An answer of 200 with that body. */
export function answers(about: string, schema: Schema): OperationAnswer {
  return { status: 200, about, schema };
}

/** An answer without a body. */
export function done(about: string): OperationAnswer {
  return { status: 204, about };
}

/** A list with its whole length. */
export function listed(name: string, item: Schema): Schema {
  return {
    type: 'object',
    required: ['count', name],
    properties: { count: { type: 'integer' }, [name]: { type: 'array', items: item } },
  };
}
