import type { Outcome } from './command.ts';
import { counted, type Fields, fieldsOf, listOf } from './fields.ts';
import { table } from './table.ts';

/** What became of an import, as the agent reports it. */
export function importOutcome(report: unknown): Outcome {
  const fields = fieldsOf(report);
  const { created, updated, unchanged, failed, dryRun } = fields;
  const done = dryRun === true ? 'would be ' : '';
  const figures = [
    `${counted(created, 'device')} ${done}registered`,
    `${updated} ${done}changed`,
    `${unchanged} unchanged`,
    `${failed} refused`,
  ].join(', ');
  const parts = [figures, failures(fields), warnings(fields)].filter((part) => part !== '');
  return { text: parts.join('\n\n'), data: report, isRefused: failed !== 0 };
}

function failures({ rows }: Fields): string {
  const failed = listOf(rows);
  if (failed.length === 0) return '';
  const cells = failed.map(({ row, device_id, field, reason }) => [row, device_id, field, reason]);
  return table(['ROW', 'DEVICE', 'FIELD', 'REASON'], cells);
}

/** Warnings of an answer, for people; empty when there are none. */
export function warnings({ warnings: told }: Fields): string {
  return listOf(told)
    .map(
      ({ row, about, message }) => `warning: ${row === undefined ? '' : `row ${row}, `}${about}: ${message}`,
    )
    .join('\n');
}
