/** On whose behalf and why the population database is asked; it logs both with every call. */
export interface Purpose {
  readonly officer: string;
  readonly unitCode: string;
  readonly purpose: string;
}
