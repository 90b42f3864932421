import { Refusal } from '../kernel/refusal.ts';
import { keyOf, type ColumnField, type HeadingMap } from './headings.ts';
import { LIST_COLUMNS } from './recipient-list.ts';

/**
 * A mapping of headings as somebody wrote it: heading or column letter to field, or the other way; null
 * for a column that nothing is read from. Throws Refusal heading-map-malformed.
 */
export function headingMap(written: unknown): HeadingMap {
  const columns: ReadonlySet<string> = new Set<string>([...LIST_COLUMNS, ...SEXED]);
  const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const pairs = isMap(written) && isMap(written.columns) ? written.columns : written;
  if (!isMap(pairs)) throw new Refusal('heading-map-malformed');
  return new Map(
    Object.entries(pairs).map(([key, value]) => {
      if (value === null || value === '') return [keyOf(key), null];
      if (typeof value !== 'string') throw malformed(key);
      const [heading, field] = columns.has(value) ? [key, value] : [value, key];
      if (!columns.has(field)) throw malformed(key);
      return [keyOf(heading), field as ColumnField];
    }),
  );
}

function malformed(heading: string): Refusal {
  const fields = [...LIST_COLUMNS, ...SEXED].join(' ');
  return new Refusal('heading-map-malformed', { heading, fields });
}

const SEXED = ['birth_date_male', 'birth_date_female'];
