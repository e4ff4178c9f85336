import { type Feature, featureGroups } from './features.ts';
import { type Operation, operationGroups } from './operations.ts';

/** What the page is made from besides its tables. */
export interface Statement {
  readonly version: string;
  /** `METHOD path` of every row of the route table that is served. */
  readonly served: ReadonlySet<string>;
}

interface StatementRow {
  readonly cells: readonly string[];
  readonly status: string;
  readonly isSupported: boolean;
}

/** True when all the bindings of the operation are served. */
function isServed({ bindings }: Operation, served: ReadonlySet<string>): boolean {
  return bindings.every((binding) => served.has(binding));
}

/** True when the broker has the feature. */
function isThere({ comesWith }: Feature, served: ReadonlySet<string>): boolean {
  return comesWith === undefined || served.has(comesWith);
}

/** The text of docs/conformance-statement.md. */
export function statementPage({ version, served }: Statement): string {
  const tables = tablesOf(served);
  const mandatory = tables.flatMap(({ rows }) => rows).filter(({ status }) => status === 'm');
  const supported = mandatory.filter(({ isSupported }) => isSupported).length;
  return `# Implementation conformance statement

What Carillon's context broker implements of ETSI GS CIM 009 v1.9.1, as a completed ICS proforma: the form that ETSI has for it
(EG 201 058, in GS CIM 029 for NGSI-LD). The standard's clauses are the keys of the rows; the items are numbered here.
How it was tested is in [conformance.md](conformance.md).

## 1 Guidance

**Item** is the row, referred to as table/row. **Reference** is the clause of GS CIM 009 v1.9.1. **Status** is m for mandatory, o for
optional; what the standard leaves to an implementation is o. **Support** is y or n for what this version does. A route that is not
served answers 501, a member or parameter that is not supported is refused by name ([unfinished.md](unfinished.md)).

## 2 Identification of the implementation

| | |
| --- | --- |
| implementation | Carillon, context broker |
| version | ${version} |
| system | Node.js 20.19 or newer; SQLite (embedded) or a server of the MongoDB protocol |
| settings | the defaults ([settings.md](settings.md)) |
| contact | the issues of the project's repository |

## 3 Identification of the specification

ETSI GS CIM 009 v1.9.1, "NGSI-LD API", with the binding to HTTP of its clause 6. Core @context v1.9; v1.0 to v1.8 on request.

## 4 Global statement of conformance

Are all mandatory capabilities implemented? **${supported === mandatory.length ? 'Yes' : 'No'}**: ${supported} of ${mandatory.length} items with status m are.

## 5 Roles

| item | role | reference | status | support |
| --- | --- | --- | --- | --- |
| 1 | Context Broker | 4.3.2 | m | y |
| 2 | Context Source | 4.3.3 | o | y |
| 3 | Context Registry | 4.3.3 | o | ${served.has('POST /csourceRegistrations') ? 'y' : 'n'} |

${tables.map(({ title, head, rows }, at) => tableText(at + 6, title, head, rows)).join('\n\n')}

This page is made from the route table and from what is refused: \`UPDATE_DOCS=1 npm run jest -- test/conformance/statement.test.ts\`.
`;
}

interface StatementTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly StatementRow[];
}

function tablesOf(served: ReadonlySet<string>): readonly StatementTable[] {
  const operations = operationGroups.map(({ title, operations: rows }) => ({
    title,
    head: ['operation', 'binding', 'reference'],
    rows: rows.map((row) => ({
      cells: [row.name, row.bindings.map((binding) => `\`${binding}\``).join(', '), row.clause],
      status: title.startsWith('Snapshots') ? 'o' : 'm',
      isSupported: isServed(row, served),
    })),
  }));
  const features = featureGroups.map(({ title, features: rows }) => ({
    title,
    head: ['capability', 'reference'],
    rows: rows.map((row) => ({
      cells: [row.name, row.clause],
      status: row.status,
      isSupported: isThere(row, served),
    })),
  }));
  return [...operations, ...features];
}

function tableText(
  number: number,
  title: string,
  head: readonly string[],
  rows: readonly StatementRow[],
): string {
  const columns = ['item', ...head, 'status', 'support'];
  return [
    `## ${number} ${title}\n`,
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map(({ cells, status, isSupported }, at) =>
      line([String(at + 1), ...cells, status, isSupported ? 'y' : 'n']),
    ),
  ].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
