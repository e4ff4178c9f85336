/** How one test ended. */
export interface TestResult {
  /** The file that it stands in. */
  readonly file: string;
  readonly name: string;
  readonly passed: boolean;
  /** Why it failed; empty when it did not. */
  readonly message: string;
}

interface FolderRow {
  readonly folder: string;
  readonly passed: number;
  readonly failed: number;
}

/** The table by folder below TP/NGSI-LD, then each failed test with the start of its message. */
export function report(results: readonly TestResult[]): string {
  const rows = rowsOf(results);
  const failures = results.filter(({ passed }) => !passed);
  return [
    '| folder below `TP/NGSI-LD` | passed | failed |',
    '| --- | --- | --- |',
    ...rows.map(({ folder, passed, failed }) => `| ${folder} | ${passed} | ${failed} |`),
    `| all ${results.length} | ${results.length - failures.length} | ${failures.length} |`,
    '',
    ...failures.map(({ name, message }) => `${name}\n    ${startOf(message)}`),
  ].join('\n');
}

function rowsOf(results: readonly TestResult[]): readonly FolderRow[] {
  const rows = new Map<string, FolderRow>();
  for (const { file, passed } of results) {
    const folder = folderOf(file);
    const row = rows.get(folder) ?? { folder, passed: 0, failed: 0 };
    rows.set(folder, { folder, passed: row.passed + Number(passed), failed: row.failed + Number(!passed) });
  }
  return [...rows.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** The folder of a file, as deep as the suite has a name for a group of operations. */
function folderOf(file: string): string {
  const folders = (file.split('/TP/NGSI-LD/').at(-1) ?? file).split('/').slice(0, -1);
  const depths: Readonly<Record<string, number>> = { ContextInformation: 3, jsonldContext: 1 };
  return folders.slice(0, depths[folders[0] ?? ''] ?? 2).join('/');
}

function startOf(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
