import type { Paging } from './components.tsx';

/** Cuts what was found to a page; one row more than fits says that there is another page. */
export function pageOf<Row>(
  found: readonly Row[],
  of: {
    atMost: number;
    query: Readonly<Record<string, string>>;
    isFirst: boolean;
    key: (row: Row) => string;
  },
): { rows: readonly Row[]; paging: Paging } {
  const rows = found.slice(0, of.atMost);
  const last = rows.at(-1);
  const hasMore = found.length > of.atMost && last !== undefined;
  return {
    rows,
    paging: {
      shown: rows.length,
      query: of.query,
      isFirst: of.isFirst,
      after: hasMore ? of.key(last) : null,
    },
  };
}
