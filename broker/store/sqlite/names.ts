import type { Database } from '../../../runtime/sqlite/open.ts';

/** Numbers that stand for names in other tables; a name keeps its number for ever. */
export interface Names {
  /** True when the name has a number that is remembered: false says nothing. */
  isRemembered(name: string): boolean;
  /** The number of a name that is known, else undefined. */
  find(name: string): number | undefined;
  /** The number of a name, made where it has none: inside a transaction only. */
  add(name: string): number;
  /** @throws Error when the number stands for nothing, which no row of this file should hold. */
  nameOf(no: number): string;
  /** All of them, in the order they came. */
  list(): readonly string[];
  /** To be called when a transaction was rolled back: what it made is not there. */
  forget(): void;
}

interface NamesTable {
  readonly table: 'tenant' | 'name';
  readonly column: 'name' | 'iri';
}

/** How many are remembered: a client that invents names must not fill the memory. */
const REMEMBERED = 20_000;

/** The names in a table with the columns `no` and the given one. */
export function namesIn(database: Database, { table, column }: NamesTable): Names {
  const numbers = new Map<string, number>();
  const names = new Map<number, string>();
  const byName = database.prepare<[number]>(`SELECT no FROM ${table} WHERE ${column} = ?`);
  const byNumber = database.prepare<[string]>(`SELECT ${column} FROM ${table} WHERE no = ?`);
  const insert = database.prepare<[number]>(`INSERT INTO ${table} (${column}) VALUES (?) RETURNING no`);
  const all = database.prepare<[string]>(`SELECT ${column} FROM ${table} ORDER BY no`);
  const remember = (name: string, no: number): number => {
    if (numbers.size >= REMEMBERED) forget();
    numbers.set(name, no);
    names.set(no, name);
    return no;
  };
  const forget = (): void => {
    numbers.clear();
    names.clear();
  };
  const find = (name: string): number | undefined => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const no = byName.get(name)?.[0];
    return no === undefined ? undefined : remember(name, no);
  };
  return {
    isRemembered: (name) => numbers.has(name),
    find,
    add: (name) => find(name) ?? remember(name, insert.get(name)?.[0] as number),
    nameOf: (no) => {
      const known = names.get(no);
      if (known !== undefined) return known;
      const name = byNumber.get(no)?.[0];
      if (name === undefined) throw new Error(`No ${table} has the number ${no}.`);
      remember(name, no);
      return name;
    },
    list: () => all.all().map(([name]) => name),
    forget,
  };
}
