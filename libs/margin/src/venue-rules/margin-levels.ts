import { invariant, multiplyDivideFloor } from '#libs/units';

const MILLION = 1_000_000;

/** Factors of the levels above maintenance, ppm, ascending. */
export interface LevelFactors {
  readonly searchPpm: number;
  readonly initialPpm: number;
  readonly releasePpm: number;
}

/** Levels of a staged requirement, minor units. */
export interface MarginLevels {
  readonly maintenanceMinor: number;
  /** Below it margin is topped up to the initial level. */
  readonly searchMinor: number;
  readonly initialMinor: number;
  /** Above it the excess over the initial level is given back. */
  readonly releaseMinor: number;
}

/** The four levels of Vega (0019-MCAL): `floor(maintenance x factor)`. */
export function marginLevels(maintenanceMinor: number, factors: LevelFactors): MarginLevels {
  const { searchPpm, initialPpm, releasePpm } = factors;
  invariant(maintenanceMinor >= 0, 'a requirement is 0 or more');
  invariant(searchPpm >= MILLION, 'a level is not below maintenance');
  invariant(searchPpm <= initialPpm && initialPpm <= releasePpm, 'levels ascend');
  const level = (ppm: number): number => multiplyDivideFloor(maintenanceMinor, ppm, MILLION);
  return {
    maintenanceMinor,
    searchMinor: level(searchPpm),
    initialMinor: level(initialPpm),
    releaseMinor: level(releasePpm),
  };
}
