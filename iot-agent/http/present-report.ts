import type { ImportReport } from '../provisioning/import-devices.ts';

/** The rows of an import that failed, or of which something is to be known, as CSV; the figures are in the header `Import-Result`. */
export function presentReportAsCsv({ rows, warnings }: ImportReport): string {
  const failed = rows.map(({ row, device_id: id = '', field = '', reason }) => [
    row,
    'failed',
    id,
    field,
    reason,
  ]);
  const warned = warnings.map(({ row = '', about, message }) => [row, 'warning', about, '', message]);
  return [['row', 'result', 'device_id', 'field', 'reason'], ...failed, ...warned]
    .map((cells) => `${cells.map(quoted).join(',')}\r\n`)
    .join('');
}

/** Quoted, and never a formula: what it says was written by others. */
function quoted(cell: string | number): string {
  const text = String(cell);
  const safe = typeof cell === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
