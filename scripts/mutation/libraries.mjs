// What is mutated, and which specs have to notice.
import { readdirSync } from 'node:fs';

/** The least share of the mutants that the specs must notice, in percent. */
export const SCORE_MIN = 80;

const contract = 'test/contract/event-log.spec.ts';

/**
 * `without`: what of the library's sources is not mutated; `specsElsewhere`: specs outside it;
 * `specsLeftOut`: specs that need seconds each time, so that the score is rather too low.
 */
export const LIBRARIES = {
  units: {},
  // The catalogue is a table. Golden records, wire shapes and the generated page hold every line.
  events: { without: ['catalogue/'] },
  'event-log': { specsElsewhere: [contract] },
  // The simulated disk is a tool of tests.
  'event-log-file': {
    without: ['simulated-'],
    specsElsewhere: [contract],
    specsLeftOut: [
      'test/processes.spec.ts',
      'test/damage.spec.ts',
      'test/crash-simulation.spec.ts',
    ],
  },
};

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort();
}

export function sourcesOf(library) {
  const { without = [] } = LIBRARIES[library];
  const source = `libs/${library}/src/`;
  return filesBelow(source.slice(0, -1)).filter(
    (path) =>
      /(?<!\.spec)\.ts$/.test(path) && !without.some((start) => path.startsWith(source + start)),
  );
}

export function specsOf(library) {
  const { specsElsewhere = [], specsLeftOut = [] } = LIBRARIES[library];
  const own = filesBelow(`libs/${library}`).filter((path) => path.endsWith('.spec.ts'));
  const leftOut = new Set(specsLeftOut.map((path) => `libs/${library}/${path}`));
  return [...own.filter((path) => !leftOut.has(path)), ...specsElsewhere];
}
