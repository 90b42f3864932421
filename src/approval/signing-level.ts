import type { Grant } from '../access/permission.ts';

/**
 * At which level somebody signs a batch: `second` when their limit covers its total, in đồng; `first` when
 * it does not and nobody has signed yet; null when the signature that is missing has to cover the total, or
 * they are no checker of its province. The database holds the same (check_approval).
 */
export function signingLevel(
  grants: readonly Grant[],
  of: { readonly provinceCode: string; readonly totalVnd: bigint; readonly signatures: number },
): 'first' | 'second' | null {
  const own = grants.filter(
    ({ role, unitCode }) => role === 'checker' && [of.provinceCode, 'VN'].includes(unitCode),
  );
  if (own.some(({ limitVnd }) => limitVnd === null || limitVnd >= of.totalVnd)) return 'second';
  return own.length > 0 && of.signatures === 0 ? 'first' : null;
}
