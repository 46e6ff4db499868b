import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface PackageDescription {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

function describePackage(folder: string): PackageDescription | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const content = JSON.parse(readFileSync(file, 'utf8')) as PackageDescription;
  return content.name === 'novate' ? content : undefined;
}

/**
 * Where the program is installed: the folder of its package.json. It is searched upwards, because
 * the same code runs from the sources and, one folder deeper, from dist/.
 */
function locate(): { readonly root: string; readonly description: PackageDescription } {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const description = describePackage(folder);
    if (description) return { root: folder, description };
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the package.json of novate is missing');
    folder = parent;
  }
}

const installation = locate();

export const installationRoot = installation.root;
export const packageVersion = installation.description.version;
export const packageDescription = installation.description.description;

/** Path of a file in libs/simulator/data, such as `btcusdt-1m-20210519.csv`. */
export function demoDataFile(name: string): string {
  return join(installationRoot, 'libs/simulator/data', name);
}
