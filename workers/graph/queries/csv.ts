import { iso } from '../../platform/clock.ts';
import type { CellTold } from './ask.ts';
import type { Column } from './query.ts';

/** Rows as RFC 4180 with a header; of a node its name and its id. */
export function toCsv(columns: Column[], rows: CellTold[][]): string {
  const header = columns.flatMap(({ id, type }) => (type === 'node' ? [id, `${id}_id`] : [id]));
  const lines = rows.map((row) => columns.flatMap((column, place) => fieldsOf(column, row[place] ?? null)));
  return [header, ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
}

function fieldsOf({ type }: Column, cell: CellTold): string[] {
  if (type === 'node') return cell !== null && typeof cell === 'object' ? [cell.name ?? '', cell.id] : ['', ''];
  if (type === 'time' && typeof cell === 'number') return [iso(cell)];
  return [cell === null || typeof cell === 'object' ? '' : String(cell)];
}

/** A line of its own after the rows, for whoever reads the file: that it is not all. */
export const remark = (text: string): string => `${quoted(`# ${text}`)}\r\n`;

/**
 * A spreadsheet takes what begins like this for a formula, which a name must never become: also in the wide forms of
 * these signs (https://owasp.org/www-community/attacks/CSV_Injection).
 */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

function quoted(field: string): string {
  const text = FORMULA.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
