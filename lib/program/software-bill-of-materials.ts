import { createHash } from 'crypto';
import type { InventoryModule } from '../go/module-inventory';

export interface BillOfMaterialsModel {
  readonly importPath: string;
  readonly modulePath: string;
  readonly modules: readonly InventoryModule[];
  readonly builderImage: string;
  /** The base image. Without one, `scratch`. */
  readonly runtimeImage?: string;
}

/** Tools recognise CycloneDX by this extension. */
export const BILL_OF_MATERIALS_FILE = 'sbom.cdx.json';

export const BILL_OF_MATERIALS_LABEL = 'cdktf-go-docker.sbom-sha256';

/** The prefix of properties that CycloneDX has no field for. */
const PROPERTY = 'cdktf-go-docker:';

/**
 * The modules of a program as CycloneDX 1.6, in JSON. The text is reproducible: it has no time, random number or locale-dependent order.
 * The hashes of go.sum are properties, because a hash in `hashes` covers one file, and go.sum hashes a list.
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function renderBillOfMaterials(model: BillOfMaterialsModel): string {
  const { importPath, modulePath } = model;
  const imported = model.modules.filter(({ use }) => use === 'imported').map(bomRef);
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        'type': 'application',
        'name': importPath,
        'bom-ref': importPath,
        'purl': packageUrl(modulePath, '', importPath.slice(modulePath.length + 1)),
      },
      properties: properties({ 'builder-image': model.builderImage, 'runtime-image': model.runtimeImage ?? 'scratch' }),
    },
    components: sortedBy(model.modules, bomRef).map(component),
    dependencies: sortedBy([
      { ref: importPath, dependsOn: imported.length > 0 ? sortedBy(imported, (ref) => ref) : undefined },
      ...model.modules.map((module) => ({ ref: bomRef(module) })),
    ], ({ ref }) => ref),
  };
  return JSON.stringify(document, undefined, 2) + '\n';
}

/** The value of `BILL_OF_MATERIALS_LABEL`: a SHA-256. */
export function billOfMaterialsDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function component(module: InventoryModule): object {
  const { path, version, replaces, directory, sum, use } = module;
  return {
    'type': 'library',
    'name': path,
    'version': version || undefined,
    'bom-ref': bomRef(module),
    // CycloneDX has no scope for a module that may be needed.
    'scope': use === 'imported' ? 'required' : 'optional',
    'purl': packageUrl(path, version),
    'properties': properties({ directory, 'go.sum': sum, 'replaces': replaces && `${replaces.path}@${replaces.version}`, use }),
  };
}

function bomRef({ path, version }: InventoryModule): string {
  return version === '' ? path : `${path}@${version}`;
}

function properties(values: Readonly<Record<string, string | undefined>>): object[] {
  return Object.entries(values).flatMap(([name, value]) => value === undefined ? [] : [{ name: PROPERTY + name, value }]);
}

/** Sorts by code units. With `localeCompare` the image's tag would depend on the locale. */
function sortedBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...items].sort((a, b) => key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}

/**
 * The package URL of a module. Its type `golang` has lower-case namespaces and names.
 * @see https://github.com/package-url/purl-spec/blob/main/types-doc/golang-definition.md
 */
function packageUrl(module: string, version: string, subpath = ''): string {
  const encoded = (text: string): string => text.split('/').map((part) => encodeURIComponent(part).replace(/%3A/g, ':')).join('/');
  return `pkg:golang/${encoded(module.toLowerCase())}${version && `@${encodeURIComponent(version)}`}${subpath && `#${encoded(subpath)}`}`;
}
