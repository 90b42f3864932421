interface Ground {
  readonly code: string;
  readonly coefficientHalves: number;
  /** How many of a thousand people. */
  readonly share: number;
  /** Full years: reached, and not yet reached. */
  readonly ageFrom: number;
  readonly ageUnder: number;
}

// Decree 20/2021/ND-CP art. 5 and 6. The oldest is under 96, so that nobody is born before 1920.
export const GROUNDS: readonly Ground[] = [
  ground('K6_N', 3, 300, [16, 60]),
  ground('K6_N_TE_NCT', 4, 100, [0, 16]),
  ground('K6_N_TE_NCT', 4, 110, [60, 96]),
  ground('K6_DBN', 4, 125, [16, 60]),
  ground('K6_DBN_TE_NCT', 5, 40, [0, 16]),
  ground('K6_DBN_TE_NCT', 5, 40, [60, 96]),
  ground('K4', 2, 65, [22, 50]),
  ground('K1_4P', 3, 50, [4, 16]),
  ground('K5A_60', 3, 42, [60, 80]),
  ground('K7', 3, 40, [0, 3]),
  ground('K5A_80', 4, 25, [80, 96]),
  ground('K2', 3, 20, [16, 22]),
  ground('K1_U4', 5, 12, [0, 4]),
  ground('K8', 3, 10, [18, 60]),
  ground('K5D', 6, 9, [60, 96]),
  ground('K3_U4', 5, 6, [0, 4]),
  ground('K3_4_16', 4, 6, [4, 16]),
];

function ground(
  code: string,
  coefficientHalves: number,
  share: number,
  [ageFrom, ageUnder]: readonly [number, number],
): Ground {
  return { code, coefficientHalves, share, ageFrom, ageUnder };
}

/** A ground with the months of birth for which it fits throughout. */
export interface AgeBracket extends Ground {
  readonly bornFrom: number;
  readonly bornUntil: number;
}

/** As often as its share, so that a ground is drawn by one look into a table of a thousand. */
export function bracketsOf(of: Ground, steadyFrom: number, halfYearEnd: number): AgeBracket[] {
  const bracket = {
    ...of,
    bornFrom: halfYearEnd + 1 - 12 * of.ageUnder,
    bornUntil: steadyFrom - 1 - 12 * of.ageFrom,
  };
  return Array.from({ length: of.share }, () => bracket);
}

// The law pays a poor single parent both, so these two may stand beside K4.
export const BESIDE_SINGLE_PARENT: readonly (readonly [code: string, coefficientHalves: number])[] =
  [
    ['K6_N', 3],
    ['K6_N', 3],
    ['K6_DBN', 4],
  ];
