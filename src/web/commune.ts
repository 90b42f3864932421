/** Who has one commune sees that one, and no other by naming it. */
export function communeSeen(
  asked: string | null,
  isWide: boolean,
  communes: readonly { code: string }[],
): string | null {
  if (isWide || communes.some(({ code }) => code === asked)) return asked;
  return communes[0]?.code ?? '';
}
